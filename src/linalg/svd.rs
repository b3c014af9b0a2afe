//! The singular value decomposition.

use ndarray::{Array1, Array2, ArrayRef2};

use super::eigen::sign_of_largest;
use super::require;
use crate::error::Result;
use crate::lapack;

/// A = U diag(σ) Vᵀ: from [`svd`].
#[derive(Clone, Debug, PartialEq)]
pub struct Svd {
    /// U (n × p): orthonormal columns, the largest entry of each positive.
    pub u: Array2<f64>,
    /// The singular values σ ≥ 0 (p), largest first.
    pub singular_values: Array1<f64>,
    /// Vᵀ (p × d): orthonormal rows.
    pub vt: Array2<f64>,
}

/// The thin singular value decomposition A = U diag(σ) Vᵀ of any matrix (n × d), with p = min(n, d) singular values: NumPy's
/// `svd(a, full_matrices=False)`.
///
/// ```
/// use gradus::prelude::*;
/// let a = array![[3.0, 0.0], [4.0, 5.0]];
/// let Svd { u, singular_values, vt } = svd(&a)?;
/// assert!((singular_values[0] - 45.0_f64.sqrt()).abs() < 1e-14);
/// assert!(norm(&(u.dot(&Array2::from_diag(&singular_values)).dot(&vt) - &a))? < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// An entry that is NaN or infinite.
pub fn svd(a: &ArrayRef2<f64>) -> Result<Svd> {
    require::finite("svd", a)?;
    let (mut u, singular_values, mut vt) = lapack::svd(a.to_owned(), "svd")?;
    for (mut left, mut right) in u.columns_mut().into_iter().zip(vt.rows_mut()) {
        let sign = sign_of_largest(left.iter());
        left *= sign;
        right *= sign;
    }
    Ok(Svd { u, singular_values, vt })
}

/// The singular values alone, and how small one of them counts as 0: max(n, d) ε σ₁, as NumPy has it.
pub(super) fn singular_values(what: &str, a: &ArrayRef2<f64>) -> Result<(Array1<f64>, f64)> {
    require::finite(what, a)?;
    let values = lapack::singular_values(a.to_owned(), what)?;
    let limit = negligible(a, &values);
    Ok((values, limit))
}

/// The size up to which a singular value is one of rounding.
pub(super) fn negligible(a: &ArrayRef2<f64>, singular_values: &Array1<f64>) -> f64 {
    let largest = singular_values.first().copied().unwrap_or(0.0);
    a.nrows().max(a.ncols()) as f64 * f64::EPSILON * largest
}
