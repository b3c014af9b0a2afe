//! `evcxr_jupyter`, the Rust kernel: finding one of the right version, or compiling it into `.gradus/bin`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use gradus_kernel::process;
use gradus_kernel::project::{Project, program};

/// The version that the launcher and the reports are made for. (A bare `cargo install evcxr_jupyter` may choose 0.15.)
pub const VERSION: &str = "0.22.0";

/// The installed kernel of the right version: a bundle's or setup's own, else one on the path.
pub fn find(project: &Project) -> Option<PathBuf> {
    candidates(project).into_iter().find(|path| version(path).as_deref() == Some(VERSION))
}

/// Installed kernels of another version, for the doctor.
pub fn others(project: &Project) -> Vec<(PathBuf, Option<String>)> {
    let found = candidates(project).into_iter().map(|path| (version(&path), path));
    found.filter(|(version, _)| version.as_deref() != Some(VERSION)).map(|(version, path)| (path, version)).collect()
}

fn candidates(project: &Project) -> Vec<PathBuf> {
    let bundled = project.kernels().bundle().map(|bundle| bundle.join("bin"));
    let own = bundled.into_iter().chain([project.bin()]).map(|folder| folder.join(program("evcxr_jupyter")));
    own.filter(|program| program.is_file()).chain(process::which("evcxr_jupyter")).collect()
}

/// The program has no `--version`, but carries the banner that Jupyter shows.
fn version(file: &Path) -> Option<String> {
    version_in(&fs::read(file).ok()?)
}

fn version_in(program: &[u8]) -> Option<String> {
    let (before, after) = (b"EvCxR ", b" - Evaluation Context");
    let mut rest = program;
    while let Some(start) = rest.windows(before.len()).position(|bytes| bytes == before) {
        rest = &rest[start + before.len()..];
        let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(rest.len());
        if rest[end..].starts_with(after) {
            return Some(String::from_utf8_lossy(&rest[..end]).into_owned());
        }
    }
    None
}

/// Parts of rust-analyzer, and others, that evcxr links and seldom or never calls.
const SELDOM: [&str; 8] = [
    "evcxr_jupyter",
    "ra_ap_ide",
    "ra_ap_ide_assists",
    "ra_ap_ide_completion",
    "ra_ap_ide_db",
    "ra_ap_ide_diagnostics",
    "ra_ap_ide_ssr",
    "zeromq",
];

/// Compiles the kernel into `.gradus/bin`, optimized as much as a reader notices.
pub fn install(project: &Project, say: &dyn Fn(&str)) -> Result<PathBuf, Failure> {
    let mut cargo = process::command("cargo");
    for name in SELDOM {
        cargo.arg("--config").arg(format!("profile.release.package.{name}.opt-level=0"));
    }
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    cargo.args(["install", "evcxr_jupyter", "--version", VERSION, "--locked", "--force", "--root"]);
    cargo.arg(project.home());
    cargo.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    cargo.env("CARGO_TERM_COLOR", "never").env_remove("CARGO_TARGET_DIR");
    // Compiled crates stay until the end, so that an interrupted setup goes on from there.
    let build = project.home().join("build");
    cargo.arg("--target-dir").arg(&build);
    say("fetching the sources");
    process::run_watched(&mut cargo, "compiling evcxr_jupyter", |line| {
        if let Some((done, total)) = process::progress_in(line) {
            say(&format!("compiled {done} of {total} crates"));
        }
    })?;
    let _ = fs::remove_dir_all(build);
    find(project).ok_or_else(|| format!("evcxr_jupyter was compiled, but is not in {}", project.bin().display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_program() {
        let program = b"\0EvCxR error\0implementation_versionEvCxR 0.22.0 - Evaluation Context for Rusthttps";
        assert_eq!(version_in(program).as_deref(), Some("0.22.0"));
        assert_eq!(version_in(b"EvCxR 0.22.0"), None);
        assert_eq!(version_in(b""), None);
    }
}
