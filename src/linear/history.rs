//! `History`: cost, gradient norm and parameters of a gradient descent, step by step.

use ndarray::{Array2, ArrayView1};
use serde::{Deserialize, Serialize};

/// How many records a history keeps before it drops every second one.
const CAPACITY: usize = 20_000;
/// How many parameters all records hold together at most, 32 MB of them; but a few hundred records always stay.
const MOST_PARAMETERS: usize = 4_000_000;
const LEAST_CAPACITY: usize = 256;

/// Cost, gradient norm and parameters along a gradient descent.
///
/// Record 0 is the start, before any step. A run of more than 20 000 steps (of fewer where a model has more than 200
/// parameters) keeps every second, fourth, … step, so that memory stays bounded; [`steps`](History::steps) lists which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    label: String,
    cost_name: String,
    parameter_names: Vec<String>,
    interval: usize,
    steps: Vec<usize>,
    costs: Vec<f64>,
    gradient_norms: Vec<f64>,
    parameters: Array2<f64>,
    pub(super) epoch_costs: Vec<f64>,
}

impl History {
    pub(super) fn new(label: String, cost_name: String, parameter_names: Vec<String>) -> Self {
        let parameters = Array2::zeros((0, parameter_names.len()));
        History {
            label,
            cost_name,
            parameter_names,
            interval: 1,
            steps: vec![],
            costs: vec![],
            gradient_norms: vec![],
            parameters,
            epoch_costs: vec![],
        }
    }

    /// What does not fit in a history that was read from a file, of a model with this number of parameters.
    pub(super) fn check(&self, parameters: usize) -> Result<(), String> {
        let records = self.steps.len();
        let lengths = [self.costs.len(), self.gradient_norms.len(), self.parameters.nrows()];
        let widths = [self.parameter_names.len(), self.parameters.ncols()];
        if lengths.iter().any(|length| *length != records) || widths.iter().any(|width| *width != parameters) {
            return Err(format!(
                "a history of {records} steps with costs, gradient norms and parameters {lengths:?}, of {parameters} \
                 parameters with names and columns {widths:?}"
            ));
        }
        match (1..1 << 48).contains(&self.interval) && self.steps.is_sorted_by(|one, next| one < next) {
            true => Ok(()),
            false => Err(format!("a history of every {}th step, out of order", self.interval)),
        }
    }

    /// Whether `step` is one that is kept.
    pub(super) fn keeps(&self, step: usize) -> bool {
        step.is_multiple_of(self.interval)
    }

    pub(super) fn record(&mut self, step: usize, cost: f64, gradient_norm: f64, parameters: ArrayView1<'_, f64>) {
        if self.steps.last() == Some(&step) {
            // Training continues from the last record.
            return;
        }
        let most = MOST_PARAMETERS / self.parameter_names.len().max(1);
        if self.steps.len() >= most.clamp(LEAST_CAPACITY, CAPACITY) {
            self.thin();
            if !self.keeps(step) {
                return;
            }
        }
        self.steps.push(step);
        self.costs.push(cost);
        self.gradient_norms.push(gradient_norm);
        // The row has as many values as there are names, so that this cannot fail.
        let _ = self.parameters.push_row(parameters);
    }

    /// Drops the records after this step.
    pub(super) fn truncate_after(&mut self, step: usize) {
        let kept = self.steps.partition_point(|recorded| *recorded <= step);
        self.steps.truncate(kept);
        self.costs.truncate(kept);
        self.gradient_norms.truncate(kept);
        self.parameters = self.parameters.slice(ndarray::s![..kept, ..]).to_owned();
    }

    /// Keeps every second record.
    fn thin(&mut self) {
        self.interval *= 2;
        let kept: Vec<usize> = (0..self.steps.len()).filter(|at| self.keeps(self.steps[*at])).collect();
        self.steps = kept.iter().map(|at| self.steps[*at]).collect();
        self.costs = kept.iter().map(|at| self.costs[*at]).collect();
        self.gradient_norms = kept.iter().map(|at| self.gradient_norms[*at]).collect();
        self.parameters = self.parameters.select(ndarray::Axis(0), &kept);
    }

    /// The name of the run in figures: `batch, α = 0.01`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The same history under another name.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The name of the cost.
    pub fn cost_name(&self) -> &str {
        &self.cost_name
    }

    /// The step of each record; 0 is the start.
    pub fn steps(&self) -> &[usize] {
        &self.steps
    }

    /// The cost at each record: of the whole training data in batch descent, of the batch at hand otherwise.
    pub fn costs(&self) -> &[f64] {
        &self.costs
    }

    /// The Euclidean norm of the gradient at each record.
    pub fn gradient_norms(&self) -> &[f64] {
        &self.gradient_norms
    }

    /// The parameters at each record, one row per record: the weights (feature by feature), then the intercepts.
    pub fn parameters(&self) -> &Array2<f64> {
        &self.parameters
    }

    /// The names of the parameters' columns.
    pub fn parameter_names(&self) -> &[String] {
        &self.parameter_names
    }

    /// The cost of the whole training data before the first epoch and after each.
    #[doc(alias = "loss_curve_")]
    pub fn epoch_costs(&self) -> &[f64] {
        &self.epoch_costs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_long_history_is_thinned_evenly_and_keeps_the_start() {
        let mut history = History::new("run".into(), "cost".into(), vec!["w".into()]);
        for step in 0..100_000 {
            if history.keeps(step) {
                history.record(step, step as f64, 1.0, array![step as f64].view());
            }
        }
        assert!(history.steps().len() <= CAPACITY && history.steps().len() > CAPACITY / 4);
        assert_eq!(history.steps()[0], 0);
        let gap = history.steps()[1];
        assert!(history.steps().windows(2).all(|pair| pair[1] - pair[0] == gap));
        assert_eq!(history.parameters().nrows(), history.steps().len());
        assert_eq!(history.parameters()[[3, 0]], history.costs()[3]);
    }

    #[test]
    fn a_wide_model_keeps_fewer_records() {
        let mut history = History::new("run".into(), "cost".into(), vec!["w".into(); 8000]);
        for step in 0..2000 {
            if history.keeps(step) {
                history.record(step, 1.0, 1.0, ndarray::Array1::zeros(8000).view());
            }
        }
        assert!((250..=500).contains(&history.steps().len()), "{}", history.steps().len());
        assert!(history.parameters().len() <= MOST_PARAMETERS);
    }
}
