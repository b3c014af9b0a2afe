//! The environment in which `evcxr_jupyter` runs.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Work, only_for_the_user};
use crate::process::which;
use crate::project::Project;
use crate::recorded::{EVCXR, RUSTC_LIBRARIES, affects_builds, sources};
use crate::{Failure, analyzer, compile};

/// The variable that the system's loader checks first.
const LIBRARY_PATH: &str = if cfg!(target_os = "macos") { "DYLD_FALLBACK_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };

impl Work {
    /// Sets the environment in which `evcxr_jupyter` runs with this work folder.
    pub fn set_environment(&self, project: &Project, command: &mut Command, recorded: &BTreeMap<String, String>) {
        // Build scripts, and with them the library, are rerun when a variable they read has changed. So a kernel builds
        // in the environment of the warm build, whichever terminal or editor Jupyter was started from.
        for name in env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| affects_builds(name)) {
            if !recorded.contains_key(&name) && !recorded.is_empty() {
                command.env_remove(&name);
            }
        }
        for (name, value) in recorded.iter().filter(|(name, _)| affects_builds(name)) {
            command.env(name, value);
        }
        command.env(
            "PATH",
            joined_path(&env::var("PATH").unwrap_or_default(), recorded.get("PATH").map_or("", String::as_str)),
        );
        // A compiled cell finds its libraries relative to the folder in which it was compiled, and evcxr moves it.
        let libraries = [project.kernels().bundle().map(|bundle| bundle.join("build").join("target"))];
        let libraries = libraries.into_iter().flatten().chain(recorded.get(RUSTC_LIBRARIES).map(PathBuf::from));
        let user = env::var(LIBRARY_PATH).unwrap_or_default();
        if let Ok(path) =
            env::join_paths(libraries.chain(env::split_paths(&user)).filter(|path| !path.as_os_str().is_empty()))
        {
            command.env(LIBRARY_PATH, path);
        }
        command.env("EVCXR_TMPDIR", self.folder_without_spaces()).env("EVCXR_CONFIG_DIR", self.config());
        if let Some(sources) = sources(recorded) {
            // At the library's `:dep` evcxr reloads everything, and then finds the sources: see `configure`.
            let nothing = self.folder.join("no-sources");
            let at_first = if self.loads_the_library() && fs::create_dir_all(nothing.join("core")).is_ok() {
                nothing
            } else {
                sources
            };
            command.env("RUST_SRC_PATH", at_first);
        }
        // Read by `cargo metadata` alone, for rust-analyzer; evcxr sets its own flags when it builds.
        command.env("RUSTFLAGS", "--cfg gradus_analysis").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.env(compile::CALLS, project.kernels().cells());
        let library = project.root().canonicalize().unwrap_or_else(|_| project.root().to_path_buf());
        command.env(compile::LIBRARY_FOLDER, library);
        if let Ok(launcher) = env::current_exe() {
            analyzer::intercept(project, command, &launcher);
        }
        // Without this folder, Vulkan drivers print complaints into the cell's output.
        if cfg!(target_os = "linux") && env::var_os("XDG_RUNTIME_DIR").is_none() {
            let folder = self.folder.join("run");
            if fs::create_dir_all(&folder).is_ok() {
                only_for_the_user(&folder);
                command.env("XDG_RUNTIME_DIR", folder);
            }
        }
    }
}

/// The project that this program, `…/bin/gradus-kernel`, serves.
pub fn of_this_program() -> Result<Project, Failure> {
    let this = env::current_exe().map_err(|error| format!("cannot determine the path of this program: {error}"))?;
    match this.ancestors().nth(2).filter(|home| home.join("kernel").is_dir()) {
        Some(home) => Ok(Project::of_home(home)),
        None => Project::find(),
    }
}

/// The command that starts `evcxr_jupyter`.
pub fn evcxr(recorded: &BTreeMap<String, String>) -> Result<Command, Failure> {
    let setup_found = recorded.get(EVCXR).map(PathBuf::from).filter(|path| path.is_file());
    let program = setup_found.or_else(|| which("evcxr_jupyter"));
    let missing = || {
        let command = of_this_program().map_or("gradus", |project| project.command());
        format!("evcxr_jupyter no longer exists: run `{command} setup`")
    };
    Ok(Command::new(program.ok_or_else(missing)?))
}

/// `first`, followed by the folders of `second` that it lacks: a desktop session may not have cargo's folder.
fn joined_path(first: &str, second: &str) -> std::ffi::OsString {
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in env::split_paths(first).chain(env::split_paths(second)) {
        if !folder.as_os_str().is_empty() && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    env::join_paths(folders).unwrap_or_else(|_| first.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_without_repeating() {
        if cfg!(unix) {
            assert_eq!(joined_path("/a:/b", "/b:/c"), "/a:/b:/c");
            assert_eq!(joined_path("", "/b"), "/b");
        }
    }

    #[test]
    fn variables_of_build_scripts_are_recognized() {
        for name in ["CC", "CC_x86_64_unknown_linux_gnu", "PKG_CONFIG_PATH", "CONDA_PREFIX", "GRADUS_OPENBLAS_DIR"] {
            assert!(affects_builds(name), "{name}");
        }
        for name in ["CCACHE_DIR", "HOME", "PATH", "CARGO_TARGET_DIR"] {
            assert!(!affects_builds(name), "{name}");
        }
    }
}
