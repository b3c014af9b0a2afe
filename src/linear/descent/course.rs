//! The course of a descent: its steps, whatever cost they lower.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Zip, s};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::cost::Cost;
use super::divergence::Halt;
use super::settings::Settings;
use super::workspace::Workspace;
use crate::data::short;
use crate::error::{Error, Result};
use crate::interrupt::heeding;
use crate::linear::history::History;
use crate::linear::model::LinearModel;
use crate::linear::soft_threshold;
use crate::optim::{Optimizer, Schedule, State};
use crate::progress::Progress;

/// So many epochs without progress end a run that has a tolerance.
const PATIENCE: usize = 5;
/// More steps or epochs than these no descent has taken.
const MOST_STEPS: usize = 1 << 48;

/// How far a descent has come, and how it goes on. `y` holds targets, n × k, or for classes their positions, n × 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::linear) struct Course {
    pub history: History,
    pub settings: Settings,
    pub cost: Cost,
    /// What the optimizer remembers of the weights and of the intercepts, from the first step on.
    #[serde(default)]
    memory: Option<[State<f64>; 2]>,
    pub step: usize,
    pub epoch: usize,
    pub converged: bool,
    pub diverged: bool,
    /// Whether the reader ended the last run.
    #[serde(default)]
    pub interrupted: bool,
}

/// Examples as the steps see them.
#[derive(Clone, Copy)]
pub(super) struct Data<'a> {
    pub x: ArrayView2<'a, f64>,
    pub y: ArrayView2<'a, f64>,
    /// ω, of mean 1 over all examples, so that a batch's mean is right whatever their size.
    pub weights: Option<&'a Array1<f64>>,
}

fn is_finite(model: &LinearModel) -> bool {
    model.weights.iter().chain(&model.intercepts).all(|weight| weight.is_finite())
}

impl Course {
    /// The course of a model that stands at its start.
    pub fn new(model: &LinearModel, settings: Settings, cost: Cost) -> Self {
        let targets = &model.target_columns;
        let several = |name: &str| if targets.len() > 1 { format!(" → {name}") } else { String::new() };
        let mut names = vec![];
        for column in &model.columns {
            names.extend(targets.iter().map(|to| format!("w[{}{}]", column.name, several(&to.name))));
        }
        if settings.intercept {
            names.extend(targets.iter().map(|to| format!("b{}", several(&to.name))));
        }
        let rate = match settings.optimizer.learning_rate() {
            Schedule::Constant(rate) => format!("α = {rate}"),
            schedule => format!("α from {}", short(schedule.rate(0))),
        };
        let optimizer = if settings.steps_plainly() { "" } else { &format!("{}, ", settings.optimizer.name()) };
        let label = format!("{}, {optimizer}{rate}", settings.batch.name());
        let history = History::new(label, cost.name().into(), names);
        Course {
            history,
            settings,
            cost,
            memory: None,
            step: 0,
            epoch: 0,
            converged: false,
            diverged: false,
            interrupted: false,
        }
    }

    /// What does not fit in a course that was read from a file; `fits` says whether its cost is one of this model.
    pub fn check(&self, model: &LinearModel, fits: bool) -> std::result::Result<(), String> {
        self.settings.check().map_err(|error| error.to_string())?;
        if !fits {
            return Err(format!("the cost {}", self.cost.name()));
        }
        if self.step.max(self.epoch) > MOST_STEPS {
            return Err(format!("{} steps in {} epochs", self.step, self.epoch));
        }
        let (weights, intercepts) = (model.weights.len(), model.intercepts.len());
        self.history.check(weights + if self.settings.intercept { intercepts } else { 0 })?;
        let Some([of_weights, of_intercepts]) = &self.memory else { return Ok(()) };
        let slots = self.settings.optimizer.slots();
        of_weights.check(slots, weights)?;
        of_intercepts.check(slots, intercepts)
    }

    /// Runs so many epochs; after an error, model and course stand where they were.
    pub fn train(&mut self, model: &mut LinearModel, data: Data<'_>, epochs: usize) -> Result<(), Halt> {
        let before = (self.clone(), model.clone());
        let outcome = self.run(model, data, epochs);
        if outcome.is_err() {
            (*self, *model) = before;
        }
        outcome
    }

    /// One pass over these examples in their order; after an error, model and course stand where they were. Like a run
    /// it ends before the next step where the reader interrupts it.
    pub fn pass(&mut self, model: &mut LinearModel, data: Data<'_>) -> Result<(), Halt> {
        let before = (model.clone(), self.step, self.memory.clone());
        let outcome = self.try_pass(model, data);
        if outcome.is_err() {
            (*model, self.step, self.memory) = before;
            self.history.forget_after(self.step);
        }
        outcome
    }

    fn try_pass(&mut self, model: &mut LinearModel, data: Data<'_>) -> Result<(), Halt> {
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
                return Err(Halt::Diverging { step: self.step, first, last: cost });
            }
        }
        Ok(())
    }

    fn run(&mut self, model: &mut LinearModel, data: Data<'_>, epochs: usize) -> Result<(), Halt> {
        let rows = data.x.nrows();
        let size = self.settings.batch.size(rows);
        let full = size == rows;
        let mut space = Workspace::new(size, model);
        let mut whole = if full { None } else { Some(Workspace::new(rows, model)) };
        let (mut x, mut y) = match full {
            true => (Array2::zeros((0, 0)), Array2::zeros((0, 0))),
            false => (Array2::zeros((size, data.x.ncols())), Array2::zeros((size, data.y.ncols()))),
        };
        let mut order: Vec<usize> = (0..rows).collect();
        let heeding = heeding();
        self.interrupted = false;
        let mut progress = Progress::new("epoch", self.epoch + epochs);
        let first = match &mut whole {
            Some(whole) => self.cost_of(model, data, whole),
            None => self.gradient(model, data, &mut space),
        };
        if self.history.epoch_costs.is_empty() {
            self.history.epoch_costs.push(first);
        }
        // Near the minimum small batches go up and down: what counts is where the descent began.
        let bar = self.history.epoch_costs[0].max(first);
        let (mut cost, mut best, mut idle, began) = (first, first, 0, self.epoch);
        'epochs: for _ in 0..epochs {
            if heeding.requested() {
                self.interrupted = true;
                break;
            }
            if let Some(whole) = &mut whole {
                order.sort_unstable();
                order.shuffle(&mut self.settings.seed.of_epoch(self.epoch));
                for (batch, rows) in order.chunks(size).enumerate() {
                    if batch > 0 && heeding.requested() {
                        self.interrupted = true;
                        break 'epochs;
                    }
                    for (at, row) in rows.iter().enumerate() {
                        x.row_mut(at).assign(&data.x.row(*row));
                        y.row_mut(at).assign(&data.y.row(*row));
                    }
                    let weights = data.weights.map(|weights| rows.iter().map(|row| weights[*row]).collect());
                    let batch = s![..rows.len(), ..];
                    let batch = Data { x: x.slice(batch), y: y.slice(batch), weights: weights.as_ref() };
                    self.advance(model, batch, &mut space)?;
                }
                cost = self.cost_of(model, data, whole);
            } else {
                // The gradient at the new place is also the next step's.
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
        if self.interrupted && !self.diverged {
            // Midway a cost may be above its start that would have ended below it.
            return match is_finite(model) {
                true => Ok(()),
                false => Err(Halt::Diverging { step: self.step, first: bar, last: f64::NAN }),
            };
        }
        let (ago, last) = self.worst_of_late(self.epoch - began, full);
        self.diverged |= !self.converged && self.has_grown(model, data, bar, last);
        match self.diverged && !self.settings.keep_diverged {
            true => Err(Halt::Diverging { step: self.step - ago * rows.div_ceil(size), first: bar, last }),
            false => Ok(()),
        }
    }

    /// One step on one batch; returns the batch's cost before it.
    fn advance(&mut self, model: &mut LinearModel, batch: Data<'_>, space: &mut Workspace) -> Result<f64> {
        let cost = self.gradient(model, batch, space);
        self.record(model, cost, space);
        self.step_down(model, space)?;
        Ok(cost)
    }

    /// The optimizer's step of weights and intercepts. For an L1 penalty λ, which plain steps alone may have, it is
    /// W ← S(W − α ∂J/∂W), where S draws each weight by αλ toward 0: the proximal step of a term without a gradient at 0.
    fn step_down(&mut self, model: &mut LinearModel, space: &mut Workspace) -> Result<()> {
        let Settings { optimizer, clip, intercept, l1, .. } = &self.settings;
        if let Some(clip) = clip {
            space.clip(*clip, *intercept)?;
        }
        let LinearModel { weights, intercepts, .. } = model;
        let (Some(weights), Some(intercepts), Some(gradient), Some(intercept_gradient)) = (
            weights.as_slice_mut(),
            intercepts.as_slice_mut(),
            space.gradient.as_slice(),
            space.intercept_gradient.as_slice(),
        ) else {
            let (context, message) = ("gradient descent".into(), "the parameters are not row-major".into());
            return Err(Error::Library { context, message, source: None });
        };
        let rate = optimizer.learning_rate().rate(self.step as u64);
        let [of_weights, of_intercepts] =
            self.memory.get_or_insert_with(|| [optimizer.state(weights.len()), optimizer.state(intercepts.len())]);
        optimizer.step(of_weights, weights, gradient, rate)?;
        if *l1 > 0.0 {
            weights.iter_mut().for_each(|weight| *weight = soft_threshold(*weight, rate * l1));
        }
        if *intercept {
            optimizer.step(of_intercepts, intercepts, intercept_gradient, rate)?;
        }
        self.step += 1;
        Ok(())
    }

    /// Cost and gradient at the present parameters, into the workspace; the L1 penalty is in the cost alone.
    fn gradient(&self, model: &LinearModel, data: Data<'_>, space: &mut Workspace) -> f64 {
        let mean = 1.0 / data.x.nrows() as f64;
        let losses = self.errors(model, data, space);
        let errors = space.errors.slice(s![..data.x.nrows(), ..]);
        let slope = self.cost.slope_factor() * mean;
        general_mat_mul(slope, &data.x.t(), &errors, 0.0, &mut space.gradient);
        if self.settings.ridge > 0.0 {
            space.gradient.scaled_add(2.0 * self.settings.ridge, &model.weights);
        }
        for (gradient, errors) in space.intercept_gradient.iter_mut().zip(errors.columns()) {
            *gradient = slope * errors.sum();
        }
        losses * mean + self.penalty(model)
    }

    /// The cost of the whole training data at the present parameters.
    pub(super) fn cost_of(&self, model: &LinearModel, data: Data<'_>, space: &mut Workspace) -> f64 {
        self.errors(model, data, space) / data.x.nrows() as f64 + self.penalty(model)
    }

    /// ω(ŷ − y) into the workspace; returns Σ ω l.
    fn errors(&self, model: &LinearModel, data: Data<'_>, space: &mut Workspace) -> f64 {
        let mut scores = space.errors.slice_mut(s![..data.x.nrows(), ..]);
        general_mat_mul(1.0, &data.x, &model.weights, 0.0, &mut scores);
        scores += &model.intercepts;
        self.cost.errors(data.y, data.weights, &mut scores)
    }

    fn penalty(&self, model: &LinearModel) -> f64 {
        let Settings { ridge, l1, .. } = self.settings;
        if ridge == 0.0 && l1 == 0.0 {
            return 0.0;
        }
        model.weights.fold(0.0, |sum, weight| sum + ridge * weight * weight + l1 * weight.abs())
    }

    /// The gradient's length; with an L1 penalty that of the shortest subgradient, which is 0 at the minimum all the same.
    fn gradient_norm(&self, model: &LinearModel, space: &Workspace) -> f64 {
        let l1 = self.settings.l1;
        let squares = Zip::from(&space.gradient).and(&model.weights).fold(0.0, |sum, gradient, weight| {
            let slope = match l1 {
                0.0 => *gradient,
                _ if *weight == 0.0 => soft_threshold(*gradient, l1),
                _ => gradient + l1 * weight.signum(),
            };
            sum + slope * slope
        });
        let more = if self.settings.intercept { space.intercept_gradient.fold(0.0, |sum, g| sum + g * g) } else { 0.0 };
        (squares + more).sqrt()
    }

    fn record(&mut self, model: &LinearModel, cost: f64, space: &Workspace) {
        if !self.history.keeps(self.step) {
            return;
        }
        let mut parameters: Vec<f64> = model.weights.iter().copied().collect();
        if self.settings.intercept {
            parameters.extend(&model.intercepts);
        }
        let norm = self.gradient_norm(model, space);
        self.history.record(self.step, cost, norm, Array1::from(parameters).view());
    }
}
