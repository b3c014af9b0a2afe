//! `Descent`: a linear model on its way down the gradient.

use std::ops::Deref;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, s};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::gradient_descent::{Batch, GradientDescent};
use super::history::History;
use super::model::LinearModel;
use super::{require_examples, require_sample_weights};
use crate::data::Examples;
use crate::error::{Divergence, Error, Result};
use crate::progress::Progress;
use crate::saved::Saved;

/// A cost this many times the first one means divergence, whatever comes.
const DIVERGED: f64 = 1e3;
/// So many epochs without progress end a run that has a tolerance.
const PATIENCE: usize = 5;

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

impl Saved for Descent {
    const TYPE: &'static str = "Descent";

    fn check(&self) -> Result<(), String> {
        self.model.check()
    }
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
    pub(super) fn at_start(model: LinearModel, history: History, parameters: GradientDescent) -> Self {
        Descent { model, history, parameters, step: 0, epoch: 0, converged: false, diverged: false }
    }

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
        self.train_checked(examples, epochs)
    }

    /// [`train`](Self::train) on examples that `require_examples` has let through.
    pub(super) fn train_checked(&mut self, examples: &impl Examples, epochs: usize) -> Result<()> {
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
