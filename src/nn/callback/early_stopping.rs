//! Early stopping: training until the validation stops improving.

use serde::{Deserialize, Serialize};

use super::{Callback, Training};
use crate::check::not_negative;
use crate::error::{Error, Result};
use crate::nn::metric::Metric;

/// Ends a training when a metric has stopped improving, and gives the network the weights of its best epoch however the
/// training ends, also where the user interrupts it. (Keras' `restore_best_weights` is off by default.) Each `fit` counts
/// its epochs from 0.
///
/// Defaults: no patience, no least change, the best weights. Lower is better but for accuracies, precision, recall, F1, R²
/// and [custom metrics](super::super::CustomMetric) that say otherwise. L. Prechelt (1998), *Early Stopping – But When?*;
/// slide B12.
///
/// ```
/// use gradus::nn::EarlyStopping;
/// let stopping = EarlyStopping::on("validation loss").patience(5).min_delta(1e-3);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping {
    #[serde(alias = "quantity")]
    monitor: String,
    patience: usize,
    min_delta: f64,
    /// Without a value the metric determines it.
    #[serde(alias = "rising")]
    greater_is_better: Option<bool>,
    keep_last: bool,
}

impl EarlyStopping {
    /// Monitors this metric of the history: `validation loss`, `validation accuracy`, `loss`.
    pub fn on(monitor: impl Into<String>) -> Self {
        EarlyStopping {
            monitor: monitor.into(),
            patience: 0,
            min_delta: 0.0,
            greater_is_better: None,
            keep_last: false,
        }
    }

    /// Sets the number of epochs without improvement after which the training ends; default 0, which ends it at the first,
    /// as 1 does.
    #[must_use]
    pub fn patience(mut self, epochs: usize) -> Self {
        self.patience = epochs;
        self
    }

    /// Sets the least change that counts as an improvement: more than this; default 0.
    #[must_use]
    pub fn min_delta(mut self, change: f64) -> Self {
        self.min_delta = change;
        self
    }

    /// Sets whether a greater value is better; default as the metric has it.
    #[doc(alias = "mode")]
    #[must_use]
    pub fn greater_is_better(mut self, greater: bool) -> Self {
        self.greater_is_better = Some(greater);
        self
    }

    /// Keeps the last weights instead of the best.
    #[doc(alias = "restore_best_weights")]
    #[must_use]
    pub fn keep_last(mut self) -> Self {
        self.keep_last = true;
        self
    }

    pub(in crate::nn) fn check(&self, known: &[String]) -> Result<()> {
        if !known.contains(&self.monitor) {
            let (monitor, known) = (&self.monitor, known.join("`, `"));
            return Err(Error::Data(format!(
                "early stopping on `{monitor}`: this training measures `{known}`; give it a validation set or the metric"
            )));
        }
        not_negative("min_delta of early stopping", self.min_delta)
    }

    /// The metric that is monitored.
    pub fn monitor(&self) -> &str {
        &self.monitor
    }

    /// Takes the direction from these metrics, if none was set.
    pub(in crate::nn) fn settled(mut self, metrics: &[Metric]) -> Self {
        self.greater_is_better.get_or_insert(Metric::any_is_greater_better(metrics, &self.monitor));
        self
    }
}

/// Ends the training by this rule. What it knows of the epochs so far is in the [`Run`](crate::nn::run::Run), so that
/// checkpoints keep it.
pub(super) struct StopsEarly<'a> {
    pub rule: &'a EarlyStopping,
}

impl Callback for StopsEarly<'_> {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let (epoch, value) = (training.epoch(), training.last(&self.rule.monitor)?);
        let state = &mut training.run.early_stopping;
        if state.after_epoch(self.rule, epoch, value, &training.network.parameters) {
            training.stop(format!("{} stopped improving", self.rule.monitor));
        }
        Ok(())
    }

    /// Restores the best weights.
    fn on_train_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        if let Some((epoch, parameters)) = training.run.early_stopping.kept.take() {
            training.network.parameters = parameters;
            training.run.history.best_epoch = Some(epoch);
            training.run.history.stop_reason += &format!("; weights of epoch {epoch}");
        }
        Ok(())
    }
}

/// What early stopping knows of the epochs so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::nn) struct EarlyStoppingState {
    best: Option<f64>,
    waited: usize,
    /// Number and parameters of the best epoch.
    pub kept: Option<(usize, Vec<f32>)>,
}

impl EarlyStoppingState {
    /// Counts an epoch, numbered from 1, and returns whether the training ends. What is not finite is no improvement:
    /// neither a value nor weights, which the last step of an epoch can ruin when its loss is already known.
    fn after_epoch(&mut self, rule: &EarlyStopping, epoch: usize, value: f64, parameters: &[f32]) -> bool {
        let greater = rule.greater_is_better.unwrap_or_else(|| Metric::any_is_greater_better(&[], &rule.monitor));
        let finite = value.is_finite() && parameters.iter().all(|parameter| parameter.is_finite());
        let better = finite
            && match self.best {
                None => true,
                Some(best) if greater => value > best + rule.min_delta,
                Some(best) => value < best - rule.min_delta,
            };
        if better {
            (self.best, self.waited) = (Some(value), 0);
            if !rule.keep_last {
                self.kept = Some((epoch, parameters.to_vec()));
            }
            return false;
        }
        self.waited += 1;
        self.waited > rule.patience.saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The epoch after which it ends, and the epoch whose weights it keeps.
    fn run(rule: &EarlyStopping, values: &[f64]) -> (Option<usize>, Option<usize>) {
        let mut state = EarlyStoppingState::default();
        let stops = |(at, value): (usize, &f64)| state.after_epoch(rule, at + 1, *value, &[]).then_some(at + 1);
        let end = values.iter().enumerate().find_map(stops);
        (end, state.kept.map(|(epoch, _)| epoch))
    }

    #[test]
    fn patience_change_and_direction_as_keras_has_them() {
        let losses = [1.0, 0.5, 0.6, 0.49, 0.7, 0.6, 0.5];
        let on = || EarlyStopping::on("validation loss");
        assert_eq!(run(&on(), &losses), (Some(3), Some(2)));
        assert_eq!(run(&on().patience(1), &losses), (Some(3), Some(2)));
        assert_eq!(run(&on().patience(2), &losses), (Some(6), Some(4)));
        assert_eq!(run(&on().patience(2).min_delta(0.1), &losses), (Some(4), Some(2)));
        assert_eq!(run(&on().patience(9), &losses), (None, Some(4)));
        assert_eq!(run(&on().patience(9).keep_last(), &losses), (None, None));
        assert_eq!(run(&EarlyStopping::on("validation accuracy"), &[0.1, 0.2, 0.15]), (Some(3), Some(2)));
        assert_eq!(run(&on().patience(2), &[f64::NAN, 1.0, f64::NAN, f64::NAN]), (Some(4), Some(2)));
        let mut state = EarlyStoppingState::default();
        state.after_epoch(&on(), 1, 1.0, &[0.5]);
        assert!(state.after_epoch(&on(), 2, 0.5, &[f32::NAN]), "a good loss before the step that ruined the weights");
        assert_eq!(state.kept, Some((1, vec![0.5])));
        let infinite = [f64::INFINITY, 0.1, 0.2, f64::INFINITY];
        assert_eq!(run(&EarlyStopping::on("validation accuracy").patience(3), &infinite), (None, Some(3)));
    }
}
