//! The environment recorded by setup: kernels build in the environment of the warm build, whichever terminal or editor
//! Jupyter was started from.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use crate::project::Kernels;

/// The variable with the path of `evcxr_jupyter`.
pub const EVCXR: &str = "GRADUS_EVCXR_JUPYTER";

/// The variable with the path of the reduced standard-library sources.
pub const STD_SOURCES: &str = "GRADUS_STD_SOURCES";

/// The variable with the folder of the compiler's own libraries for this platform.
pub const RUSTC_LIBRARIES: &str = "GRADUS_RUSTC_LIBRARIES";

/// Reads the lines `NAME=value` that setup has written.
pub fn read(kernels: &Kernels) -> BTreeMap<String, String> {
    let text = fs::read_to_string(kernels.recorded_environment()).unwrap_or_default();
    text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

/// The reduced standard-library sources, unless the user has chosen others.
pub fn sources(recorded: &BTreeMap<String, String>) -> Option<PathBuf> {
    let folder = recorded.get(STD_SOURCES).map(PathBuf::from).filter(|folder| folder.is_dir());
    folder.filter(|_| env::var_os("RUST_SRC_PATH").is_none())
}

/// Whether a variable affects a build: build scripts of the library's dependencies read it, or it selects a toolchain.
pub fn affects_builds(name: &str) -> bool {
    ["CC", "CXX", "AR", "CFLAGS", "CXXFLAGS", "ARFLAGS", "PKG_CONFIG"]
        .iter()
        .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
        || ["CONDA_PREFIX", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME", "GRADUS_OPENBLAS_DIR"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtime_settings_do_not_affect_builds() {
        // A container's thread limit must reach the cells, and must not trigger a build in setup.
        for name in ["OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "RAYON_NUM_THREADS"] {
            assert!(!affects_builds(name), "{name}");
        }
        assert!(affects_builds("GRADUS_OPENBLAS_DIR"));
    }
}
