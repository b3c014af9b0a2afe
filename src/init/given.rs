//! Weights that are known: a slide's, or those of another network.

use crate::check::{finite, same_length};
use crate::error::Result;
use crate::real::Real;

pub(super) fn check(values: &[f64]) -> Result<()> {
    values.iter().try_for_each(|value| finite("given weight", *value))
}

pub(super) fn fill<F: Real>(weights: &mut [F], values: &[f64]) -> Result<()> {
    same_length("initializer: the given values", weights.len(), values.len())?;
    for (weight, value) in weights.iter_mut().zip(values) {
        *weight = F::of(*value);
    }
    Ok(())
}
