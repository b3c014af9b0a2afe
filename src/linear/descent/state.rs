//! The state of a gradient descent: parameters of the fit, history, optimizer state, counts.

use ndarray::{Array1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::cost::Cost;
use super::settings::Settings;
use super::workspace::Workspace;
use crate::data::short;
use crate::linear::history::History;
use crate::linear::model::LinearModel;
use crate::optim::{Optimizer, Schedule, State};

/// The most steps or epochs that a saved fit may claim.
const MOST_STEPS: usize = 1 << 48;

/// Everything of a gradient descent but the model. `y` holds targets, n × k, or for classes their positions, n × 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::linear) struct TrainingState {
    pub history: History,
    pub settings: Settings,
    pub cost: Cost,
    /// The optimizer's state for the weights and for the intercepts, from the first step on.
    #[serde(default, alias = "memory")]
    pub(super) optimizer_state: Option<[State<f64>; 2]>,
    pub step: usize,
    pub epoch: usize,
    pub converged: bool,
    pub diverged: bool,
    /// Whether the user interrupted the last run.
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

impl TrainingState {
    /// The state of a model before its first step.
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
        TrainingState {
            history,
            settings,
            cost,
            optimizer_state: None,
            step: 0,
            epoch: 0,
            converged: false,
            diverged: false,
            interrupted: false,
        }
    }

    /// What does not fit in a state that was read from a file; `fits` is whether its cost belongs to this model.
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
        let Some([of_weights, of_intercepts]) = &self.optimizer_state else { return Ok(()) };
        let slots = self.settings.optimizer.slots();
        of_weights.check(slots, weights)?;
        of_intercepts.check(slots, intercepts)
    }

    /// Adds the present parameters to the history, where it keeps this step.
    pub(super) fn record(&mut self, model: &LinearModel, cost: f64, space: &Workspace) {
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
