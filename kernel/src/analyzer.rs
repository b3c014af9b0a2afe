//! The `cargo` in a kernel's environment. When the rust-analyzer inside the kernel asks for the notebook's crates, it
//! gives a shorter answer (`metadata.rs`). It replays the compiler call of a cell's build (`compile/`), and passes
//! everything else on to the real cargo.
//!
//! The analyzer looks for cargo in `$CARGO_HOME/bin`, and evcxr runs `rustup which cargo`. Both names are links to this
//! program, in folders that only the kernel's environment names. Without rustup, and on Windows, nothing is
//! intercepted.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::Failure;
use crate::compile;
use crate::metadata;
use crate::process::{output_of, which};
use crate::project::Project;

/// The environment variables that name the real programs and cargo's real home folder.
const CARGO: &str = "GRADUS_REAL_CARGO";
const RUSTUP: &str = "GRADUS_REAL_RUSTUP";
const HOME: &str = "GRADUS_REAL_CARGO_HOME";

/// Creates the links for this project's launcher and points a kernel at them. If anything is missing, the kernel works
/// as it would without them.
pub fn intercept(project: &Project, command: &mut Command, path: &Path) {
    let _ = try_to_intercept(project, command, path);
}

#[cfg(unix)]
fn try_to_intercept(project: &Project, command: &mut Command, launcher: &Path) -> Option<()> {
    let rustup = which("rustup")?;
    let cargo = output_of("rustup", &["which", "cargo"]).map(|path| PathBuf::from(path.trim()))?;
    let given = |name: &str| {
        let set = command.get_envs().find(|(set, _)| *set == name).and_then(|(_, value)| value.map(|v| v.to_owned()));
        set.or_else(|| env::var_os(name))
    };
    let real = given("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))?;
    // In `target/`: anywhere else in the library's package, the analyzer would follow the link to cargo's registry and
    // read the sources of every crate ever downloaded.
    let home = project.unseen().join("notebook-cargo");
    let programs = home.join("path");
    fs::create_dir_all(home.join("bin")).and_then(|()| fs::create_dir_all(&programs)).ok()?;
    link(launcher, &home.join("bin").join("cargo")).ok()?;
    link(launcher, &programs.join("rustup")).ok()?;
    // A cell that runs cargo itself finds what it would find in the real home folder.
    for entry in fs::read_dir(&real).into_iter().flatten().flatten().filter(|entry| entry.file_name() != "bin") {
        link(&entry.path(), &home.join(entry.file_name())).ok()?;
    }
    let path = env::join_paths(std::iter::once(programs).chain(env::split_paths(&given("PATH")?))).ok()?;
    command.env("PATH", path).env(CARGO, cargo).env(RUSTUP, rustup).env(HOME, real).env("CARGO_HOME", home);
    Some(())
}

#[cfg(not(unix))]
fn try_to_intercept(_: &Project, _: &mut Command, _: &Path) -> Option<()> {
    None
}

/// Creates a symbolic link unless it already exists.
#[cfg(unix)]
fn link(target: &Path, link: &Path) -> std::io::Result<()> {
    if fs::read_link(link).is_ok_and(|present| present == target) {
        return Ok(());
    }
    let temporary = link.with_extension(format!("{}.part", std::process::id()));
    let _ = fs::remove_file(&temporary);
    std::os::unix::fs::symlink(target, &temporary)?;
    fs::rename(temporary, link)
}

/// Acts as the program under whose name this one was called, if that was one of the links.
pub fn run_as_link(arguments: &[String]) -> Option<Result<ExitCode, Failure>> {
    let called = env::args_os().next().map(PathBuf::from)?;
    let name = called.file_name()?.to_str()?;
    let real = |variable: &str| env::var_os(variable).map(PathBuf::from);
    match name {
        "cargo" => {
            let cargo = real(CARGO)?;
            if let Some(told) = metadata::answer_request(arguments, &|arguments| command(&cargo, arguments)) {
                return Some(told);
            }
            let compiled = compile::cell(arguments, &|arguments| command(&cargo, arguments));
            Some(compiled.unwrap_or_else(|| run_real(&cargo, arguments)))
        }
        "rustup" if arguments == ["which", "cargo"] => {
            println!("{}", real(HOME).and(env::var_os("CARGO_HOME")).map(PathBuf::from)?.join("bin/cargo").display());
            Some(Ok(ExitCode::SUCCESS))
        }
        "rustup" => Some(run_real(&real(RUSTUP)?, arguments)),
        _ => None,
    }
}

/// The command for the real program, in the environment it would have had without the links.
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
fn run_real(program: &Path, arguments: &[String]) -> Result<ExitCode, Failure> {
    let error = std::os::unix::process::CommandExt::exec(&mut command(program, arguments));
    Err(format!("cannot start {}: {error}", program.display()))
}

#[cfg(not(unix))]
fn run_real(program: &Path, arguments: &[String]) -> Result<ExitCode, Failure> {
    let status = command(program, arguments).status();
    let status = status.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}
