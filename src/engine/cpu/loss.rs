//! The loss of a batch and its derivative by each output.

use crate::loss::{AnyLoss, Loss};
use crate::real::Real;

/// Σ ωᵢ lᵢ / n over the n rows, as in Keras (`sum_over_batch_size`), and ωᵢ/n times the derivatives of lᵢ.
///
/// Losses compute in `f64`: the outputs of a row are widened in `row`.
pub(super) fn mean<F: Real>(
    loss: &AnyLoss,
    truth: &[f64],
    weights: &[f64],
    predicted: &[F],
    mut slopes: Option<&mut [F]>,
    row: (&mut [f64], &mut [f64]),
) -> f64 {
    let rows = weights.len();
    let (targets, outputs) = (truth.len() / rows, predicted.len() / rows);
    let (wide, slope) = row;
    let mut sum = 0.0;
    for (at, ((truth, predicted), weight)) in
        truth.chunks_exact(targets).zip(predicted.chunks_exact(outputs)).zip(weights).enumerate()
    {
        for (wide, predicted) in wide.iter_mut().zip(predicted) {
            *wide = predicted.as_f64();
        }
        sum += weight * loss.formula(truth, wide, slope);
        if let Some(slopes) = slopes.as_deref_mut() {
            let factor = weight / rows as f64;
            for (narrow, slope) in slopes[at * outputs..].iter_mut().zip(slope.iter()) {
                *narrow = F::of(factor * slope);
            }
        }
    }
    sum / rows as f64
}
