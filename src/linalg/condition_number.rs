//! The condition number.

use ndarray::ArrayRef2;

use super::svd::singular_values;
use crate::error::{Error, Result};

/// κ(A) = σ₁/σₚ, the largest singular value over the smallest: from 1 (orthogonal) to infinite (singular; about 10¹⁶
/// after rounding). Solving with A costs about log₁₀ κ of 16 digits. NumPy's `cond`.
///
/// ```
/// use gradus::prelude::*;
/// assert!((condition_number(&array![[100.0, 0.0], [0.0, 0.1]])? - 1000.0).abs() < 1e-9);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// A matrix without rows or columns, an entry that is NaN or infinite.
#[doc(alias = "cond")]
pub fn condition_number(a: &ArrayRef2<f64>) -> Result<f64> {
    let (values, _) = singular_values("condition_number", a)?;
    match (values.first(), values.last()) {
        (Some(_), Some(smallest)) if *smallest == 0.0 => Ok(f64::INFINITY),
        (Some(largest), Some(smallest)) => Ok(largest / smallest),
        _ => Err(Error::Data("condition_number of a matrix without entries is not defined".into())),
    }
}
