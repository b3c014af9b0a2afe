//! The environment that setup has recorded: kernels build in the environment of the warm build, whichever terminal or
//! editor Jupyter was started from.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use crate::project::Kernels;

/// Where the recorded environment keeps the path of `evcxr_jupyter`.
pub const EVCXR: &str = "GRADUS_EVCXR_JUPYTER";

/// Where it keeps the path of the slim sources of the standard library.
pub const STD_SOURCES: &str = "GRADUS_STD_SOURCES";

/// Where it keeps the folder of the compiler's own libraries for this platform.
pub const RUSTC_LIBRARIES: &str = "GRADUS_RUSTC_LIBRARIES";

/// Reads the lines `NAME=value` that setup has written.
pub fn read(kernels: &Kernels) -> BTreeMap<String, String> {
    let text = fs::read_to_string(kernels.recorded_environment()).unwrap_or_default();
    text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

/// The slim sources of the standard library, unless the user has chosen some.
pub fn sources(recorded: &BTreeMap<String, String>) -> Option<PathBuf> {
    let folder = recorded.get(STD_SOURCES).map(PathBuf::from).filter(|folder| folder.is_dir());
    folder.filter(|_| env::var_os("RUST_SRC_PATH").is_none())
}

/// Variables that build scripts of the library's dependencies look at, and those that choose a toolchain.
pub fn decides_a_build(name: &str) -> bool {
    ["CC", "CXX", "AR", "CFLAGS", "CXXFLAGS", "ARFLAGS", "PKG_CONFIG"]
        .iter()
        .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
        || ["CONDA_PREFIX", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME", "GRADUS_OPENBLAS_DIR"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_for_a_run_decides_no_build() {
        // A container's limit of threads must reach the cells, and must not make setup compile.
        for name in ["OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "RAYON_NUM_THREADS"] {
            assert!(!decides_a_build(name), "{name}");
        }
        assert!(decides_a_build("GRADUS_OPENBLAS_DIR"));
    }
}
