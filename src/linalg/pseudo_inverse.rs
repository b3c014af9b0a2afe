//! The pseudo-inverse.

use ndarray::{Array2, ArrayRef2, Axis};

use super::require;
use super::svd::negligible;
use crate::error::Result;
use crate::lapack;

/// A⁺ of any matrix (n × d), d × n: the inverse where there is one, (AᵀA)⁻¹Aᵀ for independent columns, and A⁺b is the
/// shortest of the least-squares solutions of Ax = b in any case (Moore, Penrose). NumPy's `pinv`.
///
/// From the singular values, A⁺ = V diag(1/σ) Uᵀ, in which 1/σ is 0 where σ ≤ max(n, d) ε σ₁.
///
/// ```
/// use gradus::prelude::*;
/// let twice = array![[1.0, 2.0], [2.0, 4.0]]; // no inverse
/// assert!(norm(&(pseudo_inverse(&twice)? - &twice / 25.0))? < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// An entry that is NaN or infinite.
#[doc(alias = "pinv")]
pub fn pseudo_inverse(a: &ArrayRef2<f64>) -> Result<Array2<f64>> {
    require::finite("pseudo_inverse", a)?;
    let (u, values, vt) = lapack::svd(a.to_owned(), "pseudo_inverse")?;
    let limit = negligible(a, &values);
    let reciprocals = values.mapv(|value| if value > limit { value.recip() } else { 0.0 });
    Ok((vt.t().to_owned() * reciprocals.insert_axis(Axis(0))).dot(&u.t()))
}
