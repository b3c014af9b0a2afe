//! Bundles: the library compiled for notebooks, with the kernel and `evcxr_jupyter`, in one archive for a platform and a
//! compiler. A machine that takes one compiles nothing but cells.
//!
//! `pack.rs` writes an archive, with its checksum beside it; `obtain.rs` finds one and unpacks it; `fit.rs` says what
//! does not fit; `install.rs` lets a project's kernels use it. In an archive are:
//!
//! - `manifest.json`, which comes first;
//! - `bin/`, the programs;
//! - `build/target/`, `libgradus.so` and what the compiler must know of the crates in it; `build/host/`, procedural macros;
//! - `cells/`, how the compiler is called for a cell, and what `cargo metadata` says;
//! - `library/`, the library's sources, for machines without a checkout; `sources/`, those of a few other crates, which
//!   the analyzer inside the kernel reads;
//! - `cell/Cargo.lock` and `index.json`.

mod fit;
mod install;
mod manifest;
mod obtain;
mod pack;

use std::path::PathBuf;

pub use fit::misfits;
pub use install::{in_use, install, is_installed};
pub use manifest::{Manifest, list};
pub use obtain::{Found, Wanted, obtain};
pub use pack::pack;

/// The placeholder for the bundle's `build/` in a recorded compiler call.
const BUILD: &str = "{build}";

/// The placeholder for the bundle's `sources/` in an answer to `cargo metadata`.
const SOURCES: &str = "{sources}";

/// An unpacked bundle whose files were compared with their checksums.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    pub folder: PathBuf,
    pub manifest: Manifest,
}
