//! Checkpoints: trainings that survive their kernel.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Callback, Training};
use crate::data::Examples;
use crate::error::{Error, Result};
use crate::nn::fit::{Fit, Validation, ValidationSet};
use crate::nn::run::Run;
use crate::nn::{Metric, Network, TrainingHistory};
use crate::saved::Saved;

/// A training as a file stores it: network, optimizer, history and all that determines how it continues.
///
/// [`resume`](Checkpoint::resume) ends where the training would have ended without the interruption, bit for bit: what is
/// random depends only on the seed and on the numbers of the epoch and the step.
///
/// ```
/// use gradus::nn::{Checkpoint, Device, Fit, Sequential};
/// use gradus::{loss::MeanSquaredError, optim::Adam, prelude::*};
/// let data = datasets::diabetes()?;
/// let path = std::env::temp_dir().join(format!("gradus-checkpoint-{}.safetensors", std::process::id()));
/// let mut net = Sequential::new([10]).dense(4).tanh().dense(1).compile(
///     Adam::new(0.01),
///     MeanSquaredError,
///     Device::Cpu,
///     Seed(1),
/// )?;
/// net.fit(&data, Fit::epochs(3).checkpoint(&path, 1))?;
///
/// // In another kernel:
/// let (net, history) = Checkpoint::load(&path)?.resume(&data)?;
/// assert_eq!(history.epochs(), 3);
/// # let _ = std::fs::remove_file(&path);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    network: Network,
    fit: Fit,
    run: Run,
    /// Rows and columns of the training data.
    shape: [usize; 2],
}

impl Saved for Checkpoint {
    const TYPE: &'static str = "Checkpoint";

    fn check(&self) -> Result<(), String> {
        self.network.check()?;
        self.run.check(self.network.parameter_count())
    }
}

impl Checkpoint {
    /// The network as it was.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The history so far.
    pub fn history(&self) -> &TrainingHistory {
        &self.run.history
    }

    /// Sets the validation set again, which the file does not store.
    #[must_use]
    pub fn validate(mut self, examples: &dyn Examples) -> Self {
        self.fit.validation = Validation::Set(Some(ValidationSet::of(examples)));
        self
    }

    /// Sets the function of a custom metric, of which the file stores the name only.
    ///
    /// # Errors
    /// [`Error::Data`] if the training does not measure a metric of this name, with the names of those that it measures, or
    /// if the other direction was better.
    pub fn metric(mut self, metric: impl Into<Metric>) -> Result<Self> {
        let (metric, metrics) = (metric.into(), &mut self.fit.metrics);
        if let Some(known) = metrics.iter_mut().find(|known| known.name() == metric.name()) {
            let greater = known.greater_is_better();
            if greater != metric.greater_is_better() {
                return Err(Error::Data(format!(
                    "the training's `{metric}` had `.greater_is_better({greater})`; give it so again"
                )));
            }
            *known = metric;
            return Ok(self);
        }
        let known = metrics.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "the loss only".into() } else { known };
        Err(Error::Data(format!("the training does not measure `{metric}`; it measures {known}")))
    }

    /// Trains to the end, on the same examples as before, and returns the network and the whole history. A training that
    /// had ended is returned as it was.
    ///
    /// # Errors
    /// Examples of another shape; a validation set or a custom metric that was not given; as [`Network::fit`].
    pub fn resume(self, examples: &dyn Examples) -> Result<(Network, TrainingHistory)> {
        self.resume_with(examples, &mut [])
    }

    /// [`resume`](Checkpoint::resume) with callbacks of your own, which the file does not store.
    ///
    /// # Errors
    /// As [`resume`](Checkpoint::resume); what a callback returns.
    pub fn resume_with(
        self,
        examples: &dyn Examples,
        callbacks: &mut [&mut dyn Callback],
    ) -> Result<(Network, TrainingHistory)> {
        let found = examples.inputs().dim();
        if found != self.shape.into() {
            return Err(Error::Shape {
                what: "examples to resume with".into(),
                expected: format!("{:?}, those of the training", self.shape),
                found: format!("{found:?}"),
            });
        }
        let mut network = self.network;
        if self.run.ended {
            return Ok((network, self.run.history));
        }
        let history = network.train(examples, &self.fit, self.run, callbacks)?;
        Ok((network, history))
    }
}

/// Writes a checkpoint after every few epochs, and at the end.
pub(super) struct CheckpointWriter<'a> {
    pub path: &'a Path,
    pub every: usize,
    /// Rows and columns of the training data.
    pub shape: [usize; 2],
}

impl CheckpointWriter<'_> {
    fn write(&self, training: &Training<'_>) -> Result<()> {
        let (network, fit, run) = (training.network.clone(), training.fit.clone(), training.run.clone());
        Checkpoint { network, fit, run, shape: self.shape }.save(self.path)
    }
}

impl Callback for CheckpointWriter<'_> {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        match training.epoch().is_multiple_of(self.every) && !training.is_over() {
            true => self.write(training),
            false => Ok(()),
        }
    }

    /// Within an epoch the last file stays. Between two, training resumes from here to the same end.
    fn on_interrupt(&mut self, training: &mut Training<'_>) -> Result<()> {
        match training.interrupted_after == Some(0) && training.epoch() > 0 {
            true => self.write(training),
            false => Ok(()),
        }
    }

    fn on_train_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        match training.interrupted_after {
            Some(_) => Ok(()),
            None => self.write(training),
        }
    }
}
