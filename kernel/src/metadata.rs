//! What `cargo metadata` tells evcxr and the rust-analyzer inside the kernel. The analyzer reads the sources of all crates
//! that it is told of, at every start: 17 MB, of which 3 MB say something about the types that a notebook holds. So it is
//! told of those alone. The answer for a notebook with this library and no crate of its own is always the same; it is
//! kept beside the notes on cells, which saves each start the question, and a machine with a bundle all the other crates.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use crate::Failure;
use crate::compile::{LIBRARY, NOTES, WORK, has_no_other_crates, library_folder, note_file};
use crate::stamp::write_whole;

/// The ending of kept answers.
pub const KEPT: &str = "metadata";

/// Crates whose types a notebook holds. Of what these depend on, the analyzer sees only each other.
const SEEN: [&str; 7] =
    ["gradus", "ndarray", "num-complex", "num-integer", "num-traits", "matrixmultiply", "rawpointer"];

/// Answers `cargo metadata`, if that is what cargo was asked for. `command` makes the real cargo's command.
pub fn tell(arguments: &[String], command: &dyn Fn(&[String]) -> Command) -> Option<Result<ExitCode, Failure>> {
    arguments.iter().any(|argument| argument == "metadata").then(|| {
        let question = Question::new(arguments);
        if let Some(answer) = question.as_ref().and_then(Question::kept) {
            print!("{answer}");
            return Ok(ExitCode::SUCCESS);
        }
        let mut cargo = command(arguments);
        let output = cargo.stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| format!("cannot start {}: {error}", cargo.get_program().display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        match serde_json::from_str(&text).ok().and_then(shortened) {
            Some(short) if output.status.success() => {
                let answer = short.to_string();
                if let Some(question) = question {
                    // Where it cannot be kept, cargo is asked again.
                    let _ = write_whole(&question.file, question.portable(&answer).as_bytes());
                }
                println!("{answer}");
            }
            _ => print!("{text}"),
        }
        Ok(ExitCode::from(u8::try_from(output.status.code().unwrap_or(1)).unwrap_or(1)))
    })
}

/// A question whose answer is always the same.
struct Question {
    work: String,
    library: String,
    file: PathBuf,
}

impl Question {
    /// `None` where the answer depends on more than the library: a notebook's own crates may change.
    fn new(arguments: &[String]) -> Option<Self> {
        let named = arguments.iter().skip_while(|argument| *argument != "--manifest-path").nth(1);
        let manifest = named.map(PathBuf::from).or_else(|| Some(env::current_dir().ok()?.join("Cargo.toml")))?;
        // As evcxr names it, which may be by a link.
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
            arguments.join(" ").replace(manifest.to_str()?, WORK),
            env::var("RUSTFLAGS").unwrap_or_default(),
            text.replace(&library, LIBRARY),
        ];
        let file = note_file(&PathBuf::from(env::var_os(NOTES)?), &inputs, KEPT);
        Some(Self { work, library, file })
    }

    fn kept(&self) -> Option<String> {
        let text = fs::read_to_string(&self.file).ok()?;
        Some(text.replace(WORK, &in_json(&self.work)).replace(LIBRARY, &in_json(&self.library)))
    }

    /// The answer with the places in it left open. The work folder first: it may be inside of the other.
    fn portable(&self, answer: &str) -> String {
        answer.replace(&in_json(&self.work), WORK).replace(&in_json(&self.library), LIBRARY)
    }
}

/// A path as it is written inside of a string of JSON.
pub fn in_json(path: &str) -> String {
    let quoted = Value::from(path).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Cuts what leads from [`SEEN`] crates to others, and drops what nothing leads to any more. Other crates, which a
/// notebook brings in by a `:dep` of its own, keep all of theirs.
fn shortened(mut metadata: Value) -> Option<Value> {
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

    /// Metadata of a notebook, `ctx`, from the edges between crates.
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
        let short = shortened(whole).unwrap();
        assert_eq!(names(&short), ["ctx", "gradus", "ndarray", "num-complex"]);
        assert_eq!(short["resolve"]["nodes"].as_array().unwrap().len(), 4);
        assert_eq!(short["resolve"]["nodes"][2]["dependencies"], json!(["num-complex"]));
        assert_eq!(short["resolve"]["nodes"][2]["deps"], json!([{"name": "num-complex", "pkg": "num-complex"}]));
    }

    #[test]
    fn a_notebooks_own_crates_keep_all_of_theirs() {
        let whole = metadata(&[
            ("ctx", &["gradus", "chrono"]),
            ("gradus", &["polars"]),
            ("chrono", &["serde"]),
            ("polars", &["serde"]),
            ("serde", &[]),
        ]);
        assert_eq!(names(&shortened(whole).unwrap()), ["ctx", "gradus", "chrono", "serde"]);
    }

    #[test]
    fn any_path_is_written_into_an_answer() {
        assert_eq!(in_json("/über uns/a"), "/über uns/a");
        assert_eq!(in_json(r#"/a"b\c"#), r#"/a\"b\\c"#);
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        assert!(shortened(json!({"packages": []})).is_none());
        assert!(shortened(json!({"packages": [], "workspace_members": ["a"], "resolve": {"nodes": []}})).is_none());
    }
}
