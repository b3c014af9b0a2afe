//! The problem that the solvers solve: data, weights of the examples, intercept, penalty.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, s};

use crate::data::Column;
use crate::error::{Error, Result};

/// Minimize Σ ωᵢ‖yᵢ − Wᵀxᵢ − b‖² + p‖W‖² over W (d × k) and, with an intercept, b (k).
pub(in crate::linear) struct Problem<'a> {
    /// n × d.
    pub x: ArrayView2<'a, f64>,
    /// n × k.
    pub y: ArrayView2<'a, f64>,
    /// ω, one per row; all 1 where absent.
    pub weights: Option<ArrayView1<'a, f64>>,
    /// Whether there is b.
    pub intercept: bool,
    /// p; the intercept is never penalized.
    pub penalty: f64,
    /// The features' columns, for messages.
    pub columns: &'a [Column],
}

impl Problem<'_> {
    pub fn rows(&self) -> usize {
        self.x.nrows()
    }

    pub fn features(&self) -> usize {
        self.x.ncols()
    }

    pub fn targets(&self) -> usize {
        self.y.ncols()
    }

    /// Σω; n without weights.
    pub fn total_weight(&self) -> f64 {
        self.weights.map_or(self.rows() as f64, |weights| weights.sum())
    }

    pub fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// A centre and a scale per column, from at most 1024 evenly spaced rows: close to mean and spread, at no cost.
    /// Exactness is not needed: they only keep the arithmetic that follows near 1. Without intercept the centre is 0.
    pub fn rough_centre_and_scale(&self) -> (Array1<f64>, Array1<f64>) {
        let stride = self.rows().div_ceil(1024).max(1);
        let sample = self.x.slice(s![..;stride, ..]);
        let centre = match self.intercept {
            true => sample.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(self.features())),
            false => Array1::zeros(self.features()),
        };
        let mut scale = Array1::<f64>::zeros(self.features());
        for row in sample.rows() {
            for ((scale, value), centre) in scale.iter_mut().zip(row).zip(&centre) {
                *scale = scale.max((value - centre).abs());
            }
        }
        // A power of two, so that scaling rounds nothing.
        scale.mapv_inplace(|scale| if scale > 0.0 { scale.log2().round().exp2() } else { 1.0 });
        (centre, scale)
    }

    /// The features that are combinations of those before them (a constant is one of the intercept), for an error.
    pub fn dependent_columns(&self) -> Result<Vec<String>> {
        let (centre, scale) = self.rough_centre_and_scale();
        let triangle = super::triangle::Triangle::of(self, &centre, &scale)?;
        let r = triangle.features();
        Ok((0..self.features())
            .filter(|column| {
                let length = r.column(*column).dot(&r.column(*column)).sqrt();
                let whole = (length * length + triangle.offset(*column).powi(2)).sqrt();
                *column >= r.nrows() || r[[*column, *column]].abs() <= 1e-13 * whole.max(f64::MIN_POSITIVE)
            })
            .map(|column| format!("`{}`", self.columns[column].name))
            .collect())
    }

    /// The error for a matrix without an inverse, naming the columns to leave out.
    pub fn singular(&self, what: &str, condition: f64) -> Error {
        let columns = match self.dependent_columns() {
            Ok(columns) if !columns.is_empty() => {
                format!("{} is constant or a combination of other columns: leave it out", columns.join(", "))
            }
            _ => "the columns are nearly combinations of each other".into(),
        };
        let hint = format!("{columns}, add a ridge penalty, or take the default solver or Solver::Svd");
        Error::Singular { what: what.into(), condition, hint }
    }
}

/// (XᵀX)⁻¹ from the triangle R of scaled columns: D R⁻¹R⁻ᵀ D with D = diag(1 / scale).
pub(super) fn inverse_gram(triangle: &Array2<f64>, scale: &Array1<f64>) -> Array2<f64> {
    let mut inverse = Array2::eye(triangle.nrows());
    super::triangle::solve_upper(triangle, &mut inverse);
    let mut gram = inverse.dot(&inverse.t());
    for ((row, column), value) in gram.indexed_iter_mut() {
        *value /= scale[row] * scale[column];
    }
    gram
}
