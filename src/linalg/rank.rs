//! The rank.

use ndarray::ArrayRef2;

use super::svd::singular_values;
use crate::error::Result;

/// How many columns, or rows, are independent: the number of singular values above max(n, d) ε σ₁. NumPy's
/// `matrix_rank`.
///
/// ```
/// use gradus::prelude::*;
/// assert_eq!(rank(&array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])?, 1);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// An entry that is NaN or infinite.
#[doc(alias = "matrix_rank")]
pub fn rank(a: &ArrayRef2<f64>) -> Result<usize> {
    let (values, limit) = singular_values("rank", a)?;
    Ok(values.iter().filter(|value| **value > limit).count())
}
