//! The kernel *Rust (gradus)*, and what `cargo xtask` shares with it: paths, the compilation of cells, and each
//! kernel's own work folder.
//!
//! The program that Jupyter starts is in `main.rs`; its core, the front between Jupyter and evcxr, is in `front/`.

pub mod analyzer;
pub mod clone;
pub mod compile;
pub mod metadata;
pub mod prelude;
pub mod process;
pub mod project;
pub mod recorded;
pub mod stamp;
pub mod std_sources;
pub mod warm;
pub mod work;

/// Why a command stopped: a message for the user that names the problem and the way out.
pub type Failure = String;
