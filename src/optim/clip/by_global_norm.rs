//! Clipping by global norm: the whole gradient keeps its direction.

use super::clip_by_norm;
use crate::real::Real;

/// [`clip_by_norm`] of all tensors' gradients as one vector. Source: Pascanu, Mikolov, Bengio (2013), *On the difficulty of
/// training recurrent neural networks*.
pub fn clip_by_global_norm<F: Real>(gradient: &mut [F], limit: F) {
    clip_by_norm(gradient, limit);
}
