//! Runs other programs, without the variables that cargo set, and keeps their output in case they fail.

use std::env;
use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;

/// A command without the variables that `cargo run` sets for xtask alone: a kernel started from here must not assume
/// that it is building xtask.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        let of_xtask = name.starts_with("CARGO_PKG_")
            || ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"]
                .contains(&name.as_ref())
            || ["CARGO_PRIMARY_PACKAGE", "OUT_DIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"]
                .contains(&name.as_ref());
        // cargo prepends its own folders to the library path; the user's come after them.
        if of_xtask {
            match library_path_of_user(&name, &env::var(&key).unwrap_or_default()) {
                Some(rest) => command.env(&key, rest),
                None => command.env_remove(&key),
            };
        }
    }
    command
}

/// The part of a library path that was not added by cargo or rustup.
fn library_path_of_user(name: &str, value: &str) -> Option<String> {
    if !name.ends_with("LIBRARY_PATH") {
        return None;
    }
    let added = |folder: &str| {
        folder.is_empty()
            || folder.contains("/target/")
            || folder.contains("/rustlib/")
            || folder.contains("/toolchains/")
    };
    let rest: Vec<&str> = value.split(':').filter(|folder| !added(folder)).collect();
    (!rest.is_empty()).then(|| rest.join(":"))
}

/// The standard output of a short command, or nothing if it does not exist or fails.
pub fn output_of<I: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: &[I]) -> Option<String> {
    let output = command(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command that writes to the terminal; `what` names it in the error.
pub fn run(command: &mut Command, what: &str) -> Result<(), Failure> {
    let status =
        command.status().map_err(|error| format!("{what}: cannot start {:?}: {error}", command.get_program()))?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed ({status})")) }
}

/// Runs a command silently, passes each line of its standard error to `line` (a carriage return also ends a line: that
/// is how progress bars are drawn), and returns the last lines if it fails.
pub fn run_watched(command: &mut Command, what: &str, mut line: impl FnMut(&str)) -> Result<(), Failure> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{what}: cannot start {:?}: {error}", command.get_program()))?;
    let mut tail: Vec<String> = Vec::new();
    if let Some(mut stderr) = child.stderr.take() {
        let (mut chunk, mut pending) = ([0; 4096], Vec::new());
        while let Ok(length @ 1..) = stderr.read(&mut chunk) {
            for &byte in &chunk[..length] {
                if byte != b'\n' && byte != b'\r' {
                    pending.push(byte);
                    continue;
                }
                let text = String::from_utf8_lossy(&pending).trim_end().to_owned();
                pending.clear();
                line(&text);
                if !text.is_empty() && progress_in(&text).is_none() {
                    tail.push(text);
                    let surplus = tail.len().saturating_sub(60);
                    tail.drain(..surplus);
                }
            }
        }
        tail.push(String::from_utf8_lossy(&pending).into_owned());
    }
    let status = child.wait().map_err(|error| format!("{what}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed ({status}):\n{}", tail.join("\n"))) }
}

/// Cargo's progress, from a line of its progress bar: `Building [==>   ] 84/284: ndarray`.
pub fn progress_in(line: &str) -> Option<(usize, usize)> {
    let (_, rest) = line.split_once("Building [")?;
    let (_, rest) = rest.split_once("] ")?;
    let (done, rest) = rest.split_once('/')?;
    let total = rest.split(|character: char| !character.is_ascii_digit()).next()?;
    Some((done.trim().parse().ok()?, total.parse().ok()?))
}

/// The program's full path, as a shell would find it.
pub fn which(name: &str) -> Option<PathBuf> {
    let file = crate::project::program(name);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read_from_cargos_bar() {
        assert_eq!(progress_in("    Building [===>      ] 84/284: syn, ndarray(build.rs)"), Some((84, 284)));
        assert_eq!(progress_in("    Building [          ] 0/3"), Some((0, 3)));
        assert_eq!(progress_in("   Compiling ndarray v0.17.2"), None);
        assert_eq!(progress_in("    Building [==>"), None);
    }

    #[test]
    fn the_users_library_path_stays() {
        let name = "LD_LIBRARY_PATH";
        assert_eq!(library_path_of_user(name, "/p/target/debug/deps:/opt/blas"), Some("/opt/blas".into()));
        assert_eq!(library_path_of_user(name, "/p/target/debug/build/x/out"), None);
        assert_eq!(library_path_of_user(name, "/p/target/debug/deps"), None);
        assert_eq!(library_path_of_user("CARGO_PKG_NAME", "xtask"), None);
    }

    #[test]
    fn a_failure_includes_the_last_lines() {
        let mut seen = Vec::new();
        let mut shell = Command::new("sh");
        shell.args(["-c", "printf 'one\\rtwo\\nno such file' >&2; exit 3"]);
        let failure = run_watched(&mut shell, "the step", |line| seen.push(line.to_owned())).unwrap_err();
        assert_eq!(seen, ["one", "two"]);
        assert!(failure.contains("the step failed") && failure.contains("no such file"), "{failure}");
    }
}
