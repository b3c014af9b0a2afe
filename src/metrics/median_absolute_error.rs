//! Median absolute error.

use ndarray::ArrayView1;

use super::require_pairs;
use crate::error::Result;

/// The median of |y − ŷ|: half of the predictions are nearer than this. Outliers do not move it. Where a value is NaN, so is
/// the median.
///
/// ```
/// use gradus::{metrics::median_absolute_error, prelude::*};
/// let (truth, predicted) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(median_absolute_error(truth.view(), predicted.view())?, 0.5);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different lengths, or no values.
pub fn median_absolute_error(truth: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<f64> {
    require_pairs("median absolute error", truth, predicted)?;
    let mut errors: Vec<f64> = truth.iter().zip(predicted).map(|(y, guess)| (y - guess).abs()).collect();
    // Sorted, a NaN would stand behind all numbers and not be seen.
    if errors.iter().any(|error| error.is_nan()) {
        return Ok(f64::NAN);
    }
    let (half, even) = (errors.len() / 2, errors.len().is_multiple_of(2));
    let (below, middle, _) = errors.select_nth_unstable_by(half, f64::total_cmp);
    let middle = *middle;
    let before = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok(if even { f64::midpoint(before, middle) } else { middle })
}
