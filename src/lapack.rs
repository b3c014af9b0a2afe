//! The factorizations that LAPACK does for us, each defined for empty matrices too.
//!
//! LAPACK refuses a dimension of 0 in its own way: some of its functions read memory that is not there, which ends the
//! process. Whoever can meet a matrix without rows or columns calls these functions, not `ndarray_linalg`.

use ndarray::{Array1, Array2, Axis, s};
use ndarray_linalg::error::LinalgError;
use ndarray_linalg::{
    AllocatedArray, AllocatedArrayMut, Cholesky, EigValshInto, JobSvd, Lapack, QRInto, SVDDCInto, UPLO,
};

use crate::error::{Error, Result};

/// A failure of LAPACK in words.
pub(crate) fn failed(context: &str) -> impl Fn(LinalgError) -> Error {
    let context = context.to_string();
    move |error| Error::Library { context: context.clone(), message: error.to_string() }
}

/// The thin singular value decomposition A = U Σ Vᵀ: U (n × p), σ (p, largest first), Vᵀ (p × d), p = min(n, d).
pub(crate) fn svd(a: Array2<f64>, context: &str) -> Result<(Array2<f64>, Array1<f64>, Array2<f64>)> {
    let (n, d) = a.dim();
    if a.is_empty() {
        return Ok((Array2::zeros((n, 0)), Array1::zeros(0), Array2::zeros((0, d))));
    }
    match a.svddc_into(JobSvd::Some).map_err(failed(context))? {
        (Some(u), values, Some(vt)) => Ok((u, values, vt)),
        _ => Err(Error::Library { context: context.into(), message: "singular vectors are missing".into() }),
    }
}

/// The singular values alone, largest first.
pub(crate) fn singular_values(a: Array2<f64>, context: &str) -> Result<Array1<f64>> {
    match a.is_empty() {
        true => Ok(Array1::zeros(0)),
        false => Ok(a.svddc_into(JobSvd::None).map_err(failed(context))?.1),
    }
}

/// The eigenvalues of a symmetric matrix, smallest first.
pub(crate) fn eigenvalues(a: Array2<f64>, context: &str) -> Result<Array1<f64>> {
    match a.is_empty() {
        true => Ok(Array1::zeros(0)),
        false => a.eigvalsh_into(UPLO::Upper).map_err(failed(context)),
    }
}

/// R of A = RᵀR, R upper triangular; `None` where A is not positive definite.
pub(crate) fn cholesky(a: &Array2<f64>) -> Option<Array2<f64>> {
    match a.is_empty() {
        true => Some(Array2::zeros(a.dim())),
        false => a.cholesky(UPLO::Upper).ok(),
    }
}

/// An orthonormal basis of A's columns, n × min(n, d): Q of A = QR.
pub(crate) fn orthonormal(a: Array2<f64>, context: &str) -> Result<Array2<f64>> {
    match a.is_empty() {
        true => Ok(Array2::zeros((a.nrows(), 0))),
        false => Ok(a.qr_into().map_err(failed(context))?.0),
    }
}

/// R of A = QR, min(n, d) × d, without the work of forming Q.
pub(crate) fn triangle(mut a: Array2<f64>, context: &str) -> Result<Array2<f64>> {
    let (n, d) = a.dim();
    if !a.is_empty() {
        let layout = a.layout().map_err(failed(context))?;
        let values = a.as_allocated_mut().map_err(failed(context))?;
        f64::householder(layout, values).map_err(|error| failed(context)(error.into()))?;
    }
    // Below the diagonal stand the reflections.
    let mut r = a.slice_move(s![..n.min(d), ..]);
    for (row, mut values) in r.axis_iter_mut(Axis(0)).enumerate() {
        values.slice_mut(s![..row]).fill(0.0);
    }
    Ok(Array2::from_shape_fn((n.min(d), d), |at| r[at]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{ShapeBuilder, array};

    #[test]
    fn empty_matrices_have_empty_factors() {
        for (n, d) in [(0, 0), (0, 3), (3, 0)] {
            let empty = || Array2::<f64>::zeros((n, d));
            let (u, values, vt) = svd(empty(), "").unwrap();
            assert_eq!((u.dim(), values.len(), vt.dim()), ((n, 0), 0, (0, d)));
            assert_eq!(singular_values(empty(), "").unwrap().len(), 0);
            assert_eq!(orthonormal(empty(), "").unwrap().dim(), (n, 0));
            assert_eq!(triangle(empty(), "").unwrap().dim(), (0, d));
        }
        assert_eq!(eigenvalues(Array2::zeros((0, 0)), "").unwrap().len(), 0);
        assert_eq!(cholesky(&Array2::zeros((0, 0))).unwrap().dim(), (0, 0));
    }

    #[test]
    fn the_triangle_has_the_products_of_the_columns_in_both_layouts() {
        let tall = array![[1.0, 2.0], [3.0, -4.0], [0.5, 6.0]];
        for a in [tall.clone(), tall.t().to_owned(), array![[2.0, 3.0, 5.0]]] {
            let mut columns = Array2::zeros(a.dim().f());
            columns.assign(&a);
            for a in [a.clone(), columns] {
                let r = triangle(a.clone(), "").unwrap();
                assert_eq!(r.dim(), (a.nrows().min(a.ncols()), a.ncols()));
                assert!((r.t().dot(&r) - a.t().dot(&a)).iter().all(|gap| gap.abs() < 1e-13), "{r}");
                assert!(r.indexed_iter().all(|((row, column), value)| row <= column || *value == 0.0));
            }
        }
    }
}
