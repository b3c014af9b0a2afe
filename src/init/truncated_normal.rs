//! Weights from a normal distribution without its far ends: what lies beyond two deviations is drawn again.

use rand::Rng;

use crate::data::random::normal;
use crate::real::Real;

/// The standard deviation of a standard normal distribution that is cut off at ±2.
const DEVIATION_AFTER_CUT: f64 = 0.879_625_661_034_239_8;

pub(super) fn fill<F: Real>(weights: &mut [F], mean: f64, deviation: f64, generator: &mut impl Rng) {
    for weight in weights {
        let mut standard = normal(generator);
        while standard.abs() > 2.0 {
            standard = normal(generator);
        }
        *weight = F::of(mean + deviation * standard);
    }
}

/// Around 0, wider by what the cut takes away.
pub(super) fn with_variance<F: Real>(weights: &mut [F], variance: f64, generator: &mut impl Rng) {
    fill(weights, 0.0, variance.sqrt() / DEVIATION_AFTER_CUT, generator);
}
