//! Eigenvalues and eigenvectors of symmetric matrices, which are real.

use ndarray::{Array1, Array2, ArrayRef2};

use super::require;
use crate::error::{Error, Result};
use crate::lapack;

/// Eigenvalues, and an eigenvector for each: from [`eigen`].
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// The eigenvalues λ (n), smallest first.
    pub values: Array1<f64>,
    /// The eigenvectors (n × n), one per column, in the order of the values: orthogonal, of length 1, the largest entry
    /// of each positive.
    pub vectors: Array2<f64>,
}

/// The eigenvalues λ of a symmetric matrix, smallest first: the curvatures of a quadratic cost whose Hessian it is.
/// NumPy's `eigvalsh`.
///
/// ```
/// use gradus::prelude::*;
/// let values = eigenvalues(&array![[2.0, 1.0], [1.0, 2.0]])?;
/// assert!(norm(&(&values - &array![1.0, 3.0]))? < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// A matrix that is not square or, beyond rounding, not symmetric, which
/// [`complex_eigenvalues`](super::complex_eigenvalues) takes; an entry that is NaN or infinite.
#[doc(alias = "eigvalsh")]
pub fn eigenvalues(a: &ArrayRef2<f64>) -> Result<Array1<f64>> {
    lapack::eigenvalues(symmetric("eigenvalues", a)?, "eigenvalues")
}

/// The eigenvalues λ of a symmetric matrix with their eigenvectors v, Av = λv: A = V diag(λ) Vᵀ. NumPy's `eigh`.
///
/// ```
/// use gradus::prelude::*;
/// let a = array![[2.0, 1.0], [1.0, 2.0]];
/// let Eigen { values, vectors } = eigen(&a)?;
/// assert!(norm(&(vectors.dot(&Array2::from_diag(&values)).dot(&vectors.t()) - &a))? < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// As [`eigenvalues`]; [`complex_eigen`](super::complex_eigen) takes a matrix that is not symmetric.
#[doc(alias = "eigh")]
pub fn eigen(a: &ArrayRef2<f64>) -> Result<Eigen> {
    let (values, mut vectors) = lapack::eigen(symmetric("eigenvectors", a)?, "eigenvectors")?;
    for mut vector in vectors.columns_mut() {
        let sign = sign_of_largest(vector.iter());
        vector *= sign;
    }
    Ok(Eigen { values, vectors })
}

/// The matrix with the rounding taken out of its symmetry.
fn symmetric(what: &str, a: &ArrayRef2<f64>) -> Result<Array2<f64>> {
    /// A product such as XᵀX is symmetric up to rounding.
    const ROUNDING: f64 = 1e-10;
    require::square(what, a)?;
    require::finite(what, a)?;
    let largest = a.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    for ((row, column), value) in a.indexed_iter() {
        let mirrored = a[[column, row]];
        if (value / largest - mirrored / largest).abs() > ROUNDING {
            return Err(Error::Data(format!(
                "{what} of a symmetric matrix: row {row}, column {column} holds {value}, but row {column}, column {row} holds \
                 {mirrored}; `complex_eigenvalues` and `complex_eigen` take any square matrix"
            )));
        }
    }
    Ok(Array2::from_shape_fn(a.dim(), |(row, column)| a[[row, column]] / 2.0 + a[[column, row]] / 2.0))
}

/// 1 or −1: that of the entry of largest size. A vector is as good as its negative, so that one is chosen.
pub(super) fn sign_of_largest<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    // Of entries that differ by rounding the first, so that every computer chooses the same.
    let larger = |most: f64, value: &f64| if value.abs() > most.abs() * (1.0 + 1e-6) { *value } else { most };
    if values.fold(0.0, larger) < 0.0 { -1.0 } else { 1.0 }
}
