//! The answer to `cargo metadata` for evcxr and the rust-analyzer inside the kernel. At every start, the analyzer reads
//! the sources of all crates in it: 17 MB, of which 3 MB concern the types that a notebook uses. So the answer is
//! limited to those. For a notebook with this library and no other crates it is always the same. It is stored next to
//! the recorded compiler calls, which saves running cargo at each start, and spares a machine with a bundle all the
//! other crates.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use crate::Failure;
use crate::compile::{CALLS, LIBRARY_PLACEHOLDER, WORK_PLACEHOLDER, has_no_other_crates, library_folder, record_file};
use crate::stamp::write_whole;

/// The file extension of stored answers.
pub const STORED: &str = "metadata";

/// The crates whose types a notebook uses. Of their dependencies, the analyzer sees only those in this list.
const SEEN: [&str; 7] =
    ["gradus", "ndarray", "num-complex", "num-integer", "num-traits", "matrixmultiply", "rawpointer"];

/// Answers `cargo metadata`, if that is the request. `command` builds the command of the real cargo.
pub fn answer_request(
    arguments: &[String],
    command: &dyn Fn(&[String]) -> Command,
) -> Option<Result<ExitCode, Failure>> {
    arguments.iter().any(|argument| argument == "metadata").then(|| {
        let question = Request::new(arguments);
        if let Some(answer) = question.as_ref().and_then(Request::stored) {
            print!("{answer}");
            return Ok(ExitCode::SUCCESS);
        }
        let mut cargo = command(arguments);
        let output = cargo.stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| format!("cannot start {}: {error}", cargo.get_program().display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        match serde_json::from_str(&text).ok().and_then(trimmed) {
            Some(short) if output.status.success() => {
                let answer = short.to_string();
                if let Some(question) = question {
                    // If it cannot be stored, cargo runs again next time.
                    let _ = write_whole(&question.file, question.portable(&answer).as_bytes());
                }
                println!("{answer}");
            }
            _ => print!("{text}"),
        }
        Ok(ExitCode::from(u8::try_from(output.status.code().unwrap_or(1)).unwrap_or(1)))
    })
}

/// A request whose answer is always the same.
struct Request {
    work: String,
    library: String,
    file: PathBuf,
}

impl Request {
    /// `None` if the answer depends on more than the library: the notebook's own crates may change.
    fn new(arguments: &[String]) -> Option<Self> {
        let named = arguments.iter().skip_while(|argument| *argument != "--manifest-path").nth(1);
        let manifest = named.map(PathBuf::from).or_else(|| Some(env::current_dir().ok()?.join("Cargo.toml")))?;
        // As evcxr names it, possibly through a link.
        let work = env::var_os("EVCXR_TMPDIR").map(PathBuf::from)?;
        if manifest.parent()?.canonicalize().ok()? != work.canonicalize().ok()? {
            return None;
        }
        let library = library_folder();
        let text = fs::read_to_string(&manifest).ok()?;
        if !has_no_other_crates(&text, &library) {
            return None;
        }
        let work = work.to_str()?.to_owned();
        let inputs = [
            arguments.join(" ").replace(manifest.to_str()?, WORK_PLACEHOLDER),
            env::var("RUSTFLAGS").unwrap_or_default(),
            text.replace(&library, LIBRARY_PLACEHOLDER),
        ];
        let file = record_file(&PathBuf::from(env::var_os(CALLS)?), &inputs, STORED);
        Some(Self { work, library, file })
    }

    fn stored(&self) -> Option<String> {
        let text = fs::read_to_string(&self.file).ok()?;
        Some(text.replace(WORK_PLACEHOLDER, &in_json(&self.work)).replace(LIBRARY_PLACEHOLDER, &in_json(&self.library)))
    }

    /// The answer with placeholders for paths. The work folder comes first, since it may be inside the other.
    fn portable(&self, answer: &str) -> String {
        answer.replace(&in_json(&self.work), WORK_PLACEHOLDER).replace(&in_json(&self.library), LIBRARY_PLACEHOLDER)
    }
}

/// A path as it is written in a JSON string.
pub fn in_json(path: &str) -> String {
    let quoted = Value::from(path).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Removes the edges from [`SEEN`] crates to others, and then every package that is no longer reachable. Other crates,
/// which a notebook adds with its own `:dep`, keep all of their dependencies.
fn trimmed(mut metadata: Value) -> Option<Value> {
    let seen: Vec<Value> = metadata["packages"]
        .as_array()?
        .iter()
        .filter(|package| package["name"].as_str().is_some_and(|name| SEEN.contains(&name)))
        .map(|package| package["id"].clone())
        .collect();
    let nodes = metadata["resolve"]["nodes"].as_array_mut()?;
    for node in nodes.iter_mut().filter(|node| seen.contains(&node["id"])) {
        node["dependencies"].as_array_mut()?.retain(|id| seen.contains(id));
        node["deps"].as_array_mut()?.retain(|dependency| seen.contains(&dependency["pkg"]));
    }
    let mut reached: Vec<Value> = metadata["workspace_members"].as_array()?.clone();
    let mut next = 0;
    while let Some(id) = reached.get(next).cloned() {
        let node = metadata["resolve"]["nodes"].as_array()?.iter().find(|node| node["id"] == id)?;
        for dependency in node["dependencies"].as_array()? {
            if !reached.contains(dependency) {
                reached.push(dependency.clone());
            }
        }
        next += 1;
    }
    metadata["packages"].as_array_mut()?.retain(|package| reached.contains(&package["id"]));
    metadata["resolve"]["nodes"].as_array_mut()?.retain(|node| reached.contains(&node["id"]));
    Some(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The metadata of a notebook, `ctx`, with these dependencies.
    fn metadata(edges: &[(&str, &[&str])]) -> Value {
        let packages: Vec<Value> = edges.iter().map(|(name, _)| json!({"name": name, "id": name})).collect();
        let node = |(name, to): &(&str, &[&str])| {
            let deps: Vec<Value> = to.iter().map(|name| json!({"name": name, "pkg": name})).collect();
            json!({"id": name, "dependencies": to, "deps": deps})
        };
        let nodes: Vec<Value> = edges.iter().map(node).collect();
        json!({"packages": packages, "workspace_members": ["ctx"], "resolve": {"nodes": nodes, "root": "ctx"}})
    }

    fn names(metadata: &Value) -> Vec<&str> {
        metadata["packages"].as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap()).collect()
    }

    #[test]
    fn only_what_a_notebook_holds_is_seen() {
        let whole = metadata(&[
            ("ctx", &["gradus"]),
            ("gradus", &["ndarray", "polars"]),
            ("ndarray", &["num-complex", "serde"]),
            ("num-complex", &["rand"]),
            ("polars", &[]),
            ("rand", &[]),
            ("serde", &[]),
        ]);
        let short = trimmed(whole).unwrap();
        assert_eq!(names(&short), ["ctx", "gradus", "ndarray", "num-complex"]);
        assert_eq!(short["resolve"]["nodes"].as_array().unwrap().len(), 4);
        assert_eq!(short["resolve"]["nodes"][2]["dependencies"], json!(["num-complex"]));
        assert_eq!(short["resolve"]["nodes"][2]["deps"], json!([{"name": "num-complex", "pkg": "num-complex"}]));
    }

    #[test]
    fn a_notebooks_own_crates_keep_all_dependencies() {
        let whole = metadata(&[
            ("ctx", &["gradus", "chrono"]),
            ("gradus", &["polars"]),
            ("chrono", &["serde"]),
            ("polars", &["serde"]),
            ("serde", &[]),
        ]);
        assert_eq!(names(&trimmed(whole).unwrap()), ["ctx", "gradus", "chrono", "serde"]);
    }

    #[test]
    fn any_path_is_written_into_an_answer() {
        assert_eq!(in_json("/über uns/a"), "/über uns/a");
        assert_eq!(in_json(r#"/a"b\c"#), r#"/a\"b\\c"#);
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        assert!(trimmed(json!({"packages": []})).is_none());
        assert!(trimmed(json!({"packages": [], "workspace_members": ["a"], "resolve": {"nodes": []}})).is_none());
    }
}
