//! The loss of a batch and its derivative by each output.

use crate::loss::{AnyLoss, Loss};
use crate::real::Real;

/// Σ ωᵢ lᵢ / m over the m rows, as Keras has it (`sum_over_batch_size`), and ωᵢ/m times the derivatives of lᵢ.
///
/// A row's few outputs are widened to `f64` in `row`, in which losses compute. Where one of them is NaN or infinite, so is
/// the mean: a loss that looks at some of the outputs only, or cuts them off, must not hide it.
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
        sum += weight * example(loss, truth, wide, slope);
        if let Some(slopes) = slopes.as_deref_mut() {
            let factor = weight / rows as f64;
            for (narrow, slope) in slopes[at * outputs..].iter_mut().zip(slope.iter()) {
                *narrow = F::of(factor * slope);
            }
        }
    }
    sum / rows as f64
}

/// The loss of one example, which is not finite where an output is not.
pub(crate) fn example(loss: &AnyLoss, truth: &[f64], outputs: &[f64], slope: &mut [f64]) -> f64 {
    let value = loss.example(truth, outputs, slope);
    let hidden = value.is_finite() && !outputs.iter().all(|output| output.is_finite());
    if hidden { f64::NAN } else { value }
}
