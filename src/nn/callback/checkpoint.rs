//! Checkpoints: a training that survives its kernel.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::data::Examples;
use crate::error::{Error, Result};
use crate::nn::fit::{Fit, Validation, ValidationSet};
use crate::nn::run::Run;
use crate::nn::{Metric, Network, TrainingHistory};
use crate::saved::Saved;

/// A training as a file holds it: network, optimizer, history and all that decides how it goes on.
///
/// [`resume`](Checkpoint::resume) ends where the training would have ended without the interruption, bit for bit: what is
/// random depends on the seed and on the numbers of epoch and step alone.
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

    /// Gives the validation set anew, which the file does not hold.
    #[must_use]
    pub fn validate(mut self, examples: &dyn Examples) -> Self {
        self.fit.validation = Validation::Set(Some(ValidationSet::of(examples)));
        self
    }

    /// Gives a metric of your own anew, of which the file holds the name but not the function.
    ///
    /// # Errors
    /// [`Error::Data`] where the training measures nothing of this name, with the names of what it does, or where the other
    /// direction was better.
    pub fn metric(mut self, metric: Metric) -> Result<Self> {
        let metrics = &mut self.fit.metrics;
        if let Some(place) = metrics.iter_mut().find(|known| known.name() == metric.name()) {
            if place.lower_is_better() != metric.lower_is_better() {
                let direction = if place.lower_is_better() { "falling" } else { "rising" };
                return Err(Error::Data(format!(
                    "the training's `{metric}` was `Metric::{direction}`; give it so again"
                )));
            }
            *place = metric;
            return Ok(self);
        }
        let known = metrics.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "nothing beside the loss".into() } else { known };
        Err(Error::Data(format!("the training does not measure `{metric}`; it measures {known}")))
    }

    /// Trains on to the end, on the same examples as before; gives the network and the whole history. A training that had
    /// ended is given as it was.
    ///
    /// # Errors
    /// Examples of another shape; a validation set or a metric of your own that was not given; as [`Network::fit`].
    pub fn resume(self, examples: &dyn Examples) -> Result<(Network, TrainingHistory)> {
        let found = examples.inputs().dim();
        if found != self.shape.into() {
            return Err(Error::Shape {
                what: "examples to go on with".into(),
                expected: format!("{:?}, those of the training", self.shape),
                found: format!("{found:?}"),
            });
        }
        let mut network = self.network;
        if self.run.ended {
            return Ok((network, self.run.history));
        }
        let history = network.train(examples, &self.fit, self.run, &mut |_, _| true)?;
        Ok((network, history))
    }

    /// Writes the file.
    pub(in crate::nn) fn write(path: &Path, network: &Network, fit: &Fit, run: &Run, shape: [usize; 2]) -> Result<()> {
        Checkpoint { network: network.clone(), fit: fit.clone(), run: run.clone(), shape }.save(path)
    }
}
