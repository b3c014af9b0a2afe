//! `TrainingHistory`: loss and metrics of each epoch.

use serde::{Deserialize, Serialize};

use super::callback::WatchedLayers;
use super::device::DeviceUse;
use crate::data::{Table, short};
use crate::error::{Error, Result};

/// Loss and metrics of an epoch, by name.
pub(super) type Measured = Vec<(String, f64)>;

/// Loss, metrics and learning rate of each epoch of a training.
///
/// The names are `loss`, those of the metrics, and the same after `validation`: `validation loss`. Those of training
/// are means over the epoch while the network changed, with dropout; those of validation are taken after it, without.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingHistory {
    #[serde(alias = "quantities")]
    pub(super) metrics: Vec<(String, Vec<f64>)>,
    pub(super) learning_rates: Vec<f64>,
    #[serde(alias = "ending")]
    pub(super) stop_reason: String,
    #[serde(default)]
    pub(super) interrupted: bool,
    pub(super) best_epoch: Option<usize>,
    #[serde(default)]
    pub(super) device: DeviceUse,
    #[serde(default)]
    pub(super) watched: Option<WatchedLayers>,
}

impl TrainingHistory {
    /// What does not fit in a history that was read from a file.
    pub(super) fn check(&self) -> std::result::Result<(), String> {
        let epochs = self.learning_rates.len();
        if let Some((name, values)) = self.metrics.iter().find(|(_, values)| values.len() != epochs) {
            return Err(format!("{} values of `{name}` in {epochs} epochs", values.len()));
        }
        match self.best_epoch {
            Some(best) if best == 0 || best > epochs => Err(format!("the best epoch {best} of {epochs}")),
            _ => Ok(()),
        }
    }

    /// The names of the metrics, `loss` included.
    pub fn metric_names(&self) -> Vec<&str> {
        self.metrics.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The values of this metric, one per epoch.
    ///
    /// # Errors
    /// [`Error::Data`] where it was not measured, with the names of what was.
    pub fn get(&self, metric: &str) -> Result<&[f64]> {
        match self.metrics.iter().find(|(name, _)| name == metric) {
            Some((_, values)) => Ok(values),
            None => {
                let known = self.metric_names().join("`, `");
                Err(Error::Data(format!("the history has no `{metric}`; it has `{known}`")))
            }
        }
    }

    /// The training loss of each epoch, with penalties.
    pub fn loss(&self) -> &[f64] {
        self.get("loss").unwrap_or_default()
    }

    /// The validation loss after each epoch; empty without validation.
    pub fn validation_loss(&self) -> &[f64] {
        self.get("validation loss").unwrap_or_default()
    }

    /// The learning rate of each epoch's first step.
    pub fn learning_rates(&self) -> &[f64] {
        &self.learning_rates
    }

    /// The number of whole epochs.
    pub fn epochs(&self) -> usize {
        self.learning_rates.len()
    }

    /// Why the training ended: `all 100 epochs`, `interrupted at epoch 12 of 100, after 5 of 30 batches`.
    pub fn stop_reason(&self) -> &str {
        &self.stop_reason
    }

    /// Whether the user interrupted it.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// The epoch whose weights the network has, counted from 1, if early stopping chose one.
    pub fn best_epoch(&self) -> Option<usize> {
        self.best_epoch
    }

    /// What computed, and why that. To repeat a run of [`Device::auto`](super::Device::auto) with the same seed after a restart,
    /// name the device that this reports.
    pub fn device(&self) -> &DeviceUse {
        &self.device
    }

    /// What was recorded of the layers.
    ///
    /// # Errors
    /// [`Error::Data`] if [`Fit::watch_layers`](super::Fit::watch_layers) was not set.
    pub fn layers(&self) -> Result<&WatchedLayers> {
        self.watched.as_ref().ok_or_else(|| {
            Error::Data("the layers were not watched; train with `Fit::epochs(…).watch_layers()`".into())
        })
    }

    /// A table of one row per epoch; of many the first and the last five.
    pub fn table(&self) -> Table {
        let names: Vec<&str> = ["epoch"].into_iter().chain(self.metric_names()).chain(["learning rate"]).collect();
        let mut table = Table::new("Training", &names, &vec![true; names.len()]).note(self.note());
        let epochs = self.epochs();
        for epoch in 0..epochs {
            if epochs > 12 && (5..epochs - 5).contains(&epoch) {
                if epoch == 5 {
                    table.push(vec!["…"; names.len()]);
                }
                continue;
            }
            let values = self.metrics.iter().map(|(_, values)| values.get(epoch).map_or("–".into(), |v| short(*v)));
            let number = (epoch + 1).to_string();
            table.push([number].into_iter().chain(values).chain([short(self.learning_rates[epoch])]));
        }
        table
    }

    /// How it ended, and the device if it was not the CPU.
    fn note(&self) -> String {
        let device = self.device.to_string();
        if device.is_empty() || device == "CPU" {
            self.stop_reason.clone()
        } else {
            format!("{}; {device}", self.stop_reason)
        }
    }

    /// Records one epoch.
    pub(super) fn record(&mut self, values: Measured, learning_rate: f64) {
        if self.metrics.is_empty() {
            self.metrics = values.iter().map(|(name, _)| (name.clone(), vec![])).collect();
        }
        for ((_, all), (_, value)) in self.metrics.iter_mut().zip(values) {
            all.push(value);
        }
        self.learning_rates.push(learning_rate);
    }

    /// Records that the training ends here, after `batches` out of `all` batches of an epoch.
    pub(super) fn interrupt(&mut self, epochs: usize, [batches, all]: [usize; 2]) {
        let done = self.epochs();
        self.interrupted = true;
        self.stop_reason = match (done, batches) {
            (0, 0) => format!("interrupted before the first of {epochs} epochs"),
            (_, 0) => format!("interrupted after epoch {done} of {epochs}"),
            _ => format!("interrupted at epoch {} of {epochs}, after {batches} of {all} batches", done + 1),
        };
    }

    /// The values of the last epoch: `loss 0.2130 · accuracy 0.95`.
    pub(super) fn latest(&self) -> String {
        let last = |(name, all): &(String, Vec<f64>)| Some(format!("{name} {}", short(*all.last()?)));
        self.metrics.iter().filter_map(last).collect::<Vec<_>>().join(" · ")
    }
}
