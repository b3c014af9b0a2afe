//! Runs of a gradient descent: epochs over the training data, or one pass over a stream.

use ndarray::{Array2, s};
use rand::seq::SliceRandom;

use super::divergence::RunError;
use super::state::{Data, TrainingState};
use super::workspace::Workspace;
use crate::data::short;
use crate::interrupt::{Heeding, heeding};
use crate::linear::model::LinearModel;
use crate::progress::Progress;

/// A run with a tolerance ends after this many epochs without progress.
const PATIENCE: usize = 5;

/// The rows of small batches, in a buffer made once.
struct Batches {
    order: Vec<usize>,
    x: Array2<f64>,
    y: Array2<f64>,
    /// Of all rows, for the cost after each epoch.
    whole: Workspace,
}

impl Batches {
    fn new(model: &LinearModel, data: Data<'_>, size: usize) -> Self {
        let rows = data.x.nrows();
        Batches {
            order: (0..rows).collect(),
            x: Array2::zeros((size, data.x.ncols())),
            y: Array2::zeros((size, data.y.ncols())),
            whole: Workspace::new(rows, model),
        }
    }
}

fn is_finite(model: &LinearModel) -> bool {
    model.weights.iter().chain(&model.intercepts).all(|weight| weight.is_finite())
}

impl TrainingState {
    /// Runs `epochs` epochs; after an error, model and state are what they were before.
    pub fn train(&mut self, model: &mut LinearModel, data: Data<'_>, epochs: usize) -> Result<(), RunError> {
        let before = (self.clone(), model.clone());
        let outcome = self.run(model, data, epochs);
        if outcome.is_err() {
            (*self, *model) = before;
        }
        outcome
    }

    /// One pass over these examples in their order; after an error, model and state are what they were before. Like a run
    /// it ends before the next step when the user interrupts it.
    pub fn pass(&mut self, model: &mut LinearModel, data: Data<'_>) -> Result<(), RunError> {
        let before = (model.clone(), self.step, self.optimizer_state.clone());
        let outcome = self.try_pass(model, data);
        if outcome.is_err() {
            (*model, self.step, self.optimizer_state) = before;
            self.history.truncate_after(self.step);
        }
        outcome
    }

    fn try_pass(&mut self, model: &mut LinearModel, data: Data<'_>) -> Result<(), RunError> {
        let rows = data.x.nrows();
        let size = self.settings.batch.size(rows);
        let mut space = Workspace::new(size, model);
        let heeding = heeding();
        self.interrupted = false;
        for start in (0..rows).step_by(size) {
            if heeding.requested() {
                self.interrupted = true;
                break;
            }
            let end = (start + size).min(rows);
            let weights = data.weights.map(|weights| weights.slice(s![start..end]).to_owned());
            let batch = s![start..end, ..];
            let batch = Data { x: data.x.slice(batch), y: data.y.slice(batch), weights: weights.as_ref() };
            let cost = self.advance(model, batch, &mut space)?;
            if !(cost.is_finite() && is_finite(model)) {
                let first = self.history.costs().first().copied().unwrap_or(cost);
                return Err(RunError::Diverging { step: self.step, first, last: cost });
            }
        }
        Ok(())
    }

    fn run(&mut self, model: &mut LinearModel, data: Data<'_>, epochs: usize) -> Result<(), RunError> {
        let rows = data.x.nrows();
        let size = self.settings.batch.size(rows);
        let full = size == rows;
        let mut space = Workspace::new(size, model);
        let mut batches = if full { None } else { Some(Batches::new(model, data, size)) };
        let heeding = heeding();
        self.interrupted = false;
        let mut progress = Progress::new("epoch", self.epoch + epochs);
        let first = match &mut batches {
            Some(batches) => self.cost_of(model, data, &mut batches.whole),
            None => self.gradient(model, data, &mut space),
        };
        if self.history.epoch_costs.is_empty() {
            self.history.epoch_costs.push(first);
        }
        // Near the minimum small batches go up and down: the start of the descent is what counts.
        let bar = self.history.epoch_costs[0].max(first);
        let (mut cost, mut best, mut idle, began) = (first, first, 0, self.epoch);
        for _ in 0..epochs {
            if heeding.requested() {
                self.interrupted = true;
                break;
            }
            if let Some(batches) = &mut batches {
                if !self.shuffled_epoch(model, data, batches, &mut space, &heeding)? {
                    self.interrupted = true;
                    break;
                }
                cost = self.cost_of(model, data, &mut batches.whole);
            } else {
                // The gradient at the new parameters is also the next step's.
                self.record(model, cost, &space);
                self.step_down(model, &mut space)?;
                cost = self.gradient(model, data, &mut space);
                self.converged =
                    self.settings.tolerance > 0.0 && self.gradient_norm(model, &space) <= self.settings.tolerance;
            }
            self.epoch += 1;
            self.history.epoch_costs.push(cost);
            progress.update(self.epoch, || format!("{} {}", self.history.cost_name(), short(cost)));
            if self.explodes(model, data, bar, cost) {
                self.diverged = true;
                break;
            }
            if !full && self.settings.tolerance > 0.0 {
                idle = if cost < best - self.settings.tolerance { 0 } else { idle + 1 };
                best = best.min(cost);
                self.converged = idle >= PATIENCE;
            }
            if self.converged {
                break;
            }
        }
        progress.end(self.epoch, || format!("{} {}", self.history.cost_name(), short(cost)));
        if full {
            self.record(model, cost, &space);
        }
        self.outcome(model, data, bar, self.epoch - began)
    }

    /// One epoch of small batches, drawn in random order; false where the user interrupted it.
    fn shuffled_epoch(
        &mut self,
        model: &mut LinearModel,
        data: Data<'_>,
        batches: &mut Batches,
        space: &mut Workspace,
        heeding: &Heeding,
    ) -> Result<bool, RunError> {
        let Batches { order, x, y, .. } = batches;
        let size = x.nrows();
        order.sort_unstable();
        order.shuffle(&mut self.settings.seed.of_epoch(self.epoch));
        for (batch, rows) in order.chunks(size).enumerate() {
            if batch > 0 && heeding.requested() {
                return Ok(false);
            }
            for (at, row) in rows.iter().enumerate() {
                x.row_mut(at).assign(&data.x.row(*row));
                y.row_mut(at).assign(&data.y.row(*row));
            }
            let weights = data.weights.map(|weights| rows.iter().map(|row| weights[*row]).collect());
            let batch = s![..rows.len(), ..];
            let batch = Data { x: x.slice(batch), y: y.slice(batch), weights: weights.as_ref() };
            self.advance(model, batch, space)?;
        }
        Ok(true)
    }

    /// Whether a run of `epochs` epochs, begun at a cost of `bar`, ended well.
    fn outcome(&mut self, model: &LinearModel, data: Data<'_>, bar: f64, epochs: usize) -> Result<(), RunError> {
        let rows = data.x.nrows();
        let size = self.settings.batch.size(rows);
        if self.interrupted && !self.diverged {
            // Midway a cost may be above its start that would have ended below it.
            return match is_finite(model) {
                true => Ok(()),
                false => Err(RunError::Diverging { step: self.step, first: bar, last: f64::NAN }),
            };
        }
        let (ago, last) = self.worst_of_late(epochs, size == rows);
        self.diverged |= !self.converged && self.has_grown(model, data, bar, last);
        match self.diverged && !self.settings.keep_diverged {
            true => Err(RunError::Diverging { step: self.step - ago * rows.div_ceil(size), first: bar, last }),
            false => Ok(()),
        }
    }
}
