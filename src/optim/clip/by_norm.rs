//! Clipping by norm: the gradient of one tensor keeps its direction.

use crate::real::{Real, norm};

/// g · limit/‖g‖ where ‖g‖ is above the limit.
///
/// A gradient with an infinity or NaN becomes NaN throughout, so that it is seen and not taken for a small one.
pub fn clip_by_norm<F: Real>(gradient: &mut [F], limit: F) {
    let length = norm(gradient);
    if length <= limit {
        return;
    }
    let factor = if length.is_finite() { limit / length } else { F::nan() };
    for g in gradient {
        *g *= factor;
    }
}
