//! The inverse.

use ndarray::{Array2, ArrayRef2};

use super::factored::Factored;
use crate::error::Result;

/// A⁻¹ of a square matrix, with A A⁻¹ = A⁻¹A = 1: NumPy's `inv`.
///
/// As on the slide; to compute x = A⁻¹b, [`solve`](super::solve) is quicker and keeps more digits.
///
/// ```
/// use gradus::prelude::*;
/// let a = array![[4.0, 7.0], [2.0, 6.0]];
/// let gap = inverse(&a)? - array![[0.6, -0.7], [-0.2, 0.4]];
/// assert!(norm(&gap)? < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`](crate::Error::Shape) for a matrix that is not square, [`Error::Data`](crate::Error::Data) for an
/// entry that is NaN or infinite, [`Error::Singular`](crate::Error::Singular) where there is no inverse, or where
/// rounding would leave no digit of it.
#[doc(alias = "inv")]
pub fn inverse(a: &ArrayRef2<f64>) -> Result<Array2<f64>> {
    Factored::of("inverse", a)?.inverse("inverse")
}
