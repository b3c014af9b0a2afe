//! The trace.

use ndarray::ArrayRef2;

use super::require;
use crate::error::Result;

/// tr A = Σ aᵢᵢ of a square matrix, the sum of its eigenvalues: NumPy's `trace`.
///
/// ```
/// use gradus::prelude::*;
/// assert_eq!(trace(&array![[1.0, 2.0], [3.0, 4.0]])?, 5.0);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// A matrix that is not square, an entry that is NaN or infinite.
pub fn trace(a: &ArrayRef2<f64>) -> Result<f64> {
    require::square("trace", a)?;
    require::finite("trace", a)?;
    Ok(a.diag().sum())
}
