//! Everything around the library that is not the library: set it up, open it, run it. The program `gradus` and a
//! checkout's `cargo xtask` are the same code.
//!
//! Built from the standard library and little else, so that the first command on a fresh machine answers within seconds.

pub mod bundle;
mod cgroup;
mod clean;
pub mod command_line;
pub mod console;
mod disk;
mod doctor;
mod environment;
mod evcxr;
mod jupyter;
mod lab;
mod new;
pub mod python;
pub mod report;
mod scratch;
pub mod setup;
mod sources;
mod spare;
mod system;

pub use gradus_kernel::Failure;
