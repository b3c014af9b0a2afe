//! Runs a plan on a GPU, through wgpu: Vulkan, Metal or DirectX 12. The kernels are the files of `shaders/`.
//!
//! | file | contains |
//! |---|---|
//! | `adapter.rs` | the GPUs of this machine, and the choice of one |
//! | `open.rs` | opening a GPU |
//! | `context.rs` | an open GPU with its compiled kernels |
//! | `capabilities.rs` | which kernels it can run |
//! | `self_test.rs` | tests of the faster kernels before they are used |
//! | `kernel.rs` | the kernels: how the source of a shader is assembled |
//! | `tiles.rs` | the sizes of the tiles in which products are computed |
//! | `records/` | what the dispatches of a kernel need to know, by name |
//! | `loops.rs` | how many iterations the loops of a kernel have: some drivers end long ones |
//! | `numbers.rs` | how activations, losses, penalties and constraints are numbered in records |
//! | `layout.rs` | the arena: offsets of values and derivatives |
//! | `schedule/` | a plan as a list of dispatches, with a record for each |
//! | `resident.rs` | a data set on the device |
//! | `session.rs` | a network with its data on the device |
//! | `epoch.rs` | the work of a session: epochs of steps, with one read-back each |
//! | `results.rs` | the results that come back, and the room for them |
//!
//! The arithmetic of small networks takes microseconds, a launch as long, and a read-back fifty times that. So there is one
//! arena for all values and one bind group; two numbers describe a dispatch; layers are fused with what follows them; many
//! steps go into one submission; losses, outputs and parameters come back together, once per epoch.

mod adapter;
mod capabilities;
mod context;
mod epoch;
mod kernel;
mod layout;
mod loops;
mod numbers;
mod open;
mod records;
mod resident;
mod results;
mod schedule;
mod self_test;
mod session;
mod tiles;

pub(crate) use adapter::{NONE, adapters, is_named, named, preferred};
pub(crate) use context::Gpu;
#[cfg(test)]
pub(crate) use layout::Layout;
pub(crate) use open::open;
#[cfg(test)]
pub(crate) use session::Limits;
pub(crate) use session::Session;
#[cfg(test)]
pub(crate) use tiles::Tiles;
