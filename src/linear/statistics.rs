//! Statistics of the training data for the summary of a closed-form fit.

use ndarray::{Array1, ArrayView1, s};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::double::Double;
use super::least_squares::{Precise, Problem, Solved};
use crate::error::{Error, Result};
use crate::metrics;

/// Rows that one task takes. Fixed, and added in order, so that the digits do not depend on the number of threads.
const ROWS: usize = 4096;

/// Statistics of the training data for the summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub(super) struct Statistics {
    /// How many examples had a weight above 0.
    pub examples: usize,
    /// Examples minus rank, minus one with an intercept.
    pub degrees_of_freedom: usize,
    /// Σ ω (y − ŷ)², one per target.
    pub residual_squares: Array1<f64>,
    /// Σ ω (y − ȳ)², or Σ ω y² without intercept, one per target.
    pub total_squares: Array1<f64>,
    /// √((XᵀX)⁻¹)ⱼⱼ of the centered features: the weights' standard errors for residuals of standard deviation 1.
    pub weight_standard_errors: Option<Array1<f64>>,
    /// The intercept's, √(1/n + x̄ᵀ(XᵀX)⁻¹x̄).
    pub intercept_standard_error: f64,
}

/// The form in files; older ones have the matrix (XᵀX)⁻¹ and squares in place of the standard errors.
#[derive(Deserialize)]
struct Stored {
    examples: usize,
    degrees_of_freedom: usize,
    residual_squares: Array1<f64>,
    total_squares: Array1<f64>,
    #[serde(default, alias = "weight_deviations")]
    weight_standard_errors: Option<Array1<f64>>,
    #[serde(default, alias = "intercept_deviation")]
    intercept_standard_error: Option<f64>,
    #[serde(default)]
    inverse_gram: Option<ndarray::Array2<f64>>,
    #[serde(default)]
    intercept_factor: Option<f64>,
}

impl From<Stored> for Statistics {
    fn from(stored: Stored) -> Self {
        let older = stored.inverse_gram.map(|inverse| inverse.diag().mapv(f64::sqrt));
        let intercept = stored.intercept_standard_error.or(stored.intercept_factor.map(f64::sqrt));
        Statistics {
            examples: stored.examples,
            degrees_of_freedom: stored.degrees_of_freedom,
            residual_squares: stored.residual_squares,
            total_squares: stored.total_squares,
            weight_standard_errors: stored.weight_standard_errors.or(older),
            intercept_standard_error: intercept.unwrap_or(f64::NAN),
        }
    }
}

/// Sums over a block of examples, one per target.
struct Sums {
    residual_squares: Array1<Double>,
    /// Σ ω (y − pilot)² and Σ ω (y − pilot) for one of the y's.
    squares: Array1<Double>,
    sum: Array1<Double>,
    /// Σ ω, in doubled precision: heavy weights would hide light ones.
    total: Double,
}

/// Refuses a target whose squares, summed to `squares`, leave the range of f64: its residuals could not be measured.
pub(super) fn require_squares(y: ArrayView1<'_, f64>, intercept: bool, squares: f64) -> Result<()> {
    let pilot = if intercept { y.first().copied().unwrap_or(0.0) } else { 0.0 };
    let size = match squares {
        _ if !squares.is_finite() => "large",
        _ if squares < 1e-290 && y.iter().any(|y| *y != pilot && (y - pilot).abs() < 1e-150) => "small",
        _ => return Ok(()),
    };
    Err(Error::Data(format!("the target is too {size} for its squares in f64; scale it first")))
}

impl Statistics {
    /// # Errors
    /// A target whose squares leave the range of f64.
    pub fn of(problem: &Problem<'_>, solved: &Solved) -> Result<Self> {
        let mut sums = Sums::zero(problem.targets());
        let blocks: Vec<Sums> = (0..problem.rows().div_ceil(ROWS))
            .into_par_iter()
            .map(|block| {
                let rows = block * ROWS..((block + 1) * ROWS).min(problem.rows());
                match &solved.precise {
                    Some(precise) => Sums::in_doubled_precision(problem, precise, rows),
                    None => Sums::in_f64(problem, solved, rows),
                }
            })
            .collect();
        for block in &blocks {
            sums.add(block);
        }
        for (target, y) in problem.y.columns().into_iter().enumerate() {
            let residual_squares = sums.residual_squares[target].value();
            require_squares(y, problem.intercept, sums.squares[target].value() + 0.0 * residual_squares)?;
        }
        let total_squares = Array1::from_shape_fn(problem.targets(), |target| match problem.intercept {
            true => (sums.squares[target] - sums.sum[target] * sums.sum[target] / sums.total).value().max(0.0),
            false => sums.squares[target].value(),
        });
        let examples = problem.weights.map_or(problem.rows(), |weights| weights.iter().filter(|w| **w > 0.0).count());
        Ok(Statistics {
            examples,
            degrees_of_freedom: examples.saturating_sub(solved.rank + usize::from(problem.intercept)),
            // The best fit leaves no more than the mean does; rounding may, where the target is constant.
            residual_squares: Array1::from_shape_fn(problem.targets(), |target| {
                sums.residual_squares[target].value().min(total_squares[target])
            }),
            total_squares,
            weight_standard_errors: solved
                .standard_errors
                .as_ref()
                .map(|standard_errors| standard_errors.weights.clone()),
            intercept_standard_error: solved
                .standard_errors
                .as_ref()
                .map_or(f64::NAN, |standard_errors| standard_errors.intercept),
        })
    }

    /// As if every weight ω had been `factor` times as large.
    pub fn with_weights_times(mut self, factor: f64) -> Self {
        self.residual_squares *= factor;
        self.total_squares *= factor;
        self.weight_standard_errors =
            self.weight_standard_errors.map(|standard_errors| standard_errors / factor.sqrt());
        self.intercept_standard_error /= factor.sqrt();
        self
    }

    /// R² of one target, with [`metrics::r_squared`](crate::metrics::r_squared)'s word on constant targets.
    pub fn r_squared(&self, target: usize) -> f64 {
        metrics::explained(self.residual_squares[target], self.total_squares[target])
    }

    /// What does not fit a model of this number of features and targets.
    pub fn check(&self, features: usize, targets: usize) -> std::result::Result<(), String> {
        let squares = [&self.residual_squares, &self.total_squares];
        if squares.iter().any(|squares| squares.iter().any(|square| *square < 0.0)) {
            return Err(format!("negative squares, {} and {}", self.residual_squares, self.total_squares));
        }
        if self.degrees_of_freedom > self.examples {
            return Err(format!("{} degrees of freedom of {} examples", self.degrees_of_freedom, self.examples));
        }
        let lengths = [self.residual_squares.len(), self.total_squares.len()];
        if lengths != [targets, targets] {
            return Err(format!("sums of squares of {lengths:?} targets, weights of {targets}"));
        }
        let standard_errors =
            self.weight_standard_errors.as_ref().map_or(features, |standard_errors| standard_errors.len());
        match standard_errors == features {
            true => Ok(()),
            false => Err(format!("standard errors of {standard_errors} features, weights of {features}")),
        }
    }
}

impl Sums {
    fn zero(targets: usize) -> Self {
        let zero = || Array1::from_elem(targets, Double::ZERO);
        Sums { residual_squares: zero(), squares: zero(), sum: zero(), total: Double::ZERO }
    }

    fn add(&mut self, other: &Sums) {
        let pairs = [
            (&mut self.residual_squares, &other.residual_squares),
            (&mut self.squares, &other.squares),
            (&mut self.sum, &other.sum),
        ];
        for (to, from) in pairs {
            to.zip_mut_with(from, |to, from| *to += *from);
        }
        self.total += other.total;
    }

    /// One example's share.
    fn count(&mut self, problem: &Problem<'_>, row: usize, target: usize, residual: f64) {
        let weight = problem.weight(row);
        // Only the mean may be left out; without an intercept squares are taken from 0.
        let pilot = if problem.intercept { problem.y[[0, target]] } else { 0.0 };
        let apart = Double::sum(problem.y[[row, target]], -pilot);
        self.residual_squares[target] += Double::product(residual, residual) * weight;
        self.squares[target] += apart * apart * weight;
        self.sum[target] += apart * weight;
    }

    fn in_f64(problem: &Problem<'_>, solved: &Solved, rows: std::ops::Range<usize>) -> Self {
        let predicted = problem.x.slice(s![rows.clone(), ..]).dot(&solved.weights) + &solved.intercepts;
        let mut sums = Sums::zero(problem.targets());
        for (row, predicted) in rows.zip(predicted.rows()) {
            sums.total += Double::from(problem.weight(row));
            for (target, predicted) in predicted.iter().enumerate() {
                sums.count(problem, row, target, problem.y[[row, target]] - predicted);
            }
        }
        sums
    }

    fn in_doubled_precision(problem: &Problem<'_>, precise: &Precise, rows: std::ops::Range<usize>) -> Self {
        let mut sums = Sums::zero(problem.targets());
        for row in rows {
            sums.total += Double::from(problem.weight(row));
            for target in 0..problem.targets() {
                sums.count(problem, row, target, precise.residual(problem, row, target).value());
            }
        }
        sums
    }
}
