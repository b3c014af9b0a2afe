//! Linear regression in closed form: the weights that minimize the squared error, at once.

use std::ops::Deref;

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::least_squares::{self, Problem};
use super::model::LinearModel;
use super::statistics::Statistics;
use super::{require_examples, require_features};
use crate::check;
use crate::data::{Examples, columns_or_numbered, present};
use crate::error::{Error, Result};
use crate::saved::Saved;

/// How the least-squares problem is solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Solver {
    /// Cholesky of XᵀX where that keeps the digits (refined where it keeps some), QR where it does not, SVD where the
    /// rank is not full. The fitted model reports which one and why.
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
/// - Objective: J(W, b) = (1/n) Σ ωᵢ‖yᵢ − Wᵀxᵢ − b‖² + λ‖W‖², n = Σω (the number of examples without weights).
/// - Gradient: ∇J = −(2/n) Xᵀ(y − XW − b) + 2λW.
/// - Solution: W = (XᵀX + nλI)⁻¹Xᵀy for centered X and y; b = ȳ − Wᵀx̄.
///
/// Defaults: intercept, λ = 0, all ω = 1, [`Solver::Automatic`]. The intercept is never penalized. scikit-learn's
/// `Ridge(alpha)` is λ = alpha / n. After lecture B's slides on linear regression and regularization.
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
    pub(super) solver: Solver,
    pub(super) intercept: bool,
    pub(super) ridge: f64,
    pub(super) sample_weights: Option<Array1<f64>>,
}

impl Default for ClosedForm {
    fn default() -> Self {
        ClosedForm { solver: Solver::Automatic, intercept: true, ridge: 0.0, sample_weights: None }
    }
}

impl ClosedForm {
    /// Sets the solver; default [`Solver::Automatic`].
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// Sets whether there is an intercept b; default yes.
    #[must_use]
    #[doc(alias = "fit_intercept")]
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
    }

    /// Sets the penalty λ on ‖W‖² in addition to the *mean* squared error; default 0.
    #[must_use]
    #[doc(alias = "Ridge")]
    #[doc(alias = "alpha")]
    pub fn l2(mut self, lambda: f64) -> Self {
        self.ridge = lambda;
        self
    }

    /// Sets a weight ω ≥ 0 for each example; default all 1.
    #[must_use]
    #[doc(alias = "sample_weight")]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.sample_weights = Some(weights);
        self
    }

    /// Finds the weights. An example of weight 0 is one that is not there.
    ///
    /// # Errors
    /// No examples, no features or no target; different numbers of rows; text, missing or infinite values; a negative λ
    /// or ω; with [`Solver::NormalEquations`] and [`Solver::Qr`], columns that depend on each other.
    pub fn fit(&self, examples: &impl Examples) -> Result<FittedClosedForm> {
        require_features(examples, false)?;
        check::not_negative("λ", self.ridge)?;
        if let Some(weights) = &self.sample_weights {
            check::sample_weights(weights, examples.inputs().nrows())?;
        }
        match present(examples, self.sample_weights.as_ref()) {
            Some(present) => {
                self.fit_present(&present, Some(&present.weights)).map_err(|error| present.in_all_rows(error))
            }
            None => self.fit_present(examples, self.sample_weights.as_ref()),
        }
    }

    /// [`fit`](Self::fit) to examples of which each counts.
    fn fit_present(&self, examples: &impl Examples, weights: Option<&Array1<f64>>) -> Result<FittedClosedForm> {
        let (x, y) = (examples.inputs(), examples.outputs());
        // The automatic solver's sums reveal a NaN in a tall X without a pass of its own.
        let scan = self.solver != Solver::Automatic || x.nrows() <= x.ncols();
        require_examples(examples, scan)?;
        let columns = columns_or_numbered(examples.input_columns(), x.ncols(), "x");
        // Only their ratios matter; near 1 none of their products leaves the range of f64.
        let unit = weights.map_or(1.0, unit_of);
        let weights = weights.map(|weights| weights / unit);
        let weights = weights.as_ref().map(|weights| weights.view());
        let mut problem = Problem { x, y, weights, intercept: self.intercept, penalty: 0.0, columns: &columns };
        problem.penalty = self.ridge * problem.total_weight();
        let solved = match self.solver {
            Solver::Automatic => least_squares::automatic(&problem),
            Solver::NormalEquations => least_squares::normal_equations(&problem),
            Solver::Qr => least_squares::qr(&problem),
            Solver::Svd => least_squares::svd(&problem),
        }?;
        if !solved.weights.iter().chain(&solved.intercepts).all(|value| value.is_finite()) {
            let problem = "the weights are too large for f64; scale the features and the target first".into();
            return Err(Error::Data(problem));
        }
        let statistics = Statistics::of(&problem, &solved)?.with_weights_times(unit);
        let targets = columns_or_numbered(examples.output_columns(), y.ncols(), "y");
        let named = examples.input_columns().is_some();
        let model = LinearModel::new(columns, targets, named, &solved.weights, solved.intercepts);
        Ok(FittedClosedForm {
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

/// A power of four near the largest weight, so that dividing by it, or by its root, rounds nothing.
pub(super) fn unit_of(weights: &Array1<f64>) -> f64 {
    let largest = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    (2.0 * (0.5 * largest.log2()).round()).clamp(-1000.0, 1000.0).exp2()
}

/// A linear model fitted in closed form; everything a [`LinearModel`] can do, and how it was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedClosedForm {
    pub(super) model: LinearModel,
    pub(super) statistics: Statistics,
    pub(super) ridge: f64,
    pub(super) intercept: bool,
    pub(super) condition_number: f64,
    pub(super) rank: usize,
    pub(super) refinements: usize,
    pub(super) solver: String,
    pub(super) note: String,
}

impl Saved for FittedClosedForm {
    const TYPE: &'static str = "FittedClosedForm";

    fn check(&self) -> Result<(), String> {
        self.model.check()?;
        let (features, targets) = self.model.weights().dim();
        self.statistics.check(features, targets)?;
        if self.rank > features {
            return Err(format!("a rank of {} with {features} features", self.rank));
        }
        if !check::is_not_negative(self.ridge) {
            return Err(format!("a ridge penalty of {}", self.ridge));
        }
        Ok(())
    }
}

impl Deref for FittedClosedForm {
    type Target = LinearModel;

    fn deref(&self) -> &LinearModel {
        &self.model
    }
}

impl FittedClosedForm {
    /// The model alone.
    pub fn model(&self) -> &LinearModel {
        &self.model
    }

    /// κ of the matrix whose system was solved, its columns scaled to length one and, but for the normal equations,
    /// centered: how many times larger than an error in X the error in the weights can be. Infinite for a rank that is
    /// not full. Above 256 features it is estimated by the power method, from below, rarely by more than a tenth.
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

    /// Which solver found the weights: `Cholesky`, `normal equations`, `QR`, `SVD`, `dual` (ridge with fewer examples
    /// than features) or `Lanczos` (a polynomial).
    pub fn solver(&self) -> &str {
        &self.solver
    }

    /// Why it was that solver, and how many digits it keeps.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// R² on the training data, the mean over the targets; without intercept against zero instead of the mean.
    pub fn training_score(&self) -> f64 {
        let targets = self.statistics.total_squares.len();
        (0..targets).map(|target| self.statistics.r_squared(target)).sum::<f64>() / targets as f64
    }
}
