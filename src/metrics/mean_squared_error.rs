//! Mean squared error.

use ndarray::{ArrayView1, Zip};

use super::require_pairs;
use crate::error::Result;

/// (1/n) Σ (y − ŷ)², without the first lecture's ½. Where a value is NaN, so is this.
///
/// # Errors
/// Different lengths, or no values.
///
/// ```
/// use gradus::{metrics::mean_squared_error, prelude::*};
/// let (truth, predicted) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(mean_squared_error(truth.view(), predicted.view())?, 0.375);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn mean_squared_error(truth: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<f64> {
    require_pairs("mean squared error", truth, predicted)?;
    let sum = Zip::from(truth).and(predicted).fold(0.0, |sum, y, guess| sum + (y - guess) * (y - guess));
    Ok(sum / truth.len() as f64)
}
