//! `Metric`: what is measured in addition to the loss.

use std::fmt;

use ndarray::{Array1, Array2, ArrayView1};
use serde::{Deserialize, Serialize};

use super::custom_metric::CustomMetric;
use super::network::Network;
use super::prepare::Prepared;
use crate::error::{Error, Result};
use crate::loss::AnyLoss;
use crate::metrics::{self, Average, ConfusionMatrix, greatest};

/// A measure of predictions, taken after each epoch where [`Fit::metric`](super::Fit::metric) requests it. Those of classes
/// are the means over the classes, each counting the same, and for two classes those of the second, as scikit-learn has
/// them. Where each output is [a label of its own](Network::is_multi_label), they are the means over the labels, each as
/// a class against its absence. Where an output is not finite, they are NaN.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    /// The share of examples whose class is right; of several labels the share of all answers, examples times labels, that
    /// is right: Keras' `BinaryAccuracy`.
    Accuracy,
    /// The mean recall of the classes.
    BalancedAccuracy,
    /// The share of those called positive that are.
    Precision,
    /// The share of the positive that are called so.
    Recall,
    /// The harmonic mean of precision and recall (B24).
    F1,
    /// The mean absolute error.
    MeanAbsoluteError,
    /// The mean squared error.
    MeanSquaredError,
    /// R², the share of the variance that is explained.
    RSquared,
    /// A function of your own.
    #[serde(alias = "Own")]
    Custom(CustomMetric),
}

impl Metric {
    /// Its name in histories and figures.
    pub fn name(&self) -> &str {
        match self {
            Metric::Accuracy => "accuracy",
            Metric::BalancedAccuracy => "balanced accuracy",
            Metric::Precision => "precision",
            Metric::Recall => "recall",
            Metric::F1 => "F1",
            Metric::MeanAbsoluteError => "mean absolute error",
            Metric::MeanSquaredError => "mean squared error",
            Metric::RSquared => "R²",
            Metric::Custom(own) => own.name(),
        }
    }

    /// Whether a greater value is better.
    pub fn greater_is_better(&self) -> bool {
        match self {
            Metric::Custom(own) => own.is_greater_better(),
            known => !matches!(known, Metric::MeanAbsoluteError | Metric::MeanSquaredError),
        }
    }

    const ALL: [Metric; 8] = [
        Metric::Accuracy,
        Metric::BalancedAccuracy,
        Metric::Precision,
        Metric::Recall,
        Metric::F1,
        Metric::MeanAbsoluteError,
        Metric::MeanSquaredError,
        Metric::RSquared,
    ];

    /// Whether a greater value of this metric of a history is better, by its name, which can be one of `own`. For losses
    /// and unknown names it is not.
    pub(super) fn any_is_greater_better(own: &[Metric], name: &str) -> bool {
        let name = name.strip_prefix("validation ").unwrap_or(name);
        Metric::ALL.iter().chain(own).any(|known| known.name() == name && known.greater_is_better())
    }

    fn is_of_classes(&self) -> bool {
        !matches!(self, Metric::MeanAbsoluteError | Metric::MeanSquaredError | Metric::RSquared | Metric::Custom(_))
    }

    /// Refuses a metric of classes for a regression, and a custom metric with a reserved name or without its
    /// function.
    pub(super) fn check(&self, network: &Network) -> Result<()> {
        if let Metric::Custom(own) = self {
            let taken = ["loss", "epoch", "learning rate"]
                .into_iter()
                .chain(Metric::ALL.iter().map(Metric::name))
                .any(|name| name == own.name());
            if taken || own.name().is_empty() || own.name().starts_with("validation ") {
                return Err(Error::Data(format!(
                    "a custom metric cannot be named `{}`, which histories use for something else; give it another \
                     name",
                    own.name()
                )));
            }
            return own.function().map(|_| ());
        }
        if self.is_of_classes() && !network.is_classifier() {
            return Err(Error::Data(format!("the {self} needs classes, but the network's loss is for numbers")));
        }
        Ok(())
    }

    /// The metric of outputs against targets as the loss takes them.
    pub(super) fn of(&self, network: &Network, truth: &Array2<f64>, outputs: &Array2<f64>) -> Result<f64> {
        if let Metric::Custom(own) = self {
            return Ok(own.function()?(truth, outputs));
        }
        if outputs.iter().any(|output| !output.is_finite()) {
            return Ok(f64::NAN);
        }
        if self.is_of_classes() && network.is_multi_label() {
            return self.of_labels(truth, &network.labels_of(outputs));
        }
        if self.is_of_classes() {
            if !network.one_class_each(truth) {
                return Err(Error::Data(format!(
                    "the {self} needs one class per example; some rows have several, or none"
                )));
            }
            let (truth, predicted) = (true_classes(truth), network.class_numbers(outputs));
            if *self == Metric::Accuracy {
                return metrics::accuracy(truth.view(), predicted.view());
            }
            let names = network.classes();
            let average = if names.len() == 2 { Average::Class(1) } else { Average::Macro };
            return Ok(self.of_matrix(&ConfusionMatrix::new(truth.view(), predicted.view(), &names)?, average));
        }
        if truth.ncols() != outputs.ncols() {
            let (targets, found) = (truth.ncols(), outputs.ncols());
            return Err(Error::Data(format!(
                "the {self} compares numbers, but there are {targets} targets (of class numbers) and {found} outputs"
            )));
        }
        let measure = match self {
            Metric::MeanAbsoluteError => metrics::mean_absolute_error,
            Metric::MeanSquaredError => metrics::mean_squared_error,
            _ => metrics::r_squared,
        };
        metrics::mean_over_columns(truth.view(), outputs.view(), measure)
    }

    /// The metric of answers of 0 and 1 for each label, n × labels.
    fn of_labels(&self, truth: &Array2<f64>, answers: &Array2<f64>) -> Result<f64> {
        metrics::mean_over_columns(present_labels(truth).view(), answers.view(), |truth, answers| match self {
            Metric::Accuracy => metrics::accuracy(truth, answers),
            _ => {
                let matrix = ConfusionMatrix::new(truth, answers, &["without", "with"])?;
                Ok(self.of_matrix(&matrix, Average::Class(1)))
            }
        })
    }

    fn of_matrix(&self, matrix: &ConfusionMatrix, average: Average) -> f64 {
        match self {
            Metric::BalancedAccuracy => matrix.balanced_accuracy(),
            Metric::Precision => matrix.precision(average),
            Metric::Recall => matrix.recall(average),
            Metric::F1 => matrix.f1(average),
            _ => matrix.accuracy(),
        }
    }

    /// Refuses, before any training, targets for which the metric is not defined.
    pub(super) fn check_targets(&self, network: &Network, examples: &Prepared) -> Result<()> {
        if matches!(self, Metric::Custom(_)) {
            return Ok(());
        }
        network.require_room_for_outputs(examples.rows)?;
        let any = Array2::from_elem((examples.rows, network.output_count()), 0.5);
        self.of(network, &examples.truth(), &any).map(|_| ())
    }
}

impl Network {
    /// Whether each row of targets names one class, rather than several labels or none.
    pub(super) fn one_class_each(&self, truth: &Array2<f64>) -> bool {
        if self.is_multi_label() {
            return false;
        }
        let one = |row: ArrayView1<'_, f64>| row.iter().filter(|share| **share > 0.5).count() == 1;
        let labels = truth.ncols() > 1 && matches!(self.loss, AnyLoss::BinaryCrossEntropy(_));
        !labels || truth.rows().into_iter().all(one)
    }
}

/// Which labels the targets name, from 0 and 1, −1 and 1, or probabilities: 1 or 0 each.
pub(crate) fn present_labels(truth: &Array2<f64>) -> Array2<f64> {
    truth.mapv(|label| f64::from(u8::from(label > 0.5)))
}

/// The number of the class that each row of targets names.
pub(crate) fn true_classes(truth: &Array2<f64>) -> Array1<f64> {
    match truth.ncols() {
        // Hinge losses take −1 for the first of two classes.
        1 => truth.column(0).mapv(|class| class.max(0.0).round()),
        _ => truth.rows().into_iter().map(|row| greatest(row) as f64).collect(),
    }
}

impl From<CustomMetric> for Metric {
    fn from(metric: CustomMetric) -> Self {
        Metric::Custom(metric)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
