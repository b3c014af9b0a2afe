//! The triangle R of a QR factorization, made block by block, so that only a strip of the data is ever copied.

use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate, s};
use ndarray_linalg::QRInto;

use super::{Problem, lapack};
use crate::error::Result;

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
    pub fn of(problem: &Problem<'_>, centre: &Array1<f64>, scale: &Array1<f64>) -> Result<Self> {
        let (d, k, lead) = (problem.features(), problem.targets(), usize::from(problem.intercept));
        let width = lead + d + k;
        let strip = (4 * width).max(1024);
        let mut r = Array2::<f64>::zeros((0, width));
        let mut add = |strip: Array2<f64>| -> Result<()> {
            let stacked = concatenate![Axis(0), r, strip];
            r = stacked.qr_into().map_err(lapack("QR factorization of the features"))?.1;
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

    /// What stands beside it on the targets' side: p × k.
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
    for row in (0..r.nrows()).rev() {
        for later in row + 1..r.nrows() {
            let (mut at, from) = b.multi_slice_mut((s![row, ..], s![later, ..]));
            at.scaled_add(-r[[row, later]], &from);
        }
        b.row_mut(row).mapv_inplace(|value| value / r[[row, row]]);
    }
}

/// Solves Rᵀ z = b in place by forward substitution, R upper triangular.
pub(super) fn solve_upper_transposed(r: &Array2<f64>, b: &mut Array2<f64>) {
    for row in 0..r.nrows() {
        for earlier in 0..row {
            let (mut at, from) = b.multi_slice_mut((s![row, ..], s![earlier, ..]));
            at.scaled_add(-r[[earlier, row]], &from);
        }
        b.row_mut(row).mapv_inplace(|value| value / r[[row, row]]);
    }
}

/// The triangle with every column scaled to length one, and the lengths.
pub(super) fn unit_columns(r: ArrayView2<'_, f64>) -> (Array2<f64>, Array1<f64>) {
    let lengths = r.columns().into_iter().map(|column| column.dot(&column).sqrt()).collect::<Array1<f64>>();
    let lengths = lengths.mapv(|length| if length > 0.0 { length } else { 1.0 });
    (&r / &lengths, lengths)
}
