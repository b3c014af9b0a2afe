//! What the rust-analyzer inside the kernel gets to see. It asks `cargo metadata` for the notebook's crates and reads the
//! sources of them all, at every start: 17 MB, of which 3 MB say something about the types that a notebook holds. So the
//! kernel's environment leads the analyzer to a `cargo` of ours, which answers that one question more briefly, repeats
//! what a cell's build comes down to (`compile.rs`), and hands everything else to the real one.
//!
//! The analyzer looks for cargo in `$CARGO_HOME/bin`, evcxr asks `rustup which cargo`. Both names are links to this
//! program, in folders that only the kernel's environment names; without rustup, or on Windows, nothing is shortened.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use crate::Failure;
use crate::compile;
use crate::process::{output_of, which};
use crate::project::Project;

/// The real programs and the real home, for the links.
const CARGO: &str = "GRADUS_REAL_CARGO";
const RUSTUP: &str = "GRADUS_REAL_RUSTUP";
const HOME: &str = "GRADUS_REAL_CARGO_HOME";

/// Crates whose types a notebook holds. Of what these depend on, the analyzer sees only each other.
const SEEN: [&str; 7] =
    ["gradus", "ndarray", "num-complex", "num-integer", "num-traits", "matrixmultiply", "rawpointer"];

/// Makes the links for this project's launcher, and leads a kernel to them. Where anything is missing, the kernel works
/// as it would without.
pub fn shorten(project: &Project, command: &mut Command, path: &Path) {
    let _ = try_to_shorten(project, command, path);
}

#[cfg(unix)]
fn try_to_shorten(project: &Project, command: &mut Command, launcher: &Path) -> Option<()> {
    let rustup = which("rustup")?;
    let cargo = output_of("rustup", &["which", "cargo"]).map(|path| PathBuf::from(path.trim()))?;
    let given = |name: &str| {
        let set = command.get_envs().find(|(set, _)| *set == name).and_then(|(_, value)| value.map(|v| v.to_owned()));
        set.or_else(|| env::var_os(name))
    };
    let real = given("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))?;
    // In `target/`: everywhere else in the library's package the analyzer would follow the link to cargo's registry, and
    // read the sources of every crate that was ever downloaded.
    let home = project.unseen().join("notebook-cargo");
    let programs = home.join("path");
    fs::create_dir_all(home.join("bin")).and_then(|()| fs::create_dir_all(&programs)).ok()?;
    link(launcher, &home.join("bin").join("cargo")).ok()?;
    link(launcher, &programs.join("rustup")).ok()?;
    // A cell that calls cargo by itself finds what it would find in the real home.
    for entry in fs::read_dir(&real).ok()?.flatten().filter(|entry| entry.file_name() != "bin") {
        link(&entry.path(), &home.join(entry.file_name())).ok()?;
    }
    let path = env::join_paths(std::iter::once(programs).chain(env::split_paths(&given("PATH")?))).ok()?;
    command.env("PATH", path).env(CARGO, cargo).env(RUSTUP, rustup).env(HOME, real).env("CARGO_HOME", home);
    Some(())
}

#[cfg(not(unix))]
fn try_to_shorten(_: &Project, _: &mut Command, _: &Path) -> Option<()> {
    None
}

/// A symbolic link, made anew only where it is not there already.
#[cfg(unix)]
fn link(target: &Path, link: &Path) -> std::io::Result<()> {
    if fs::read_link(link).is_ok_and(|present| present == target) {
        return Ok(());
    }
    let beside = link.with_extension(format!("{}.part", std::process::id()));
    let _ = fs::remove_file(&beside);
    std::os::unix::fs::symlink(target, &beside)?;
    fs::rename(beside, link)
}

/// Plays the program under whose name it was called, if that was one of the links.
pub fn play(arguments: &[String]) -> Option<Result<ExitCode, Failure>> {
    let called = env::args_os().next().map(PathBuf::from)?;
    let name = called.file_name()?.to_str()?;
    let real = |variable: &str| env::var_os(variable).map(PathBuf::from);
    match name {
        "cargo" => {
            let cargo = real(CARGO)?;
            let shortened =
                arguments.iter().any(|a| a == "metadata") && arguments.iter().any(|a| a == "--filter-platform");
            if shortened {
                return Some(metadata(&cargo, arguments));
            }
            let compiled = compile::cell(arguments, &|arguments| command(&cargo, arguments));
            Some(compiled.unwrap_or_else(|| become_real(&cargo, arguments)))
        }
        "rustup" if arguments == ["which", "cargo"] => {
            println!("{}", real(HOME).and(env::var_os("CARGO_HOME")).map(PathBuf::from)?.join("bin/cargo").display());
            Some(Ok(ExitCode::SUCCESS))
        }
        "rustup" => Some(become_real(&real(RUSTUP)?, arguments)),
        _ => None,
    }
}

/// The real program, in the environment that it would have without us.
fn command(program: &Path, arguments: &[String]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    match env::var_os(HOME) {
        Some(home) => command.env("CARGO_HOME", home),
        None => command.env_remove("CARGO_HOME"),
    };
    command
}

#[cfg(unix)]
fn become_real(program: &Path, arguments: &[String]) -> Result<ExitCode, Failure> {
    let error = std::os::unix::process::CommandExt::exec(&mut command(program, arguments));
    Err(format!("cannot start {}: {error}", program.display()))
}

#[cfg(not(unix))]
fn become_real(program: &Path, arguments: &[String]) -> Result<ExitCode, Failure> {
    let status = command(program, arguments).status();
    let status = status.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}

/// cargo's answer, shortened; as it is where it is not understood.
fn metadata(cargo: &Path, arguments: &[String]) -> Result<ExitCode, Failure> {
    let output = command(cargo, arguments).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("cannot start {}: {error}", cargo.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match serde_json::from_str(&text).ok().and_then(shortened) {
        Some(short) if output.status.success() => println!("{short}"),
        _ => print!("{text}"),
    }
    Ok(ExitCode::from(u8::try_from(output.status.code().unwrap_or(1)).unwrap_or(1)))
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
    fn what_is_not_understood_is_left_alone() {
        assert!(shortened(json!({"packages": []})).is_none());
        assert!(shortened(json!({"packages": [], "workspace_members": ["a"], "resolve": {"nodes": []}})).is_none());
    }
}
