//! Runs a plan on a graphics processor, through wgpu: Vulkan, Metal or DirectX 12. The kernels are the files of `shaders/`.
//!
//! | file | holds |
//! |---|---|
//! | `adapter.rs` | which graphics processors there are, and which one is meant |
//! | `context.rs` | an open one: it lives as long as the program, with its compiled kernels |
//! | `capabilities.rs` | how it computes: the ways that every device knows, and quicker ones |
//! | `self_test.rs` | tries the quicker ways before they are used |
//! | `kernel.rs` | the kernels: how a shader is put together, and the sizes of its tiles |
//! | `loops.rs` | how many iterations the loops of a kernel take: some drivers end long ones |
//! | `numbers.rs` | how activations, losses, penalties and constraints are numbered in records |
//! | `layout.rs` | the arena: where parameters, values and derivatives lie |
//! | `schedule/` | a plan as a list of dispatches, with a record for each |
//! | `resident.rs` | a data set on the device |
//! | `session.rs` | a network with its data on the device |
//! | `epoch.rs` | what a session does: epochs of steps, with one read-back each |
//! | `results.rs` | what comes back, and the room for it |
//!
//! The arithmetic of small networks takes microseconds, a launch as long, and a read-back fifty times that. So there is one
//! arena for all values and one bind group; a dispatch is told by two numbers what to do; layers are fused with what follows them; many
//! steps go into one submission; losses, outputs and parameters come back together, once an epoch.

mod adapter;
mod capabilities;
mod context;
mod epoch;
mod kernel;
mod layout;
mod loops;
mod numbers;
mod records;
mod resident;
mod results;
mod schedule;
mod self_test;
mod session;
mod tiles;

pub(crate) use adapter::{NONE, adapters, is_named, named, preferred};
pub(crate) use context::{Gpu, open};
#[cfg(test)]
pub(crate) use layout::Layout;
#[cfg(test)]
pub(crate) use session::Limits;
pub(crate) use session::Session;
#[cfg(test)]
pub(crate) use tiles::Tiles;
