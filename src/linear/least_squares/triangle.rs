//! The triangle R of a QR factorization, made block by block, so that only a strip of the data is ever copied.

use cblas_sys::{CBLAS_DIAG, CBLAS_LAYOUT, CBLAS_SIDE, CBLAS_TRANSPOSE, CBLAS_UPLO, cblas_dtrsm, cblas_dtrsv};
use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate, s};

use super::Problem;
use crate::blas::with_one_thread;
use crate::error::Result;
use crate::lapack;
use crate::linear::standardize::Standardization;

/// R of the matrix `[√ω, √ω (x − centre) / scale, √(p) rows, √ω y]` (the first column only with an intercept).
///
/// Its rows stand for all the data: `RᵀR` is the matrix of moments, without having been squared.
pub(super) struct Triangle {
    r: Array2<f64>,
    features: usize,
    /// 1 with an intercept, 0 without: how many columns stand before the features.
    lead: usize,
}

impl Triangle {
    /// Householder QR over strips of rows, each stacked under the triangle so far.
    pub fn of(problem: &Problem<'_>, standard: &Standardization) -> Result<Self> {
        let (centre, scale) = (&standard.centre, &standard.scale);
        let (d, k, lead) = (problem.features(), problem.targets(), usize::from(problem.intercept));
        let width = lead + d + k;
        let strip = (4 * width).max(1024);
        let mut r = Array2::<f64>::zeros((0, width));
        let mut add = |strip: Array2<f64>| -> Result<()> {
            let stacked = concatenate![Axis(0), r, strip];
            r = lapack::triangle(stacked, "QR factorization of the features")?;
            Ok(())
        };
        for start in (0..problem.rows()).step_by(strip) {
            let rows = start..(start + strip).min(problem.rows());
            let mut block = Array2::zeros((rows.len(), width));
            for (mut to, row) in block.rows_mut().into_iter().zip(rows) {
                let root = problem.weight(row).sqrt();
                if problem.intercept {
                    to[0] = root;
                }
                for column in 0..d {
                    to[lead + column] = root * ((problem.x[[row, column]] - centre[column]) / scale[column]);
                }
                to.slice_mut(s![lead + d..]).assign(&(&problem.y.row(row) * root));
            }
            add(block)?;
        }
        if problem.penalty > 0.0 {
            let mut block = Array2::zeros((d, width));
            for column in 0..d {
                block[[column, lead + column]] = problem.penalty.sqrt() / scale[column];
            }
            add(block)?;
        }
        Ok(Triangle { r, features: d, lead })
    }

    /// The features' part, free of the intercept: p × d, upper triangular, p ≤ d + k.
    pub fn features(&self) -> ArrayView2<'_, f64> {
        self.r
            .slice(s![self.lead..(self.lead + self.features).min(self.r.nrows()), self.lead..self.lead + self.features])
    }

    /// The corresponding block of the targets, p × k.
    pub fn targets(&self) -> ArrayView2<'_, f64> {
        self.r.slice(s![self.lead..(self.lead + self.features).min(self.r.nrows()), self.lead + self.features..])
    }

    /// What the intercept takes of a feature: the part of its column that is constant.
    pub fn offset(&self, feature: usize) -> f64 {
        if self.lead == 1 { self.r[[0, 1 + feature]] } else { 0.0 }
    }

    /// The intercepts that belong to weights `z` of the shifted and scaled features.
    pub fn intercepts(&self, z: &Array2<f64>) -> Array1<f64> {
        if self.lead == 0 {
            return Array1::zeros(z.ncols());
        }
        let row = self.r.row(0);
        (&row.slice(s![1 + self.features..]) - &row.slice(s![1..1 + self.features]).dot(z)) / row[0]
    }
}

/// Solves R z = b in place by back substitution, R upper triangular.
pub(super) fn solve_upper(r: &Array2<f64>, b: &mut Array2<f64>) {
    substitute(r, CBLAS_TRANSPOSE::CblasNoTrans, b);
}

/// Solves Rᵀ z = b in place by forward substitution, R upper triangular.
pub(super) fn solve_upper_transposed(r: &Array2<f64>, b: &mut Array2<f64>) {
    substitute(r, CBLAS_TRANSPOSE::CblasTrans, b);
}

fn substitute(r: &Array2<f64>, transpose: CBLAS_TRANSPOSE, b: &mut Array2<f64>) {
    const SMALL: usize = 20_000_000;
    let (d, k) = b.dim();
    debug_assert_eq!(r.dim(), (d, d));
    if d == 0 || k == 0 {
        return;
    }
    let r = r.as_standard_layout();
    if !b.is_standard_layout() {
        *b = Array2::from_shape_fn((d, k), |at| b[at]);
    }
    let (layout, upper, diagonal) = (CBLAS_LAYOUT::CblasRowMajor, CBLAS_UPLO::CblasUpper, CBLAS_DIAG::CblasNonUnit);
    let mut solve = || {
        // SAFETY: `r` holds d·d and `b` d·k values row by row without gaps; matrices that fit into memory have sides that fit
        // the C int.
        unsafe {
            match k {
                1 => cblas_dtrsv(layout, upper, transpose, diagonal, d as i32, r.as_ptr(), d as i32, b.as_mut_ptr(), 1),
                _ => cblas_dtrsm(
                    layout,
                    CBLAS_SIDE::CblasLeft,
                    upper,
                    transpose,
                    diagonal,
                    d as i32,
                    k as i32,
                    1.0,
                    r.as_ptr(),
                    d as i32,
                    b.as_mut_ptr(),
                    k as i32,
                ),
            }
        }
    };
    if d * d * k < SMALL { with_one_thread(solve) } else { solve() }
}

/// The triangle with every column scaled to length one, and the lengths.
pub(super) fn unit_columns(r: ArrayView2<'_, f64>) -> (Array2<f64>, Array1<f64>) {
    let lengths = r.columns().into_iter().map(|column| column.dot(&column).sqrt()).collect::<Array1<f64>>();
    let lengths = lengths.mapv(|length| if length > 0.0 { length } else { 1.0 });
    (&r / &lengths, lengths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{ShapeBuilder, array};

    #[test]
    fn substitution_solves_for_one_and_for_several_columns_in_every_layout() {
        let r = array![[2.0, -1.0, 3.0], [0.0, 4.0, 0.5], [0.0, 0.0, -8.0]];
        let z = array![[1.0, -2.0], [3.0, 0.25], [-0.5, 7.0]];
        let mut columns = Array2::zeros((3, 3).f());
        columns.assign(&r);
        for r in [r, columns] {
            for width in [0, 1, 2] {
                let z = z.slice(s![.., ..width]).to_owned();
                let mut b = r.dot(&z);
                solve_upper(&r, &mut b);
                assert_eq!(b, z);
                let mut b = r.t().dot(&z).reversed_axes().as_standard_layout().into_owned().reversed_axes();
                solve_upper_transposed(&r, &mut b);
                assert_eq!(b, z);
            }
        }
    }
}
