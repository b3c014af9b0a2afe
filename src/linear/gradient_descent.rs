//! Linear regression by gradient descent: batch, mini-batch, stochastic, online.

use std::ops::Deref;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use ndarray_linalg::{EighInto, UPLO};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::history::History;
use super::least_squares::gram_of_examples;
use super::model::LinearModel;
use super::squared_error::SquaredError;
use super::{require_examples, require_sample_weights};
use crate::data::{Column, Examples, Seed, columns_or_numbered};
use crate::error::{Divergence, Error, Result};
use crate::progress::Progress;

/// A cost this many times the first one means divergence, whatever comes.
const DIVERGED: f64 = 1e3;
/// So many epochs without progress end a run that has a tolerance.
const PATIENCE: usize = 5;

/// How many examples a step looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Batch {
    /// All of them: batch gradient descent.
    #[default]
    Full,
    /// So many, drawn without replacement until the epoch is through: mini-batch gradient descent.
    Mini(usize),
    /// One: stochastic gradient descent.
    Stochastic,
}

/// Linear regression by steps down the gradient.
///
/// - Objective: J(W, b) = c · Σ ωᵢ‖ŷᵢ − yᵢ‖² / Σω + λ‖W‖², with c = ½ ([`SquaredError::HalfMean`], the default) or 1.
/// - Gradient: ∂J/∂W = 2c Xᵀ(ŷ − y)/m + 2λW, ∂J/∂b = 2c · mean(ŷ − y), over the batch.
/// - Update: W ← W − α ∂J/∂W, b ← b − α ∂J/∂b.
///
/// Defaults: learning rate 0.01, 100 epochs, full batches, start at 0, intercept, λ = 0, no tolerance, seed 0. The rate
/// must lie below 2/λmax of the cost's Hessian; a run that diverges is an error that names the largest safe one. Scale
/// the features first: the number of steps grows with the Hessian's condition number. After lecture A's linear regression.
///
/// ```
/// use gradus::prelude::*;
/// // The first lecture's worked example: W = 5, b = 1, α = 0.01.
/// let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])?;
/// let descent = LinearRegression::gradient_descent().start(array![5.0], 1.0).epochs(1).fit(&data)?;
/// assert_eq!(descent.history().costs()[0], 65.75); // the slide says 11.25
/// assert_eq!(descent.weight("x1")?, 4.5175); // the slide says 4.505
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradientDescent {
    learning_rate: f64,
    epochs: usize,
    batch: Batch,
    cost: SquaredError,
    tolerance: f64,
    intercept: bool,
    ridge: f64,
    seed: Seed,
    start: Option<(Array2<f64>, Array1<f64>)>,
    sample_weights: Option<Array1<f64>>,
    keep_diverged: bool,
}

impl Default for GradientDescent {
    fn default() -> Self {
        GradientDescent {
            learning_rate: 0.01,
            epochs: 100,
            batch: Batch::Full,
            cost: SquaredError::HalfMean,
            tolerance: 0.0,
            intercept: true,
            ridge: 0.0,
            seed: Seed(0),
            start: None,
            sample_weights: None,
            keep_diverged: false,
        }
    }
}

impl GradientDescent {
    /// The learning rate α; default 0.01.
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.learning_rate = learning_rate;
        self
    }

    /// How often every example is seen; default 100.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// How many examples a step looks at; default all.
    #[must_use]
    pub fn batch(mut self, batch: Batch) -> Self {
        self.batch = batch;
        self
    }

    /// Which squared error is minimized; default the first lecture's, with ½.
    #[must_use]
    pub fn cost(mut self, cost: SquaredError) -> Self {
        self.cost = cost;
        self
    }

    /// When to stop early; default 0, never. Full batches stop at a gradient of at most this norm; smaller ones after five
    /// epochs none of which lowered the best cost by more than this.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Whether there is an intercept b; default yes.
    #[must_use]
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
    }

    /// The penalty λ on ‖W‖², not on the intercept; default 0.
    #[must_use]
    pub fn ridge(mut self, lambda: f64) -> Self {
        self.ridge = lambda;
        self
    }

    /// The seed of the shuffling before each epoch of mini-batches or single examples; default `Seed(0)`.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// Where to start, for one target; default 0.
    #[must_use]
    pub fn start(mut self, weights: Array1<f64>, intercept: f64) -> Self {
        self.start = Some((weights.insert_axis(Axis(1)), Array1::from_elem(1, intercept)));
        self
    }

    /// Where to start, for k targets: weights d × k and k intercepts; default 0.
    #[must_use]
    pub fn start_targets(mut self, weights: Array2<f64>, intercepts: Array1<f64>) -> Self {
        self.start = Some((weights, intercepts));
        self
    }

    /// A weight ω ≥ 0 for each example; default all 1.
    #[must_use]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.sample_weights = Some(weights);
        self
    }

    /// Returns a run that diverged instead of an error, to look at its history.
    #[must_use]
    pub fn keep_diverged(mut self) -> Self {
        self.keep_diverged = true;
        self
    }

    /// Descends for the given number of epochs.
    ///
    /// # Errors
    /// [`Error::Diverged`] with the largest safe rate; parameters out of range; examples as
    /// [`ClosedForm::fit`](super::ClosedForm::fit) refuses them.
    pub fn fit(&self, examples: &impl Examples) -> Result<Descent> {
        require_examples(examples, true)?;
        if self.epochs == 0 {
            return Err(parameter("epochs", "0", "at least one is needed to learn anything"));
        }
        let mut descent = self.begin(
            columns_or_numbered(examples.input_columns(), examples.inputs().ncols(), "x"),
            columns_or_numbered(examples.output_columns(), examples.outputs().ncols(), "y"),
            examples.input_columns().is_some(),
        )?;
        descent.train(examples, self.epochs)?;
        Ok(descent)
    }

    /// A model at its start, to be fed a stream of examples through [`partial_fit`](Descent::partial_fit): online learning.
    ///
    /// # Errors
    /// Parameters out of range; a start of another shape.
    pub fn online(&self, features: usize) -> Result<Descent> {
        let columns = columns_or_numbered(None, features, "x");
        self.begin(columns, columns_or_numbered(None, 1, "y"), false)
    }

    /// The largest learning rate at which full batches converge on these examples, 2/λmax of the cost's Hessian
    /// 2c [1 X]ᵀ[1 X]/m + 2λ. Single examples and small batches need less.
    ///
    /// # Errors
    /// Examples as [`fit`](Self::fit) refuses them.
    pub fn largest_safe_rate(&self, examples: &impl Examples) -> Result<f64> {
        Ok(2.0 / self.hessian_eigenvalues(examples)?.last().copied().unwrap_or(f64::NAN))
    }

    /// The eigenvalues of the cost's Hessian, smallest first. Their ratio decides how many steps a descent needs.
    ///
    /// # Errors
    /// Examples as [`fit`](Self::fit) refuses them.
    pub fn hessian_eigenvalues(&self, examples: &impl Examples) -> Result<Array1<f64>> {
        require_examples(examples, true)?;
        let x = examples.inputs();
        let weights = self.sample_weights.as_ref();
        if let Some(weights) = weights {
            require_sample_weights(weights, x.nrows())?;
        }
        let (gram, total) = gram_of_examples(x, weights.map(|weights| weights.view()), self.intercept);
        let mut hessian = gram * (2.0 * self.cost.factor() / total);
        for at in usize::from(self.intercept)..hessian.nrows() {
            hessian[[at, at]] += 2.0 * self.ridge;
        }
        let eigenvalues = hessian.eigh_into(UPLO::Upper);
        Ok(eigenvalues.map_err(super::least_squares::lapack("eigenvalues of the Hessian"))?.0)
    }

    /// A descent before its first step.
    fn begin(&self, columns: Vec<Column>, target_columns: Vec<Column>, named: bool) -> Result<Descent> {
        let (d, k) = (columns.len(), target_columns.len());
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !positive(self.learning_rate) {
            return Err(parameter("learning rate", self.learning_rate, "it must be a positive number"));
        }
        if self.ridge != 0.0 && !positive(self.ridge) {
            return Err(parameter("λ", self.ridge, "the ridge penalty must be 0 or a positive number"));
        }
        if self.tolerance != 0.0 && !positive(self.tolerance) {
            return Err(parameter("tolerance", self.tolerance, "it must be 0 or a positive number"));
        }
        if self.batch == Batch::Mini(0) {
            return Err(parameter("batch", 0, "a batch needs at least one example"));
        }
        let (weights, intercepts) = match &self.start {
            None => (Array2::zeros((d, k)), Array1::zeros(k)),
            Some((weights, intercepts)) => {
                if weights.dim() != (d, k) || intercepts.len() != k {
                    return Err(Error::Shape {
                        what: "start of the descent".into(),
                        expected: format!("weights {:?} and intercepts [{k}]", [d, k]),
                        found: format!("weights {:?} and intercepts {:?}", weights.shape(), intercepts.shape()),
                    });
                }
                let intercepts = if self.intercept { intercepts.clone() } else { Array1::zeros(k) };
                (weights.clone(), intercepts)
            }
        };
        let kind = match self.batch {
            Batch::Full => "batch".to_string(),
            Batch::Mini(size) => format!("mini-batches of {size}"),
            Batch::Stochastic => "stochastic".to_string(),
        };
        let mut names = vec![];
        let several = |name: &str| if k > 1 { format!(" → {name}") } else { String::new() };
        for column in &columns {
            names.extend(target_columns.iter().map(|to| format!("w[{}{}]", column.name, several(&to.name))));
        }
        if self.intercept {
            names.extend(target_columns.iter().map(|to| format!("b{}", several(&to.name))));
        }
        let history = History::new(format!("{kind}, α = {}", self.learning_rate), self.cost.name().into(), names);
        let model = LinearModel { columns, target_columns, named, weights, intercepts };
        Ok(Descent { model, history, parameters: self.clone(), step: 0, epoch: 0, converged: false, diverged: false })
    }
}

fn parameter(parameter: &'static str, value: impl ToString, requirement: &str) -> Error {
    Error::Parameter { parameter, value: value.to_string(), requirement: requirement.into() }
}

/// A linear model on its way down: everything a [`LinearModel`] can do, its history, and more steps at will.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Descent {
    model: LinearModel,
    history: History,
    parameters: GradientDescent,
    step: usize,
    epoch: usize,
    converged: bool,
    diverged: bool,
}

impl Deref for Descent {
    type Target = LinearModel;

    fn deref(&self) -> &LinearModel {
        &self.model
    }
}

/// Where a run was when it was seen to diverge.
struct Diverging {
    step: usize,
    first: f64,
    last: f64,
}

/// Buffers of one batch size, made once.
struct Workspace {
    errors: Array2<f64>,
    gradient: Array2<f64>,
    intercept_gradient: Array1<f64>,
}

impl Workspace {
    fn new(rows: usize, features: usize, targets: usize) -> Self {
        Workspace {
            errors: Array2::zeros((rows, targets)),
            gradient: Array2::zeros((features, targets)),
            intercept_gradient: Array1::zeros(targets),
        }
    }

    fn norm(&self, intercept: bool) -> f64 {
        let squares = self.gradient.fold(0.0, |sum, g| sum + g * g);
        let more = if intercept { self.intercept_gradient.fold(0.0, |sum, g| sum + g * g) } else { 0.0 };
        (squares + more).sqrt()
    }
}

impl Descent {
    /// The model alone.
    pub fn model(&self) -> &LinearModel {
        &self.model
    }

    /// Cost, gradient norm and parameters along the way.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// How many steps were taken.
    pub fn steps(&self) -> usize {
        self.step
    }

    /// How many epochs were run.
    pub fn epochs(&self) -> usize {
        self.epoch
    }

    /// Whether the tolerance was reached.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// Whether the cost grew instead of falling (only with [`keep_diverged`](GradientDescent::keep_diverged)).
    pub fn diverged(&self) -> bool {
        self.diverged
    }

    /// Runs more epochs from where the descent stands.
    ///
    /// # Errors
    /// As [`GradientDescent::fit`], and examples of another width than before. After an error the model stands where the
    /// call began.
    pub fn train(&mut self, examples: &impl Examples, epochs: usize) -> Result<()> {
        require_examples(examples, true)?;
        let (x, y) = (examples.inputs(), examples.outputs());
        self.require_shape(x, y)?;
        let weights = self.parameters.sample_weights.clone();
        if let Some(weights) = &weights {
            require_sample_weights(weights, x.nrows())?;
        }
        // Scaled to mean 1, so that a batch's mean is right whatever the weights' size.
        let weights = weights.map(|weights| &weights * (weights.len() as f64 / weights.sum()));
        let before = self.clone();
        let outcome = self.run(x, y, weights.as_ref(), epochs);
        if let Err(error) = outcome {
            *self = before;
            let Diverging { step, first, last } = error;
            return Err(self.divergence(examples, step, first, last));
        }
        Ok(())
    }

    /// Learns from examples as they come: one pass over these rows in their order, in steps of the batch's size.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub fn partial_fit(&mut self, examples: &impl Examples) -> Result<()> {
        require_examples(examples, true)?;
        let (x, y) = (examples.inputs(), examples.outputs());
        self.require_shape(x, y)?;
        let before = (self.model.clone(), self.step);
        let size = self.batch_size(x.nrows());
        let mut space = Workspace::new(size, x.ncols(), y.ncols());
        for start in (0..x.nrows()).step_by(size) {
            let end = (start + size).min(x.nrows());
            let batch = s![start..end, ..];
            let cost = self.advance(x.slice(batch), y.slice(batch), None, &mut space);
            if !(cost.is_finite() && self.model.weights.iter().all(|weight| weight.is_finite())) {
                let step = self.step;
                (self.model, self.step) = before;
                let first = self.history.costs().first().copied().unwrap_or(cost);
                return Err(self.divergence(examples, step, first, cost));
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        x: ArrayView2<'_, f64>,
        y: ArrayView2<'_, f64>,
        weights: Option<&Array1<f64>>,
        epochs: usize,
    ) -> Result<(), Diverging> {
        let size = self.batch_size(x.nrows());
        let full = size == x.nrows();
        let mut space = Workspace::new(size, x.ncols(), y.ncols());
        let mut whole = if full { None } else { Some(Workspace::new(x.nrows(), x.ncols(), y.ncols())) };
        let (mut inputs, mut targets) = match full {
            true => (Array2::zeros((0, 0)), Array2::zeros((0, 0))),
            false => (Array2::zeros((size, x.ncols())), Array2::zeros((size, y.ncols()))),
        };
        let mut order: Vec<usize> = (0..x.nrows()).collect();
        let mut progress = Progress::new("epoch", self.epoch + epochs);
        let first = match &mut whole {
            Some(whole) => self.cost_of(x, y, weights, whole),
            None => self.gradient(x, y, weights, &mut space),
        };
        if self.history.epoch_costs.is_empty() {
            self.history.epoch_costs.push(first);
        }
        let (mut cost, mut best, mut idle) = (first, first, 0);
        for _ in 0..epochs {
            if let Some(whole) = &mut whole {
                order.sort_unstable();
                order.shuffle(&mut self.parameters.seed.of_epoch(self.epoch));
                for rows in order.chunks(size) {
                    for (at, row) in rows.iter().enumerate() {
                        inputs.row_mut(at).assign(&x.row(*row));
                        targets.row_mut(at).assign(&y.row(*row));
                    }
                    let batch = s![..rows.len(), ..];
                    let weights = weights.map(|weights| rows.iter().map(|row| weights[*row]).collect::<Array1<f64>>());
                    self.advance(inputs.slice(batch), targets.slice(batch), weights.as_ref(), &mut space);
                }
                cost = self.cost_of(x, y, weights, whole);
            } else {
                // The gradient at the new place is also the next step's.
                self.record(cost, &space);
                self.step_down(&space);
                cost = self.gradient(x, y, weights, &mut space);
                let norm = space.norm(self.parameters.intercept);
                self.converged = self.parameters.tolerance > 0.0 && norm <= self.parameters.tolerance;
            }
            self.epoch += 1;
            self.history.epoch_costs.push(cost);
            progress.update(self.epoch, || format!("{} {}", self.history.cost_name(), crate::data::short(cost)));
            if !cost.is_finite() || cost > DIVERGED * first.max(f64::MIN_POSITIVE) {
                self.diverged = true;
                break;
            }
            if !full && self.parameters.tolerance > 0.0 {
                idle = if cost < best - self.parameters.tolerance { 0 } else { idle + 1 };
                best = best.min(cost);
                self.converged = idle >= PATIENCE;
            }
            if self.converged {
                break;
            }
        }
        if full {
            self.record(cost, &space);
        }
        // Rounding may lift the cost of a run that began at the minimum.
        self.diverged |= cost > first * (1.0 + 1e-9) + f64::MIN_POSITIVE && !self.converged;
        match self.diverged && !self.parameters.keep_diverged {
            true => Err(Diverging { step: self.step, first, last: cost }),
            false => Ok(()),
        }
    }

    /// One step on one batch; returns the batch's cost before it.
    fn advance(
        &mut self,
        x: ArrayView2<'_, f64>,
        y: ArrayView2<'_, f64>,
        weights: Option<&Array1<f64>>,
        space: &mut Workspace,
    ) -> f64 {
        let cost = self.gradient(x, y, weights, space);
        self.record(cost, space);
        self.step_down(space);
        cost
    }

    /// W ← W − α ∂J/∂W, b ← b − α ∂J/∂b.
    fn step_down(&mut self, space: &Workspace) {
        let rate = self.parameters.learning_rate;
        self.model.weights.scaled_add(-rate, &space.gradient);
        if self.parameters.intercept {
            self.model.intercepts.scaled_add(-rate, &space.intercept_gradient);
        }
        self.step += 1;
    }

    /// Cost and gradient at the present parameters, into the workspace.
    fn gradient(
        &self,
        x: ArrayView2<'_, f64>,
        y: ArrayView2<'_, f64>,
        weights: Option<&Array1<f64>>,
        space: &mut Workspace,
    ) -> f64 {
        let rows = x.nrows();
        let mean = 1.0 / rows as f64;
        let mut errors = space.errors.slice_mut(s![..rows, ..]);
        let mut squares = self.errors(x, y, &mut errors);
        if let Some(weights) = weights {
            squares = 0.0;
            for (mut row, weight) in errors.rows_mut().into_iter().zip(weights) {
                squares += weight * row.dot(&row);
                row *= *weight;
            }
        }
        let slope = 2.0 * self.parameters.cost.factor() * mean;
        general_mat_mul(slope, &x.t(), &errors, 0.0, &mut space.gradient);
        if self.parameters.ridge > 0.0 {
            space.gradient.scaled_add(2.0 * self.parameters.ridge, &self.model.weights);
        }
        for (gradient, errors) in space.intercept_gradient.iter_mut().zip(errors.columns()) {
            *gradient = slope * errors.sum();
        }
        self.parameters.cost.factor() * squares * mean + self.penalty()
    }

    /// The cost of the whole training data at the present parameters.
    fn cost_of(
        &self,
        x: ArrayView2<'_, f64>,
        y: ArrayView2<'_, f64>,
        weights: Option<&Array1<f64>>,
        space: &mut Workspace,
    ) -> f64 {
        let mut errors = space.errors.view_mut();
        let mut squares = self.errors(x, y, &mut errors);
        if let Some(weights) = weights {
            squares =
                errors.rows().into_iter().zip(weights).fold(0.0, |sum, (row, weight)| sum + weight * row.dot(&row));
        }
        self.parameters.cost.factor() * squares / x.nrows() as f64 + self.penalty()
    }

    /// ŷ − y into `errors`; returns Σ(ŷ − y)².
    fn errors(
        &self,
        x: ArrayView2<'_, f64>,
        y: ArrayView2<'_, f64>,
        errors: &mut ndarray::ArrayViewMut2<'_, f64>,
    ) -> f64 {
        general_mat_mul(1.0, &x, &self.model.weights, 0.0, errors);
        *errors += &self.model.intercepts;
        *errors -= &y;
        errors.fold(0.0, |sum, error| sum + error * error)
    }

    fn penalty(&self) -> f64 {
        match self.parameters.ridge {
            0.0 => 0.0,
            lambda => lambda * self.model.weights.fold(0.0, |sum, weight| sum + weight * weight),
        }
    }

    fn record(&mut self, cost: f64, space: &Workspace) {
        if !self.history.keeps(self.step) {
            return;
        }
        let mut parameters: Vec<f64> = self.model.weights.iter().copied().collect();
        if self.parameters.intercept {
            parameters.extend(&self.model.intercepts);
        }
        let norm = space.norm(self.parameters.intercept);
        self.history.record(self.step, cost, norm, Array1::from(parameters).view());
    }

    fn batch_size(&self, rows: usize) -> usize {
        match self.parameters.batch {
            Batch::Full => rows,
            Batch::Mini(size) => size.min(rows),
            Batch::Stochastic => 1,
        }
    }

    fn require_shape(&self, x: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>) -> Result<()> {
        let (d, k) = self.model.weights.dim();
        if x.ncols() != d || y.ncols() != k {
            return Err(Error::Shape {
                what: "examples to learn from".into(),
                expected: format!("{d} features and {k} targets, as before"),
                found: format!("features {:?} and targets {:?}", x.shape(), y.shape()),
            });
        }
        Ok(())
    }

    /// The error of a diverged run, with the largest safe rate where the examples have one.
    fn divergence(&self, examples: &impl Examples, step: usize, first_cost: f64, last_cost: f64) -> Error {
        let eigenvalues = self.parameters.hessian_eigenvalues(examples);
        let largest_eigenvalue = eigenvalues.ok().and_then(|values| values.last().copied()).unwrap_or(f64::NAN);
        Error::Diverged(Box::new(Divergence {
            step,
            first_cost,
            last_cost,
            learning_rate: self.parameters.learning_rate,
            largest_safe_rate: 2.0 / largest_eigenvalue,
            largest_eigenvalue,
            full_batches: self.batch_size(examples.inputs().nrows()) == examples.inputs().nrows(),
        }))
    }
}
