//! Clipping by value: each number for itself.

use crate::real::Real;

/// Each g becomes min(max(g, −limit), limit); NaN stays NaN.
pub fn clip_by_value<F: Real>(gradient: &mut [F], limit: F) {
    for g in gradient {
        let below = if *g > limit { limit } else { *g };
        *g = if below < -limit { -limit } else { below };
    }
}
