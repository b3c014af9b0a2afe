//! The sources to compile where there is no bundle: the checkout's own, or a copy of those that the program `gradus` was
//! installed from.

use std::fs;
use std::path::{Path, PathBuf};

use gradus_kernel::project::Project;

use crate::Failure;
use crate::bundle::list;

/// What the workspace needs to compile.
const COPIED: [&str; 14] = [
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "environment.yml",
    "build.rs",
    "src",
    "shaders",
    "datasets",
    "benches",
    "browser",
    "kernel",
    "lab",
];

/// The same project with sources that can be compiled.
pub fn of(project: &Project) -> Result<Project, Failure> {
    if project.is_checkout() {
        return Ok(project.clone());
    }
    let copy = project.home().join("sources");
    match origin() {
        Some(origin) => refresh(&origin, &copy)?,
        None if copy.join("Cargo.toml").is_file() => {}
        None => {
            return Err("there is nothing to compile: this program was not installed from a checkout that is still \
                        there. Give it a bundle, as in `gradus setup --bundle FILE`, or clone gradus and run `cargo \
                        xtask lab`"
                .into());
        }
    }
    project.clone().with_library(&copy)
}

/// The checkout that this program was installed from.
fn origin() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    (root.join("kernel").join("Cargo.toml").is_file() && root.join("src").is_dir()).then(|| root.to_path_buf())
}

/// Copies what is new or has changed; the rest keeps its times, by which cargo goes.
fn refresh(origin: &Path, copy: &Path) -> Result<(), Failure> {
    let mut names = Vec::new();
    for path in COPIED.iter().filter(|path| origin.join(path).exists()) {
        list(origin, Path::new(path), &mut names)?;
    }
    for name in names.iter().filter(|name| !name.iter().any(|part| part == "target")) {
        let content =
            fs::read(origin.join(name)).map_err(|error| format!("{}: {error}", origin.join(name).display()))?;
        let content = if name == Path::new("Cargo.toml") { members_alone(&content) } else { content };
        if fs::read(copy.join(name)).ok().as_ref() != Some(&content) {
            gradus_kernel::stamp::write_whole(&copy.join(name), &content)?;
        }
    }
    Ok(())
}

/// The workspace's manifest without the member that stays behind.
fn members_alone(manifest: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(manifest).replace(", \"xtask\"]", "]").into_bytes()
}
