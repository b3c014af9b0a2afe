//! Early stopping: train until the validation no longer gets better.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::nn::metric::Metric;

/// Ends a training when a quantity has not got better for some epochs, and gives the network the weights of its best
/// epoch, whenever the training ends, also where the reader interrupts it (Keras' `restore_best_weights` did so only
/// where it stopped early, and is off by default). Each `fit` begins to count afresh.
///
/// Defaults: no patience, no least change, the best weights; less is better but for accuracies, precision, recall, F1, R²
/// and metrics of your own that [rise](Metric::rising). L. Prechelt (1998), *Early Stopping – But When?*; slide B12.
///
/// ```
/// use gradus::nn::EarlyStopping;
/// let stopping = EarlyStopping::on("validation loss").patience(5).min_delta(1e-3);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping {
    quantity: String,
    patience: usize,
    min_delta: f64,
    rising: bool,
    keep_last: bool,
}

impl EarlyStopping {
    /// Watches this quantity of the history: `validation loss`, `validation accuracy`, `loss`.
    pub fn on(quantity: impl Into<String>) -> Self {
        let quantity = quantity.into();
        let rising = Metric::rises(&quantity);
        EarlyStopping { quantity, patience: 0, min_delta: 0.0, rising, keep_last: false }
    }

    /// How many epochs without progress are waited for; default 0: the first one ends the training.
    #[must_use]
    pub fn patience(mut self, epochs: usize) -> Self {
        self.patience = epochs;
        self
    }

    /// What counts as progress: more than this; default 0.
    #[must_use]
    pub fn min_delta(mut self, change: f64) -> Self {
        self.min_delta = change;
        self
    }

    /// More is better, whatever the name says.
    #[must_use]
    pub fn rising(mut self) -> Self {
        self.rising = true;
        self
    }

    /// Keeps the last weights in place of the best.
    #[must_use]
    pub fn keep_last(mut self) -> Self {
        self.keep_last = true;
        self
    }

    pub(in super::super) fn check(&self, known: &[String]) -> Result<()> {
        if !known.contains(&self.quantity) {
            let (quantity, known) = (&self.quantity, known.join("`, `"));
            return Err(Error::Data(format!(
                "early stopping on `{quantity}`: this training measures `{known}`; give it a validation set or the metric"
            )));
        }
        if self.min_delta >= 0.0 && self.min_delta.is_finite() {
            return Ok(());
        }
        let requirement = "the least change must be a number of at least 0".into();
        Err(Error::Parameter { parameter: "min_delta", value: self.min_delta.to_string(), requirement })
    }

    /// What is watched.
    pub fn quantity(&self) -> &str {
        &self.quantity
    }
}

/// What early stopping remembers between epochs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Watch {
    best: Option<f64>,
    waited: usize,
    /// Parameters and number of the best epoch.
    pub kept: Option<(usize, Vec<f32>)>,
}

impl Watch {
    /// Looks at an epoch, counted from 1; says whether the training shall end. What is not finite is no progress: neither a
    /// value nor weights, which the last step of an epoch can ruin when its loss is already known.
    pub fn after_epoch(&mut self, rule: &EarlyStopping, epoch: usize, value: f64, parameters: &[f32]) -> bool {
        let finite = value.is_finite() && parameters.iter().all(|parameter| parameter.is_finite());
        let better = finite
            && match self.best {
                None => true,
                Some(best) if rule.rising => value > best + rule.min_delta,
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
        let mut watch = Watch::default();
        let stops = |(at, value): (usize, &f64)| watch.after_epoch(rule, at + 1, *value, &[]).then_some(at + 1);
        let end = values.iter().enumerate().find_map(stops);
        (end, watch.kept.map(|(epoch, _)| epoch))
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
        let mut watch = Watch::default();
        watch.after_epoch(&on(), 1, 1.0, &[0.5]);
        assert!(watch.after_epoch(&on(), 2, 0.5, &[f32::NAN]), "a good loss before the step that ruined the weights");
        assert_eq!(watch.kept, Some((1, vec![0.5])));
        let infinite = [f64::INFINITY, 0.1, 0.2, f64::INFINITY];
        assert_eq!(run(&EarlyStopping::on("validation accuracy").patience(3), &infinite), (None, Some(3)));
    }
}
