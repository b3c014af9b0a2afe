//! Weights from a normal distribution.

use rand::Rng;

use crate::check::{finite, not_negative};
use crate::data::random::normal;
use crate::error::Result;
use crate::real::Real;

pub(super) fn check(mean: f64, deviation: f64) -> Result<()> {
    finite("mean of the initializer", mean)?;
    not_negative("deviation of the initializer", deviation)
}

pub(super) fn fill<F: Real>(weights: &mut [F], mean: f64, deviation: f64, generator: &mut impl Rng) {
    for weight in weights {
        *weight = F::of(mean + deviation * normal(generator));
    }
}
