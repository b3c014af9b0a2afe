//! Reads attributes: documentation, `hidden`, `deprecated`, `derive`.

use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta};

use crate::store::{Kind, Member};

/// A member with this name, and what its attributes say about it.
pub fn described(kind: Kind, name: &syn::Ident, signature: String, attributes: &[Attribute]) -> Member {
    let name = name.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
    let deprecated = attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    Member { kind, name, signature, doc: documentation(attributes), returns: String::new(), deprecated }
}

/// The text of the `///` lines.
fn documentation(attributes: &[Attribute]) -> String {
    let mut lines: Vec<String> = vec![];
    for text in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(text_of) {
        lines.extend(text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()));
    }
    lines.join("\n").trim().to_owned()
}

/// The text of `#[name = "text"]`.
pub fn text_of(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether `#[doc(hidden)]` keeps it out of the documentation.
pub fn is_hidden(attributes: &[Attribute]) -> bool {
    lists(attributes, "doc", "hidden")
}

/// Whether `#[derive(name)]` is present.
pub fn derives(attributes: &[Attribute], name: &str) -> bool {
    lists(attributes, "derive", name)
}

/// Whether `#[list(…, name, …)]` is present, compared by the last segment of the path.
pub fn lists(attributes: &[Attribute], list: &str, name: &str) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident(list)).any(|attribute| {
        let mut found = false;
        // A part that cannot be parsed ends the list; what was found before it counts.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|segment| segment.ident == name);
            if let Ok(value) = meta.value() {
                value.parse::<Expr>()?;
            }
            Ok(())
        });
        found
    })
}

/// The attributes of any item.
pub fn of_item(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn documentation_keeps_its_blank_lines() {
        let item: syn::ItemFn = parse_quote! {
            /// One.
            ///
            ///   Two.
            #[deprecated(since = "1", note = "old")]
            fn r#match() {}
        };
        let member = described(Kind::Function, &item.sig.ident, String::new(), &item.attrs);
        assert_eq!(member.doc, "One.\n\n  Two.");
        assert!(member.deprecated);
        assert_eq!(member.name, "match");
    }

    #[test]
    fn lists_are_read() {
        let attributes: Vec<Attribute> =
            vec![parse_quote!(#[derive(Debug, serde::Serialize)]), parse_quote!(#[doc(hidden)])];
        assert!(derives(&attributes, "Serialize") && derives(&attributes, "Debug") && !derives(&attributes, "Clone"));
        assert!(is_hidden(&attributes) && !is_hidden(&attributes[..1]));
        assert!(!is_hidden(&[parse_quote!(#[doc(alias = "hidden")])]));
    }
}
