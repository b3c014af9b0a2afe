//! Weights that neither stretch nor shrink what passes: an orthogonal matrix, every one equally likely.

use ndarray::Array2;
use ndarray_linalg::QR;
use rand::Rng;

use crate::check::not_negative;
use crate::data::random::normal;
use crate::error::{Error, Result};
use crate::real::Real;

pub(super) fn check(gain: f64) -> Result<()> {
    not_negative("gain of the orthogonal initializer", gain)
}

/// Q of the QR decomposition of a normally distributed matrix that is at least as tall as wide, each column with the sign
/// of R's diagonal: without it not all orthogonal matrices are equally likely.
pub(super) fn fill<F: Real>(
    weights: &mut [F],
    inputs: usize,
    outputs: usize,
    gain: f64,
    generator: &mut impl Rng,
) -> Result<()> {
    if weights.is_empty() {
        return Ok(());
    }
    let (tall, wide) = (inputs.max(outputs), inputs.min(outputs));
    let random = Array2::from_shape_simple_fn((tall, wide), || normal(generator));
    let (mut q, r) = random.qr().map_err(Error::library(format!("orthogonal weights of {inputs} × {outputs}")))?;
    for (mut column, pivot) in q.columns_mut().into_iter().zip(r.diag()) {
        column *= gain * pivot.signum();
    }
    let q = if inputs < outputs { q.reversed_axes() } else { q };
    for (weight, value) in weights.iter_mut().zip(&q) {
        *weight = F::of(*value);
    }
    Ok(())
}
