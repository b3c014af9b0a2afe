//! Lengths of vectors and sizes of matrices.

use ndarray::{ArrayRef, ArrayRef2, Dimension};

use super::require;
use super::svd::singular_values;
use crate::error::Result;
use crate::real;

/// ‖v‖ = √Σ vᵢ², the length of a vector (the 2-norm); of a matrix ‖A‖ = √Σ aᵢⱼ², Frobenius' norm. NumPy's `norm(a)`.
///
/// ```
/// use gradus::prelude::*;
/// assert_eq!(norm(&array![3.0, 4.0])?, 5.0);
/// assert_eq!(norm(&array![[1.0, -1.0], [1.0, -1.0]])?, 2.0);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// An entry that is NaN or infinite.
pub fn norm<D: Dimension>(a: &ArrayRef<f64, D>) -> Result<f64> {
    require::finite("norm", a)?;
    Ok(match a.as_slice_memory_order() {
        Some(values) => real::norm(values),
        None => real::norm(&a.iter().copied().collect::<Vec<_>>()),
    })
}

/// ‖A‖₂, the largest singular value: by how much A stretches a vector at most. NumPy's `norm(a, 2)` of a matrix; 0 of none.
///
/// ```
/// use gradus::prelude::*;
/// assert!((spectral_norm(&array![[0.0, 3.0], [-2.0, 0.0]])? - 3.0).abs() < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// An entry that is NaN or infinite.
pub fn spectral_norm(a: &ArrayRef2<f64>) -> Result<f64> {
    Ok(singular_values("spectral_norm", a)?.0.first().copied().unwrap_or(0.0))
}
