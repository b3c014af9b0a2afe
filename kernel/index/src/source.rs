//! Which crates are read, and which of their parts are compiled: features and other `cfg`s.

use std::path::PathBuf;

use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token};

/// A crate to read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name, with `-` or `_`.
    pub name: String,
    /// Its root file, `src/lib.rs`.
    pub root: PathBuf,
    /// The features it is compiled with; `None` includes everything.
    pub features: Option<Vec<String>>,
}

impl Source {
    /// A crate with all features enabled.
    pub fn new(name: &str, root: impl Into<PathBuf>) -> Self {
        Source { name: name.into(), root: root.into(), features: None }
    }

    /// The `wanted` crates, in this order, from the output of `cargo metadata --format-version 1`. Missing crates are
    /// left out; of several versions, the newest is used.
    pub fn from_metadata(metadata: &str, wanted: &[&str]) -> Vec<Source> {
        let metadata: Value = serde_json::from_str(metadata).unwrap_or_default();
        let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let nodes = metadata["resolve"]["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let source = |name: &&str| {
            let package = packages.iter().filter(|package| package["name"] == **name);
            let package = package.max_by_key(|package| version(package["version"].as_str().unwrap_or_default()))?;
            let is_library = |target: &&Value| {
                let kinds = target["kind"].as_array();
                kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "lib" || kind == "rlib" || kind == "dylib"))
            };
            let root = package["targets"].as_array()?.iter().find(is_library)?["src_path"].as_str()?;
            let node = nodes.iter().find(|node| node["id"] == package["id"]);
            let features = node
                .and_then(|node| node["features"].as_array())
                .map(|features| features.iter().filter_map(|feature| feature.as_str().map(str::to_owned)).collect());
            Some(Source { name: (*name).into(), root: root.into(), features })
        };
        wanted.iter().filter_map(source).collect()
    }

    /// The name as it is written in paths.
    pub(crate) fn identifier(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Whether an item with these attributes is compiled.
    pub(crate) fn compiles(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).all(|attribute| {
            let condition = attribute.parse_args::<Meta>();
            condition.is_ok_and(|condition| self.holds(&condition))
        })
    }

    fn holds(&self, condition: &Meta) -> bool {
        match condition {
            Meta::Path(path) => (path.is_ident("unix") && cfg!(unix)) || (path.is_ident("windows") && cfg!(windows)),
            Meta::NameValue(pair) => {
                let Expr::Lit(ExprLit { lit: Lit::Str(value), .. }) = &pair.value else { return false };
                let value = value.value();
                let name = pair.path.get_ident().map(ToString::to_string).unwrap_or_default();
                match name.as_str() {
                    "feature" => self.features.as_ref().is_none_or(|features| features.contains(&value)),
                    "target_os" => value == std::env::consts::OS,
                    "target_family" => value == std::env::consts::FAMILY,
                    "target_arch" => value == std::env::consts::ARCH,
                    "target_pointer_width" => value == usize::BITS.to_string(),
                    "target_has_atomic" | "panic" => true,
                    _ => false,
                }
            }
            Meta::List(list) => {
                let inner = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
                match list.path.get_ident().map(ToString::to_string).unwrap_or_default().as_str() {
                    "all" => inner.iter().all(|condition| self.holds(condition)),
                    "any" => inner.iter().any(|condition| self.holds(condition)),
                    "not" => !inner.iter().any(|condition| self.holds(condition)),
                    _ => false,
                }
            }
        }
    }
}

/// The numbers of a version, for comparison.
fn version(text: &str) -> Vec<u64> {
    text.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn conditions_match_the_build() {
        let source = Source { name: "a".into(), root: "lib.rs".into(), features: Some(vec!["csv".into()]) };
        let compiles = |attribute: Attribute| source.compiles(&[attribute]);
        assert!(compiles(parse_quote!(#[cfg(feature = "csv")])));
        assert!(!compiles(parse_quote!(#[cfg(feature = "json")])));
        assert!(compiles(parse_quote!(#[cfg(not(feature = "json"))])));
        assert!(compiles(parse_quote!(#[cfg(any(feature = "json", feature = "csv"))])));
        assert!(!compiles(parse_quote!(#[cfg(all(feature = "json", feature = "csv"))])));
        assert!(!compiles(parse_quote!(#[cfg(test)])));
        assert!(!compiles(parse_quote!(#[cfg(any(docsrs, target_family = "no-such"))])));
        assert!(compiles(parse_quote!(#[inline])));
        assert!(Source::new("a", "lib.rs").compiles(&[parse_quote!(#[cfg(feature = "json")])]));
    }

    #[test]
    fn metadata_names_the_newest_version_and_its_features() {
        let metadata = r#"{"packages": [
            {"name": "a-b", "id": "old", "version": "0.9.0", "targets": [{"kind": ["lib"], "src_path": "/old/lib.rs"}]},
            {"name": "a-b", "id": "new", "version": "0.10.0", "targets": [
                {"kind": ["custom-build"], "src_path": "/new/build.rs"}, {"kind": ["dylib", "rlib"], "src_path": "/new/lib.rs"}]}],
            "resolve": {"nodes": [{"id": "new", "features": ["csv"]}, {"id": "old", "features": []}]}}"#;
        let sources = Source::from_metadata(metadata, &["missing", "a-b"]);
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].root, PathBuf::from("/new/lib.rs"));
        assert_eq!(sources[0].features.as_deref(), Some(&["csv".to_owned()][..]));
        assert_eq!(sources[0].identifier(), "a_b");
        assert!(Source::from_metadata("no JSON", &["a-b"]).is_empty());
    }
}
