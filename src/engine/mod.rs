//! Executes networks: a [`Plan`](plan::Plan) is a flat list of operations over one arena of buffers, which a device runs.
//!
//! All parameters lie in one buffer, those that are trained first, so that an optimizer steps over one slice; their
//! gradient lies in a second one of the same layout; the values Z and A of a batch and their derivatives lie in a third and
//! a fourth, each value behind those it is made from. All are made once for a batch size: a step allocates nothing.

/// So many rows go through a network at once where none are trained on: enough for BLAS, few enough for the caches.
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
