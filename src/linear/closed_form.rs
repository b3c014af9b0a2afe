//! Linear regression in closed form: the weights that minimize the squared error, at once.

use std::ops::Deref;

use ndarray::{Array1, Array2};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::least_squares::{self, Problem, Solved};
use super::model::LinearModel;
use super::require_examples;
use crate::data::{Examples, columns_or_numbered};
use crate::error::{Error, Result};
use crate::metrics;
use crate::saved::Saved;

/// How the least-squares problem is solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Solver {
    /// Cholesky of XᵀX where that keeps the digits (refined where it keeps some), QR where it does not, SVD where the rank
    /// is not full. The fitted model tells which it was and why.
    #[default]
    Automatic,
    /// w = (XᵀX)⁻¹Xᵀy as the lecture writes it; an error where it would keep no digit.
    NormalEquations,
    /// Householder QR of X; an error where columns depend on each other.
    Qr,
    /// Singular value decomposition; the smallest weights where many fit equally well.
    Svd,
}

/// Linear regression by solving for its minimum.
///
/// - Objective: J(W, b) = (1/m) Σ ωᵢ‖yᵢ − Wᵀxᵢ − b‖² + λ‖W‖², m = Σω (the number of examples without weights).
/// - Gradient: ∇J = −(2/m) Xᵀ(y − XW − b) + 2λW.
/// - Solution: W = (XᵀX + mλI)⁻¹Xᵀy for centred X and y; b = ȳ − Wᵀx̄.
///
/// Defaults: intercept, λ = 0, all ω = 1, [`Solver::Automatic`]. The intercept is never penalized. scikit-learn's
/// `Ridge(alpha)` is λ = alpha / m. After lecture B's slides on linear regression and regularization.
///
/// ```
/// use gradus::prelude::*;
/// // The first lecture's worked example.
/// let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])?;
/// let exact = LinearRegression::closed_form().fit(&data)?;
/// assert!((exact.weight("x1")? - 123.0 / 59.0).abs() < 1e-15);
/// assert!((exact.intercept() - 114.0 / 59.0).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosedForm {
    solver: Solver,
    intercept: bool,
    ridge: f64,
    sample_weights: Option<Array1<f64>>,
}

impl Default for ClosedForm {
    fn default() -> Self {
        ClosedForm { solver: Solver::Automatic, intercept: true, ridge: 0.0, sample_weights: None }
    }
}

impl ClosedForm {
    /// Which way to solve; default [`Solver::Automatic`].
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// Whether there is an intercept b; default yes.
    #[must_use]
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
    }

    /// The penalty λ on ‖W‖² beside the *mean* squared error; default 0.
    #[must_use]
    pub fn ridge(mut self, lambda: f64) -> Self {
        self.ridge = lambda;
        self
    }

    /// A weight ω ≥ 0 for each example; default all 1.
    #[must_use]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.sample_weights = Some(weights);
        self
    }

    /// Finds the weights.
    ///
    /// # Errors
    /// No examples, no features or no target; different numbers of rows; text, missing or infinite values; a negative λ
    /// or ω; with [`Solver::NormalEquations`] and [`Solver::Qr`], columns that depend on each other.
    pub fn fit(&self, examples: &impl Examples) -> Result<LeastSquares> {
        let (x, y) = (examples.inputs(), examples.outputs());
        // The automatic solver's sums reveal a NaN in a tall X without a pass of its own.
        let scan = self.solver != Solver::Automatic || x.nrows() <= x.ncols();
        require_examples(examples, scan)?;
        if !(self.ridge >= 0.0 && self.ridge.is_finite()) {
            let requirement = "the ridge penalty must be 0 or a positive number".into();
            return Err(Error::Parameter { parameter: "λ", value: self.ridge.to_string(), requirement });
        }
        if let Some(weights) = &self.sample_weights {
            super::require_sample_weights(weights, x.nrows())?;
        }
        let columns = columns_or_numbered(examples.input_columns(), x.ncols(), "x");
        let weights = self.sample_weights.as_ref().map(|weights| weights.view());
        let mut problem = Problem { x, y, weights, intercept: self.intercept, penalty: 0.0, columns: &columns };
        problem.penalty = self.ridge * problem.total_weight();
        let solved = match self.solver {
            Solver::Automatic => least_squares::automatic(&problem),
            Solver::NormalEquations => least_squares::normal_equations(&problem),
            Solver::Qr => least_squares::qr(&problem),
            Solver::Svd => least_squares::svd(&problem),
        }?;
        let statistics = Statistics::of(&problem, &solved);
        let targets = columns_or_numbered(examples.output_columns(), y.ncols(), "y");
        let named = examples.input_columns().is_some();
        let model = LinearModel::new(columns, targets, named, &solved.weights, solved.intercepts);
        if !model.weights.iter().chain(&model.intercepts).all(|value| value.is_finite()) {
            let problem = "the weights are too large for f64; scale the features and the target first".into();
            return Err(Error::Data(problem));
        }
        Ok(LeastSquares {
            model,
            statistics,
            ridge: self.ridge,
            intercept: self.intercept,
            condition_number: solved.condition_number,
            rank: solved.rank,
            refinements: solved.refinements,
            solver: solved.solver.into(),
            note: solved.note,
        })
    }
}

/// What the summary needs to know of the training data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Statistics {
    /// How many examples had a weight above 0.
    pub examples: usize,
    /// Examples minus rank, minus one with an intercept.
    pub degrees_of_freedom: usize,
    /// Σ ω (y − ŷ)², one per target.
    pub residual_squares: Array1<f64>,
    /// Σ ω (y − ȳ)², or Σ ω y² without intercept, one per target.
    pub total_squares: Array1<f64>,
    /// (XᵀX)⁻¹ of the centred features.
    pub inverse_gram: Option<Array2<f64>>,
    /// The variance factor of the intercept: 1/m + x̄ᵀ(XᵀX)⁻¹x̄.
    pub intercept_factor: f64,
}

impl Statistics {
    /// R² of one target, by [`r_squared`](metrics::r_squared)'s rule for a constant one.
    pub fn r_squared(&self, target: usize) -> f64 {
        metrics::explained(self.residual_squares[target], self.total_squares[target])
    }

    /// What does not fit in statistics that were read from a file.
    fn check(&self, features: usize, targets: usize) -> Result<(), String> {
        let squares = [&self.residual_squares, &self.total_squares];
        if squares.iter().any(|squares| squares.len() != targets || squares.iter().any(|square| *square < 0.0)) {
            return Err(format!("squares {} and {} of {targets} targets", self.residual_squares, self.total_squares));
        }
        if let Some(inverse) = &self.inverse_gram
            && inverse.dim() != (features, features)
        {
            return Err(format!("an inverse of XᵀX {:?} for {features} features", inverse.shape()));
        }
        if self.degrees_of_freedom > self.examples {
            return Err(format!("{} degrees of freedom of {} examples", self.degrees_of_freedom, self.examples));
        }
        Ok(())
    }

    fn of(problem: &Problem<'_>, solved: &Solved) -> Self {
        const ROWS: usize = 4096;
        let (d, k) = (problem.features(), problem.targets());
        let total = problem.total_weight();
        let mean_y: Array1<f64> = match problem.intercept {
            true => {
                // Differences from one of the values: of a constant target they are exactly 0.
                let origin = problem.y.row(0);
                let mut sum = Array1::zeros(k);
                for (row, y) in problem.y.rows().into_iter().enumerate() {
                    sum.scaled_add(problem.weight(row), &(&y - &origin));
                }
                sum / total + origin
            }
            false => Array1::zeros(k),
        };
        // One pass for residuals, totals and means; fixed blocks, added in order.
        let blocks: Vec<(Array1<f64>, Array1<f64>, Array1<f64>)> = (0..problem.rows().div_ceil(ROWS))
            .into_par_iter()
            .map(|block| {
                let rows = block * ROWS..((block + 1) * ROWS).min(problem.rows());
                let x = problem.x.slice(ndarray::s![rows.clone(), ..]);
                let predicted = x.dot(&solved.weights) + &solved.intercepts;
                let (mut residual, mut whole, mut sum) = (Array1::zeros(k), Array1::zeros(k), Array1::zeros(d));
                for (row, predicted) in rows.zip(predicted.rows()) {
                    let weight = problem.weight(row);
                    for target in 0..k {
                        let y = problem.y[[row, target]];
                        residual[target] += weight * (y - predicted[target]).powi(2);
                        whole[target] += weight * (y - mean_y[target]).powi(2);
                    }
                    sum.scaled_add(weight, &problem.x.row(row));
                }
                (residual, whole, sum)
            })
            .collect();
        let (mut residual_squares, mut total_squares) = (Array1::zeros(k), Array1::zeros(k));
        let mut x_sum = Array1::<f64>::zeros(d);
        for (residual, whole, sum) in &blocks {
            residual_squares += residual;
            total_squares += whole;
            x_sum += sum;
        }
        let examples = problem.weights.map_or(problem.rows(), |weights| weights.iter().filter(|w| **w > 0.0).count());
        let mean = x_sum / total;
        let intercept_factor =
            solved.inverse_gram.as_ref().map_or(f64::NAN, |inverse| 1.0 / total + mean.dot(&inverse.dot(&mean)));
        Statistics {
            examples,
            degrees_of_freedom: examples.saturating_sub(solved.rank + usize::from(problem.intercept)),
            residual_squares,
            total_squares,
            inverse_gram: solved.inverse_gram.clone(),
            intercept_factor,
        }
    }
}

/// A linear model fitted in closed form; everything a [`LinearModel`] can do, and how it was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeastSquares {
    model: LinearModel,
    pub(super) statistics: Statistics,
    pub(super) ridge: f64,
    pub(super) intercept: bool,
    condition_number: f64,
    rank: usize,
    refinements: usize,
    solver: String,
    note: String,
}

impl Saved for LeastSquares {
    const TYPE: &'static str = "LeastSquares";

    fn check(&self) -> Result<(), String> {
        self.model.check()?;
        let (features, targets) = self.model.weights().dim();
        self.statistics.check(features, targets)?;
        if self.rank > features {
            return Err(format!("a rank of {} with {features} features", self.rank));
        }
        if !(self.ridge >= 0.0 && self.ridge.is_finite()) {
            return Err(format!("a ridge penalty of {}", self.ridge));
        }
        Ok(())
    }
}

impl Deref for LeastSquares {
    type Target = LinearModel;

    fn deref(&self) -> &LinearModel {
        &self.model
    }
}

impl LeastSquares {
    /// The model alone.
    pub fn model(&self) -> &LinearModel {
        &self.model
    }

    /// κ of the matrix whose system was solved, its columns scaled to length one and, but for the normal equations,
    /// centred: how many times larger than an error in X the error in the weights can be. Infinite for a rank that is
    /// not full.
    pub fn condition_number(&self) -> f64 {
        self.condition_number
    }

    /// How many of the features are independent.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// How many times the weights were corrected by residuals in doubled precision.
    pub fn refinements(&self) -> usize {
        self.refinements
    }

    /// Which solver found the weights: `Cholesky`, `normal equations`, `QR` or `SVD`.
    pub fn solver(&self) -> &str {
        &self.solver
    }

    /// Why it was that solver, and what to know of the digits.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// R² on the training data, the mean over the targets; without intercept against zero instead of the mean.
    pub fn training_score(&self) -> f64 {
        let targets = self.model.weights().ncols();
        (0..targets).map(|target| self.statistics.r_squared(target)).sum::<f64>() / targets as f64
    }
}
