//! The kernel *Rust (gradus)*, and what `cargo xtask` shares with it: where things are, how cells are compiled, and the
//! work folder that each kernel has of its own.
//!
//! The program that Jupyter starts is in `main.rs`; its heart, the front between Jupyter and evcxr, is in `front/`.

pub mod analyzer;
pub mod clone;
pub mod compile;
pub mod metadata;
pub mod process;
pub mod project;
pub mod recorded;
pub mod stamp;
pub mod std_sources;
pub mod warm;
pub mod work;

/// Why a command stopped: text for the reader, which names the thing and the way out.
pub type Failure = String;
