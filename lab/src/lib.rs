//! Everything around the library that is not the library: set it up, open it, run it. The program `gradus` and a
//! checkout's `cargo xtask` are the same code.
//!
//! Built from the standard library and little else, so that the first command on a fresh machine answers within seconds.

mod cgroup;
pub mod command_line;
pub mod console;
mod doctor;
mod environment;
mod evcxr;
mod jupyter;
mod lab;
pub mod python;
pub mod report;
pub mod setup;
mod spare;
mod system;

pub use gradus_kernel::Failure;
