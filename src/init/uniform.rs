//! Weights evenly distributed between two numbers.

use rand::Rng;

use crate::check::finite;
use crate::data::random::uniform;
use crate::error::{Error, Result};
use crate::real::Real;

pub(super) fn check(low: f64, high: f64) -> Result<()> {
    finite("low of the uniform initializer", low)?;
    finite("high of the uniform initializer", high)?;
    if low < high {
        return Ok(());
    }
    let requirement = format!("it must be above low = {low}");
    Err(Error::Parameter { parameter: "high of the uniform initializer", value: high.to_string(), requirement })
}

pub(super) fn fill<F: Real>(weights: &mut [F], low: f64, high: f64, generator: &mut impl Rng) {
    for weight in weights {
        *weight = F::of(uniform(low, high, generator));
    }
}

/// Between ±√(3 · variance), which have that variance.
pub(super) fn with_variance<F: Real>(weights: &mut [F], variance: f64, generator: &mut impl Rng) {
    let limit = (3.0 * variance).sqrt();
    fill(weights, -limit, limit, generator);
}
