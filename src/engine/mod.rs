//! Executes networks: a [`Plan`](plan::Plan) is a flat list of operations over one arena of buffers, which a device runs.
//!
//! All parameters are in one buffer, the trained ones first, so that an optimizer updates one slice; their gradient is in a
//! second one of the same layout; the values Z and A of a batch and their derivatives are in a third and a fourth, each value
//! after those it is computed from. All are allocated once per batch size: a step allocates nothing.

/// How many rows pass through a network at once outside of training: enough for BLAS, few enough for the caches.
pub(crate) const EVALUATED_ROWS: usize = 512;

pub(crate) mod cpu;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
#[cfg(not(feature = "gpu"))]
#[path = "no_gpu.rs"]
pub(crate) mod gpu;
pub(crate) mod memory;
pub(crate) mod plan;
pub(crate) mod random;
pub(crate) mod work;
