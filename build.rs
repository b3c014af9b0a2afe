//! Links the system's BLAS and LAPACK: Accelerate on macOS, OpenBLAS elsewhere, found through pkg-config.
//!
//! ndarray-linalg's own `openblas-system` feature would link the same library, but adds a downloader with 40 packages
//! to every notebook.

use std::env;

const HELP: &str = "\
gradus needs OpenBLAS with headers and LAPACK. To install it:
  Debian, Ubuntu   sudo apt install libopenblas-dev pkg-config
  Fedora           sudo dnf install openblas-devel pkgconf
  Arch             sudo pacman -S blas-openblas pkgconf
  conda            conda install -c conda-forge openblas pkg-config
  Windows          vcpkg install openblas lapack, or the conda line above
Elsewhere: set GRADUS_OPENBLAS_DIR to the folder that contains libopenblas.
`cargo xtask doctor` shows what else is missing.";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=GRADUS_OPENBLAS_DIR");
    println!("cargo:rerun-if-env-changed=CONDA_PREFIX");
    println!("cargo:rerun-if-env-changed=DOCS_RS");
    // Documentation links nothing, and docs.rs does not guarantee OpenBLAS.
    if env::var_os("DOCS_RS").is_some() {
        return;
    }
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos") {
        println!("cargo:rustc-link-lib=framework=Accelerate");
        return;
    }
    if let Ok(folder) = env::var("GRADUS_OPENBLAS_DIR") {
        link_from(&folder);
        return;
    }
    if pkg_config::Config::new().cargo_metadata(true).probe("openblas").is_ok() {
        return;
    }
    // conda's OpenBLAS is in the environment's own folders, which a pkg-config from outside does not search.
    if let Ok(prefix) = env::var("CONDA_PREFIX") {
        let library = if cfg!(windows) { format!("{prefix}/Library/lib") } else { format!("{prefix}/lib") };
        let found = std::fs::read_dir(&library).is_ok_and(|entries| {
            entries.flatten().any(|entry| entry.file_name().to_string_lossy().contains("openblas"))
        });
        if found {
            link_from(&library);
            return;
        }
    }
    eprintln!("{HELP}");
    std::process::exit(1);
}

/// Links OpenBLAS from `folder`, and lets the program find it there when it runs.
fn link_from(folder: &str) {
    println!("cargo:rustc-link-search=native={folder}");
    println!("cargo:rustc-link-lib=openblas");
    if !cfg!(windows) {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
