//! R², the coefficient of determination.

use ndarray::{ArrayView1, Zip};

use super::require_pairs;
use crate::error::Result;

/// 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: 1 is perfect, 0 is no better than always answering the mean, below 0 is worse.
///
/// For a constant `y` it is 1 where every prediction is exact and 0 otherwise, as scikit-learn's `r2_score` has it.
///
/// # Errors
/// Different lengths, or no values.
///
/// ```
/// use gradus::{metrics::r_squared, prelude::*};
/// let (truth, predicted) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert!((r_squared(truth.view(), predicted.view())? - 0.948_608_137_044_967_9).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn r_squared(truth: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<f64> {
    require_pairs("R²", truth, predicted)?;
    let mean = truth.sum() / truth.len() as f64;
    let residual = Zip::from(truth).and(predicted).fold(0.0, |sum, y, guess| sum + (y - guess) * (y - guess));
    let total = truth.fold(0.0, |sum, y| sum + (y - mean) * (y - mean));
    Ok(match (residual == 0.0, total == 0.0) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => 1.0 - residual / total,
    })
}
