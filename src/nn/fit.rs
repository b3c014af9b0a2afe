//! `Fit`: how a network is trained.

use std::path::PathBuf;

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::callback::EarlyStopping;
use super::metric::Metric;
use super::precision::Precision;
use crate::data::{ClassWeights, Column, Examples, Inputs};
use crate::optim::Clip;
use crate::optim::schedule::ReduceOnPlateau;

/// The settings of a training: epochs, batches, metrics and when it ends.
///
/// Defaults are Keras': batches of 32, shuffled again in each epoch, no validation, no metrics but the loss.
///
/// The seed of [`compile`](super::Sequential::compile) determines initial weights, the order of the examples, dropout and noise:
/// the same seed gives the same run on the same device. [`Device::auto`](super::Device::auto) may choose another device after
/// a restart; name one where runs must be the same.
///
/// ```
/// use gradus::nn::{EarlyStopping, Fit, Metric};
/// let fit = Fit::epochs(100)
///     .batch(16)
///     .validation_split(0.2)
///     .metric(Metric::Accuracy)
///     .early_stopping(EarlyStopping::on("validation loss").patience(5));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    pub(super) epochs: usize,
    pub(super) batch: usize,
    pub(super) shuffle: bool,
    pub(super) validation: Validation,
    pub(super) class_weights: ClassWeights,
    pub(super) sample_weights: Option<Array1<f64>>,
    pub(super) metrics: Vec<Metric>,
    pub(super) clip: Option<Clip>,
    pub(super) early_stopping: Option<EarlyStopping>,
    pub(super) plateau: Option<(String, ReduceOnPlateau)>,
    pub(super) checkpoint: Option<(PathBuf, usize)>,
    pub(super) terminate_on_nan: bool,
    #[serde(default)]
    pub(super) watch_layers: bool,
    #[serde(default)]
    pub(super) precision: Precision,
}

/// The examples that the network is evaluated on after each epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Validation {
    None,
    /// The last share of the rows, which is not trained on.
    Share(f64),
    /// Other examples. A file does not store them.
    Set(#[serde(skip)] Option<ValidationSet>),
}

/// A copy of the validation examples as they were given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ValidationSet {
    pub x: Array2<f64>,
    pub y: Array2<f64>,
    pub columns: Option<Vec<Column>>,
    pub targets: Option<Vec<Column>>,
}

impl ValidationSet {
    pub fn of(examples: &dyn Examples) -> Self {
        ValidationSet {
            x: examples.inputs().to_owned(),
            y: examples.outputs().to_owned(),
            columns: examples.input_columns().map(<[Column]>::to_vec),
            targets: examples.output_columns().map(<[Column]>::to_vec),
        }
    }
}

impl Inputs for ValidationSet {
    fn inputs(&self) -> ndarray::ArrayView2<'_, f64> {
        self.x.view()
    }

    fn input_columns(&self) -> Option<&[Column]> {
        self.columns.as_deref()
    }
}

impl Examples for ValidationSet {
    fn outputs(&self) -> ndarray::ArrayView2<'_, f64> {
        self.y.view()
    }

    fn output_columns(&self) -> Option<&[Column]> {
        self.targets.as_deref()
    }
}

impl Fit {
    /// The defaults, for a training of `epochs` epochs.
    pub fn epochs(epochs: usize) -> Self {
        Fit {
            epochs,
            batch: 32,
            shuffle: true,
            validation: Validation::None,
            class_weights: ClassWeights::Equal,
            sample_weights: None,
            metrics: vec![],
            clip: None,
            early_stopping: None,
            plateau: None,
            checkpoint: None,
            terminate_on_nan: true,
            watch_layers: false,
            precision: Precision::Full,
        }
    }

    /// Sets the number of examples per step; default 32. With 1 it is stochastic descent; a batch larger than the data is all of
    /// it. The last batch of an epoch has the remaining examples.
    #[must_use]
    pub fn batch(mut self, examples: usize) -> Self {
        self.batch = examples;
        self
    }

    /// Sets the precision of products on a GPU; default that of `f32`.
    #[must_use]
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// Sets whether the examples are shuffled before each epoch; default true.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Evaluates the network on these examples after each epoch. A copy is kept.
    #[must_use]
    pub fn validate(mut self, examples: &dyn Examples) -> Self {
        self.validation = Validation::Set(Some(ValidationSet::of(examples)));
        self
    }

    /// Holds back this share of the rows, the last ones, and evaluates the network on them after each epoch. As in Keras, they
    /// are taken before any shuffling: shuffle sorted data yourself, or split it with `split_stratified`.
    /// [Sample weights](Fit::sample_weights) apply to the validation loss, too.
    #[must_use]
    pub fn validation_split(mut self, share: f64) -> Self {
        self.validation = Validation::Share(share);
        self
    }

    /// Sets the weights of the classes; default all the same.
    #[must_use]
    pub fn class_weights(mut self, weights: ClassWeights) -> Self {
        self.class_weights = weights;
        self
    }

    /// Sets a weight of at least 0 for each example. As in Keras the batch's loss is Σ ωᵢ lᵢ / n.
    ///
    /// A row of weight 0 is left out: it may have any values and takes no part in batches and their n, in the
    /// statistics of batch normalization or in metrics (in Keras it does). A [validation split](Fit::validation_split) is
    /// taken from all rows with their weights, which apply to the validation loss; metrics count each row the same.
    #[must_use]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.sample_weights = Some(weights);
        self
    }

    /// Adds a metric, measured on the training examples as the epoch saw them and on the validation examples after it: a
    /// named one, or a [`CustomMetric`](super::CustomMetric).
    #[must_use]
    pub fn metric(mut self, metric: impl Into<Metric>) -> Self {
        self.metrics.push(metric.into());
        self
    }

    /// Clips the gradient before each step.
    #[must_use]
    pub fn clip(mut self, clip: Clip) -> Self {
        self.clip = Some(clip);
        self
    }

    /// Ends the training when a metric stops improving.
    #[must_use]
    pub fn early_stopping(mut self, stopping: EarlyStopping) -> Self {
        self.early_stopping = Some(stopping);
        self
    }

    /// Lowers the learning rate when this metric, such as `validation loss`, stops improving. The schedule's rate is
    /// multiplied by it. As in Keras the network keeps the lowered rate: another fit begins with it, and
    /// [`Network::learning_rate`](super::Network::learning_rate) reports it; `set_optimizer` resets it.
    #[must_use]
    pub fn reduce_on_plateau(mut self, monitor: impl Into<String>, reduce: ReduceOnPlateau) -> Self {
        self.plateau = Some((monitor.into(), reduce));
        self
    }

    /// Writes the state of the training to this file after each `every` epochs, and at its end;
    /// [`Checkpoint`](super::Checkpoint) resumes from there. If the user interrupts the training between two
    /// epochs, it is written, too; within an epoch the previous one stays, which leads to the same end.
    #[must_use]
    pub fn checkpoint(mut self, path: impl Into<PathBuf>, every: usize) -> Self {
        self.checkpoint = Some((path.into(), every));
        self
    }

    /// Watches the layers: gradient norms and update-to-weight ratios from real steps, ten per epoch, and the distributions of
    /// weights, activations and gradients before the first epoch and after each, on 256 of the training examples.
    /// [`TrainingHistory::layers`](super::TrainingHistory::layers) has them. The training comes to the same weights, bit for
    /// bit; an epoch takes a little longer.
    #[must_use]
    pub fn watch_layers(mut self) -> Self {
        self.watch_layers = true;
        self
    }

    /// Sets whether a loss of a step, or a weight after an epoch, that is not finite is an error, which leaves the network as it
    /// was before; default true. Otherwise the training continues, and early stopping takes no such epoch as the best.
    #[must_use]
    pub fn terminate_on_nan(mut self, terminate: bool) -> Self {
        self.terminate_on_nan = terminate;
        self
    }

    /// Whether the state of the training goes to a file.
    pub(crate) fn writes_checkpoints(&self) -> bool {
        self.checkpoint.is_some()
    }

    /// Determines whether early stopping and plateaus take greater values for better, from the metrics that they monitor.
    pub(super) fn settled(mut self) -> Self {
        let metrics = &self.metrics;
        self.early_stopping = self.early_stopping.map(|rule| rule.settled(metrics));
        self.plateau = self.plateau.map(|(monitor, reduce)| {
            let reduce = if Metric::any_is_greater_better(metrics, &monitor) { reduce.rising() } else { reduce };
            (monitor, reduce)
        });
        self
    }
}
