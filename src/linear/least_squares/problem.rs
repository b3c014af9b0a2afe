//! The problem that the solvers solve: data, weights of the examples, intercept, penalty.

use ndarray::{ArrayView1, ArrayView2};

use crate::data::Column;
use crate::error::{Error, Result};
use crate::linear::standardize::Standardization;

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

    /// Σω with an intercept, nothing without.
    pub fn total_if_intercept(&self) -> Option<f64> {
        self.intercept.then(|| self.total_weight())
    }

    /// Whether the estimates have standard errors; a penalty biases them.
    pub fn has_standard_errors(&self) -> bool {
        self.penalty == 0.0
    }

    pub fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// Centre and scale of the features.
    pub fn standardization(&self) -> Standardization {
        Standardization::of(self.x, self.weights, self.intercept)
    }

    /// Whether there are fewer examples than unknowns, so that many weights fit equally well.
    pub fn is_short(&self) -> bool {
        self.rows() < self.features() + usize::from(self.intercept)
    }

    /// How many examples there are for how many features, in words.
    pub fn shape_in_words(&self) -> String {
        let (n, d) = (self.rows(), self.features());
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let are = if n == 1 { "is" } else { "are" };
        format!("there {are} {n} example{} for {d} feature{}", plural(n), plural(d))
    }

    /// The features that are combinations of those before them (a constant is one of the intercept), for an error.
    pub fn dependent_columns(&self) -> Result<Vec<String>> {
        let triangle = super::triangle::Triangle::of(self, &self.standardization())?;
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
            _ if self.is_short() && self.penalty == 0.0 => self.shape_in_words(),
            Ok(columns) if !columns.is_empty() => {
                format!("{} is constant or a combination of other columns: leave it out", columns.join(", "))
            }
            _ => "the columns are nearly combinations of each other".into(),
        };
        let hint = format!("{columns}; add a ridge penalty or use the default solver or Solver::Svd");
        Error::Singular { what: what.into(), condition, hint }
    }
}
