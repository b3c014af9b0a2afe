//! Maximum error.

use ndarray::ArrayView1;

use super::require_pairs;
use crate::error::Result;

/// The largest |y − ŷ|: the worst that happened. Where a value is NaN, so is this.
///
/// ```
/// use gradus::{metrics::max_error, prelude::*};
/// assert_eq!(max_error(array![3.0, 2.0, 7.0].view(), array![2.5, 2.0, 8.0].view())?, 1.0);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different lengths, or no values.
pub fn max_error(truth: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<f64> {
    require_pairs("maximum error", truth, predicted)?;
    Ok(truth.iter().zip(predicted).fold(0.0, |most, (y, guess)| {
        let error = (y - guess).abs();
        // A NaN is to be seen, which `max` would hide.
        if error.is_nan() || error > most { error } else { most }
    }))
}
