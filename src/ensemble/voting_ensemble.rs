//! `VotingEnsemble`: the mean of several models' answers.

use std::borrow::Cow;

use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

use super::voter::Voter;
use crate::check;
use crate::data::{Dataset, Examples, Inputs, Seed, Table, short};
use crate::error::{Error, Result};
use crate::interrupt::heeding;
use crate::metrics;
use crate::nn::{Fit, Network, present_labels};
use crate::select::{Predictor, Probabilities};

/// An average of several fitted models of one kind.
///
/// - Numbers: ŷ = Σ vᵢ ŷᵢ, with weights v ≥ 0 that add up to 1; default all the same.
/// - Classes: p = Σ vᵢ pᵢ, and the likeliest class is predicted (soft vote); [`by_majority`](Self::by_majority) counts
///   the classes that the models predict instead.
///
/// Its squared error is that of the models on average, less how much they differ: (ŷ − y)² = Σ vᵢ(ŷᵢ − y)² − Σ vᵢ(ŷᵢ −
/// ŷ)² (Krogh and Vedelsby 1995, *Neural network ensembles, cross validation, and active learning*). So it is never
/// worse than they are on average, and better the more they err apart: let them differ in seed, data or features. Slide
/// B14.
///
/// ```
/// use gradus::prelude::*;
/// let iris = datasets::iris()?;
/// let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
/// let net = Sequential::new([4]).dense(8).relu().dense(3).softmax().compile(
///     Adam::new(0.02),
///     SparseCategoricalCrossEntropy,
///     Device::Cpu,
///     Seed(0),
/// )?;
/// let five = VotingEnsemble::of_seeds(&net, (1..=5).map(Seed), &iris, Fit::epochs(20))?;
/// assert!(five.score(&iris)? > 0.9);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[doc(alias = "VotingClassifier")]
#[doc(alias = "VotingRegressor")]
pub struct VotingEnsemble<M = Network> {
    models: Vec<M>,
    /// They add up to 1.
    weights: Vec<f64>,
    majority: bool,
    #[serde(default)]
    interrupted: bool,
}

impl VotingEnsemble<Network> {
    /// Trains a network like this one from each of these seeds, one after the other, and averages them. Each begins
    /// with weights of its own, whatever this one has learned. When the user interrupts the cell, it is the average
    /// of those that were trained to their end, as [`interrupted`](Self::interrupted) reports.
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first network is trained; as [`Network::fit`], with the seed; no seeds;
    /// frozen layers, which would start again and never learn; a checkpoint, whose one file each network would
    /// overwrite.
    pub fn of_seeds(
        network: &Network,
        seeds: impl IntoIterator<Item = Seed>,
        examples: &impl Examples,
        fit: Fit,
    ) -> Result<Self> {
        if let Some(layer) = network.description().frozen_layer() {
            return Err(Error::Data(format!(
                "{layer} is frozen: with another seed it would start again and never learn. Train the networks one by one, \
                 and give them to `VotingEnsemble::new`"
            )));
        }
        if fit.writes_checkpoints() {
            let problem = "each network would overwrite the checkpoint of the one before; train without".into();
            return Err(Error::Data(problem));
        }
        let train = |seed: Seed| {
            let (optimizer, loss) = (network.optimizer().clone(), network.loss_function());
            let mut network = network.description().compile(optimizer, loss, network.device(), seed)?;
            match network.fit(examples, fit.clone())?.interrupted() {
                true => Err(Error::Interrupted("before the first network was trained".into())),
                false => Ok(network),
            }
        };
        let place = |seed: Seed, error| Error::Within { place: format!("seed {}", seed.0), error: Box::new(error) };
        let (mut networks, mut interrupted) = (vec![], false);
        let _heeding = heeding();
        for seed in seeds {
            match train(seed) {
                Err(error) if error.is_interruption() && !networks.is_empty() => {
                    interrupted = true;
                    break;
                }
                trained => networks.push(trained.map_err(|error| place(seed, error))?),
            }
        }
        Ok(VotingEnsemble { interrupted, ..VotingEnsemble::new(networks)? })
    }
}

impl<M: Voter> VotingEnsemble<M> {
    /// These fitted models, each with the same weight.
    ///
    /// # Errors
    /// No models; classes that are not those of the first model.
    pub fn new(models: impl IntoIterator<Item = M>) -> Result<Self> {
        let models: Vec<M> = models.into_iter().collect();
        let Some(first) = models.first() else {
            return Err(Error::Data("there are no models to average; give at least one".into()));
        };
        let classes = first.known_classes();
        if let Some(other) = models.iter().position(|model| model.known_classes() != classes) {
            let names = |model: &M| match &model.known_classes()[..] {
                [] => "none, a regression".to_string(),
                classes => {
                    classes.iter().map(|(label, name)| format!("`{name}` ({label})")).collect::<Vec<_>>().join(", ")
                }
            };
            return Err(Error::Shape {
                what: format!("classes of model {} of {}", other + 1, models.len()),
                expected: format!("those of the first model: {}", names(first)),
                found: names(&models[other]),
            });
        }
        let weights = vec![1.0 / models.len() as f64; models.len()];
        Ok(VotingEnsemble { models, weights, majority: false, interrupted: false })
    }

    /// Sets the weights of the models, which are divided by their sum.
    ///
    /// # Errors
    /// Another number of weights than models; one that is negative or not finite; all of them 0.
    pub fn weighted(mut self, weights: impl IntoIterator<Item = f64>) -> Result<Self> {
        let weights: Vec<f64> = weights.into_iter().collect();
        if weights.len() != self.models.len() {
            let (expected, found) = (format!("{}, one per model", self.models.len()), weights.len().to_string());
            return Err(Error::Shape { what: "weights of the models".into(), expected, found });
        }
        let sum: f64 = weights.iter().sum();
        weights.iter().try_for_each(|weight| check::not_negative("weight of a model", *weight))?;
        if !(sum > 0.0 && sum.is_finite()) {
            return Err(Error::Data(format!(
                "the weights of the models add up to {sum}; give at least one a positive weight"
            )));
        }
        self.weights = weights.into_iter().map(|weight| weight / sum).collect();
        Ok(self)
    }

    /// Lets each model vote for the class that it predicts, instead of averaging probabilities. The shares of the votes
    /// are then what [`predict_proba`](Self::predict_proba) returns. Of classes with equal votes the first one is
    /// predicted.
    ///
    /// # Errors
    /// Models of numbers.
    #[doc(alias = "hard")]
    pub fn by_majority(mut self) -> Result<Self> {
        if self.known_classes().is_empty() {
            return Err(Error::Data("a majority is one of classes, but the models give numbers: average those".into()));
        }
        self.majority = true;
        Ok(self)
    }

    /// The models.
    pub fn models(&self) -> &[M] {
        &self.models
    }

    /// Whether the user interrupted [`of_seeds`](VotingEnsemble::of_seeds), so that models are missing.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// How much each model counts; they add up to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The names of the classes, in the order of the probabilities' columns; a regression has none.
    pub fn classes(&self) -> Vec<String> {
        self.known_classes().into_iter().map(|(_, name)| name).collect()
    }

    /// The probability of each class, n × classes.
    ///
    /// # Errors
    /// Models of numbers; models without probabilities, which can vote [by majority](Self::by_majority); what a model
    /// refuses, with its number: other columns than it was fitted on, text, missing or infinite values.
    pub fn predict_proba(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        let classes = self.known_classes();
        if classes.is_empty() {
            return Err(Error::Data("the models give numbers, not classes; `predict_raw` averages those".into()));
        }
        if !self.majority {
            if let Some(without) = self.models.iter().position(|model| !model.knows_probabilities()) {
                let problem =
                    format!("model {} has no probabilities to average; let them vote `by_majority`", without + 1);
                return Err(Error::Data(problem));
            }
            return self.mean(|model| model.answers(inputs));
        }
        self.mean(|model| {
            let said = model.labels(inputs)?;
            Ok(Array2::from_shape_fn((said.len(), classes.len()), |(row, class)| {
                f64::from(u8::from(said[row] == classes[class].0))
            }))
        })
    }

    /// Predictions for every target of a regression, n × targets.
    ///
    /// # Errors
    /// Models of classes; as [`predict_proba`](Self::predict_proba); models of another number of targets.
    pub fn predict_raw(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        if !self.known_classes().is_empty() {
            return Err(Error::Data("the models predict classes, not numbers; `predict_proba` averages those".into()));
        }
        self.mean(|model| model.answers(inputs))
    }

    /// One value per example: the label of the likeliest class, as the models' own `predict` names it; else the one
    /// number. A threshold of a linear classifier counts only [`by_majority`](Self::by_majority).
    ///
    /// # Errors
    /// As [`predict_proba`](Self::predict_proba); a regression of several targets, which
    /// [`predict_raw`](Self::predict_raw) gives.
    pub fn predict(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
        let classes = self.known_classes();
        if !classes.is_empty() {
            let probabilities = self.predict_proba(inputs)?;
            return Ok(probabilities.rows().into_iter().map(|row| classes[metrics::greatest(row)].0).collect());
        }
        let targets = self.predict_raw(inputs)?;
        match targets.ncols() {
            1 => Ok(targets.index_axis_move(Axis(1), 0)),
            several => Err(Error::Data(format!("the models have {several} targets; `predict_raw` gives them all"))),
        }
    }

    /// Accuracy for classes, of networks of several labels the share of the answers that is right; R² for numbers, its
    /// mean over several targets.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); targets of another shape, and classes that mean none of the models'.
    pub fn score(&self, examples: &impl Examples) -> Result<f64> {
        let (truth, classes) = (examples.outputs(), self.known_classes());
        let Some(first) = self.models.first().filter(|_| !classes.is_empty()) else {
            let predicted = self.predict_raw(examples)?;
            if predicted.shape() != truth.shape() {
                let (expected, found) = (format!("{:?}", predicted.shape()), format!("{:?}", truth.shape()));
                return Err(Error::Shape { what: "targets".into(), expected, found });
            }
            if let Some(threshold) = self.models.first().and_then(Voter::label_threshold) {
                let answers = predicted.mapv(|answer| f64::from(u8::from(answer > threshold)));
                let truth = present_labels(&truth.to_owned());
                return metrics::mean_over_columns(truth.view(), answers.view(), metrics::accuracy);
            }
            return metrics::mean_over_columns(truth, predicted.view(), metrics::r_squared);
        };
        let truth = first.true_labels(examples)?;
        if let Some(row) = truth.iter().position(|label| label.is_nan()) {
            return Err(Error::Data(format!("row {row} has no class; drop such rows with `drop_missing`")));
        }
        metrics::accuracy(truth.view(), self.predict(examples)?.view())
    }

    /// One row per model.
    pub fn table(&self) -> Table {
        let title = format!("Average of {} models", self.models.len());
        let mut table = Table::new(title, &["", "model", "weight"], &[true, false, true]);
        for (at, (model, weight)) in self.models.iter().zip(&self.weights).enumerate() {
            table.push([(at + 1).to_string(), model.in_words(), short(*weight)]);
        }
        let note = match (self.known_classes().is_empty(), self.majority) {
            (true, _) => "the mean of their predictions".into(),
            (false, false) => format!("the mean of their probabilities of {}", self.classes().join(", ")),
            (false, true) => format!("the majority of their votes for {}", self.classes().join(", ")),
        };
        table.note(note + if self.interrupted { "; interrupted before all of them were trained" } else { "" })
    }

    pub(super) fn majority(&self) -> bool {
        self.majority
    }

    /// Label and name of each class. `new` takes no empty list of models.
    pub(super) fn known_classes(&self) -> Vec<(f64, String)> {
        self.models.first().map_or(vec![], Voter::known_classes)
    }

    /// The weighted mean of what each model answers.
    fn mean(&self, answer: impl Fn(&M) -> Result<Array2<f64>>) -> Result<Array2<f64>> {
        let mut mean: Option<Array2<f64>> = None;
        for (at, (model, weight)) in self.models.iter().zip(&self.weights).enumerate() {
            let place = || format!("model {} of {}", at + 1, self.models.len());
            let answer = answer(model).map_err(|error| Error::Within { place: place(), error: Box::new(error) })?;
            match &mut mean {
                None => mean = Some(answer * *weight),
                Some(mean) if mean.shape() == answer.shape() => mean.scaled_add(*weight, &answer),
                Some(mean) => {
                    let (expected, found) = (format!("{:?}", mean.shape()), format!("{:?}", answer.shape()));
                    return Err(Error::Shape { what: format!("predictions of {}", place()), expected, found });
                }
            }
        }
        // The weights add up to 1 but for rounding; divided by their sum, models that all give 1 give 1 together.
        let sum: f64 = self.weights.iter().sum();
        mean.map(|mean| mean / sum).ok_or_else(|| Error::Data("there are no models to average".into()))
    }
}

/// So that scorings evaluate it like a single model.
impl<M: Voter + Send + Sync> Predictor for VotingEnsemble<M> {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        match self.known_classes().is_empty() {
            true => self.predict_raw(data),
            false => Ok(self.predict(data)?.insert_axis(Axis(1))),
        }
    }

    fn class_labels(&self) -> Vec<f64> {
        self.known_classes().into_iter().map(|(label, _)| label).collect()
    }

    fn classes(&self) -> Vec<String> {
        VotingEnsemble::classes(self)
    }

    fn probabilities(&self, data: &Dataset) -> Result<Option<Probabilities>> {
        let labels = self.class_labels();
        if labels.is_empty() || !(self.majority || self.models.iter().all(Voter::knows_probabilities)) {
            return Ok(None);
        }
        Ok(Some(Probabilities { labels, values: self.predict_proba(data)? }))
    }

    fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
        match (self.models.first().and_then(|model| Some((model, model.target()?))), data.target_columns()) {
            (Some((model, own)), [target]) if target.kind != own.kind => {
                Ok(Cow::Owned(data.with_labels(&own, model.true_labels(data)?)?))
            }
            _ => Ok(Cow::Borrowed(data)),
        }
    }
}
