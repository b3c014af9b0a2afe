//! Eigenvalues and eigenvectors of any square matrix, which can be complex.

use ndarray::{Array1, Array2, ArrayRef2};
use num_complex::Complex64;

use super::require;
use crate::error::Result;
use crate::lapack;

/// Complex eigenvalues, and an eigenvector for each: from [`complex_eigen`].
#[derive(Clone, Debug, PartialEq)]
pub struct ComplexEigen {
    /// The eigenvalues λ (n); a complex one and its conjugate are next to each other.
    pub values: Array1<Complex64>,
    /// The eigenvectors (n × n), one per column of length 1, in the order of the values.
    pub vectors: Array2<Complex64>,
}

/// The eigenvalues λ of any square matrix, in no order; those that are real have an imaginary part of 0. NumPy's
/// `eigvals`.
///
/// A symmetric matrix has real ones: [`eigenvalues`](super::eigenvalues).
///
/// ```
/// use gradus::{num_complex::Complex64, prelude::*};
/// // A quarter turn has no direction that it keeps: ±i.
/// let values = complex_eigenvalues(&array![[0.0, -1.0], [1.0, 0.0]])?;
/// assert!((values[0] * values[1] - Complex64::new(1.0, 0.0)).norm() < 1e-14);
/// assert!((values[0] + values[1]).norm() < 1e-14 && values[0].re.abs() < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// A matrix that is not square, an entry that is NaN or infinite.
#[doc(alias = "eigvals")]
pub fn complex_eigenvalues(a: &ArrayRef2<f64>) -> Result<Array1<Complex64>> {
    require::square("eigenvalues", a)?;
    require::finite("eigenvalues", a)?;
    lapack::complex_eigenvalues(a, "eigenvalues")
}

/// The eigenvalues λ of any square matrix with their eigenvectors v, Av = λv. NumPy's `eig`.
///
/// ```
/// use gradus::{num_complex::Complex64, prelude::*};
/// let a = array![[0.0, -1.0], [1.0, 0.0]];
/// let found = complex_eigen(&a)?;
/// let v = found.vectors.column(0);
/// let image = a.mapv(Complex64::from).dot(&v);
/// assert!(image.iter().zip(v).all(|(image, v)| (image - found.values[0] * v).norm() < 1e-14));
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// As [`complex_eigenvalues`].
#[doc(alias = "eig")]
pub fn complex_eigen(a: &ArrayRef2<f64>) -> Result<ComplexEigen> {
    require::square("eigenvectors", a)?;
    require::finite("eigenvectors", a)?;
    let (values, vectors) = lapack::complex_eigen(a, "eigenvectors")?;
    Ok(ComplexEigen { values, vectors })
}
