//! The factorizations that LAPACK does for us, each defined for empty matrices too.
//!
//! LAPACK refuses a dimension of 0 in its own way: some of its functions read memory that is not there, which ends the
//! process. Whoever can meet a matrix without rows or columns calls these functions, not `ndarray_linalg`.

use ndarray::{Array1, Array2, ArrayRef2, ArrayView2, Axis, ShapeBuilder, s};
use ndarray_linalg::error::LinalgError;
use ndarray_linalg::{
    AllocatedArray, AllocatedArrayMut, Cholesky, Eig, EigVals, EigValshInto, EighInto, JobSvd, Lapack, MatrixLayout,
    QRInto, SVDDCInto, Transpose, UPLO,
};
use num_complex::Complex64;

use crate::error::{Error, Result};

/// The error of a failure of LAPACK.
pub(crate) fn failed(context: &str) -> impl FnOnce(LinalgError) -> Error {
    Error::library(context)
}

/// The thin singular value decomposition A = U Σ Vᵀ: U (n × p), σ (p, largest first), Vᵀ (p × d), p = min(n, d).
pub(crate) fn svd(a: Array2<f64>, context: &str) -> Result<(Array2<f64>, Array1<f64>, Array2<f64>)> {
    let (n, d) = a.dim();
    if a.is_empty() {
        return Ok((Array2::zeros((n, 0)), Array1::zeros(0), Array2::zeros((0, d))));
    }
    match a.svddc_into(JobSvd::Some).map_err(failed(context))? {
        (Some(u), values, Some(vt)) => Ok((u, values, vt)),
        _ => Err(Error::Library {
            context: context.into(),
            message: "singular vectors are missing".into(),
            source: None,
        }),
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

/// The eigenvalues of a symmetric matrix, smallest first, and an orthonormal eigenvector in each column.
pub(crate) fn eigen(a: Array2<f64>, context: &str) -> Result<(Array1<f64>, Array2<f64>)> {
    match a.is_empty() {
        true => Ok((Array1::zeros(0), a)),
        false => a.eigh_into(UPLO::Upper).map_err(failed(context)),
    }
}

/// The eigenvalues of any square matrix.
pub(crate) fn complex_eigenvalues(a: &ArrayRef2<f64>, context: &str) -> Result<Array1<Complex64>> {
    match a.is_empty() {
        true => Ok(Array1::default(0)),
        false => a.to_owned().eigvals().map_err(failed(context)),
    }
}

/// The eigenvalues of any square matrix, and an eigenvector of length 1 in each column.
pub(crate) fn complex_eigen(a: &ArrayRef2<f64>, context: &str) -> Result<(Array1<Complex64>, Array2<Complex64>)> {
    match a.is_empty() {
        true => Ok((Array1::default(0), Array2::default((0, 0)))),
        false => a.to_owned().eig().map_err(failed(context)),
    }
}

/// A square matrix as P L U: from [`lu`].
pub(crate) struct Lu {
    /// L below the diagonal, U from it upwards; column after column.
    values: Vec<f64>,
    /// For each row, counted from 1, the one that it was exchanged with.
    pivots: Vec<i32>,
    size: usize,
    /// The largest sum of sizes in a column of A.
    norm: f64,
}

/// The triangular factors of a square matrix of finite numbers, or the number of the pivot that is 0.
pub(crate) fn lu(a: ArrayView2<'_, f64>, context: &str) -> Result<std::result::Result<Lu, usize>> {
    let size = a.nrows();
    let mut values: Vec<f64> = a.t().iter().copied().collect();
    let norm = a.columns().into_iter().map(|column| column.iter().map(|value| value.abs()).sum()).fold(0.0, f64::max);
    if size == 0 {
        return Ok(Ok(Lu { values, pivots: vec![], size, norm }));
    }
    match f64::lu(layout(size), &mut values) {
        Ok(pivots) => Ok(Ok(Lu { values, pivots, size, norm })),
        // LAPACK finishes before it reports a zero.
        Err(error) => match (0..size).find(|at| values[at * (size + 1)] == 0.0) {
            Some(pivot) => Ok(Err(pivot)),
            None => Err(failed(context)(error.into())),
        },
    }
}

/// Of a square matrix of this size, column after column.
fn layout(size: usize) -> MatrixLayout {
    MatrixLayout::F { col: size as i32, lda: size as i32 }
}

impl Lu {
    /// An estimate of the condition number ‖A‖₁ ‖A⁻¹‖₁, from below; infinite where it exceeds f64.
    pub fn condition(&self, context: &str) -> Result<f64> {
        match self.size {
            0 => Ok(1.0),
            size => {
                let reciprocal = f64::rcond(layout(size), &self.values, self.norm);
                Ok(reciprocal.map_err(|error| failed(context)(error.into()))?.recip())
            }
        }
    }

    /// A⁻¹.
    pub fn inverse(mut self, context: &str) -> Result<Array2<f64>> {
        if self.size > 0 {
            let done = f64::inv(layout(self.size), &mut self.values, &self.pivots);
            done.map_err(|error| failed(context)(error.into()))?;
        }
        Array2::from_shape_vec((self.size, self.size).f(), self.values).map_err(|error| failed(context)(error.into()))
    }

    /// A⁻¹b for each column of b, whose rows are as many as those of A.
    pub fn solve(&self, b: ArrayView2<'_, f64>, context: &str) -> Result<Array2<f64>> {
        let mut x = b.t().as_standard_layout().into_owned();
        for mut column in x.rows_mut() {
            if let (Some(column), true) = (column.as_slice_mut(), self.size > 0) {
                let done = f64::solve(layout(self.size), Transpose::No, &self.values, &self.pivots, column);
                done.map_err(|error| failed(context)(error.into()))?;
            }
        }
        Ok(x.reversed_axes())
    }

    /// det A: the product of U's diagonal, with the sign of the exchanges.
    pub fn determinant(&self) -> f64 {
        let diagonal = || (0..self.size).map(|at| self.values[at * (self.size + 1)]);
        let exchanges = self.pivots.iter().enumerate().filter(|(row, with)| **with != *row as i32 + 1).count();
        let sign = if exchanges % 2 == 0 { 1.0 } else { -1.0 };
        let product: f64 = diagonal().product();
        if product.is_normal() {
            return sign * product;
        }
        // Too large or too small on the way, which need not be so at the end.
        let logarithm: f64 = diagonal().map(|pivot| pivot.abs().ln()).sum();
        sign * diagonal().map(f64::signum).product::<f64>() * logarithm.exp()
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
    // Below the diagonal are the reflections.
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
