//! The determinant.

use ndarray::ArrayRef2;

use super::require;
use crate::error::Result;
use crate::lapack::lu;

/// det A of a square matrix: by how much it stretches volumes, negative where it mirrors them; 0 where it has no
/// inverse. That of no rows is 1. NumPy's `det`.
///
/// A determinant says little about how near a matrix is to a singular one:
/// [`condition_number`](super::condition_number) does.
///
/// ```
/// use gradus::prelude::*;
/// assert!((determinant(&array![[1.0, 2.0], [3.0, 4.0]])? + 2.0).abs() < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// A matrix that is not square, an entry that is NaN or infinite.
#[doc(alias = "det")]
pub fn determinant(a: &ArrayRef2<f64>) -> Result<f64> {
    require::square("determinant", a)?;
    require::finite("determinant", a)?;
    Ok(lu(a.view(), "determinant")?.map_or(0.0, |factors| factors.determinant()))
}
