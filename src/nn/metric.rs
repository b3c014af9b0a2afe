//! What is measured beside the loss.

use std::fmt;

use ndarray::{Array1, Array2, ArrayView1};
use serde::{Deserialize, Serialize};

use super::network::Network;
use crate::error::{Error, Result};
use crate::loss::AnyLoss;
use crate::metrics::{self, Average, ConfusionMatrix, greatest};

/// A measure of predictions, taken after each epoch where [`Fit::metric`](super::Fit::metric) asks for it. Those of classes
/// are the means over the classes, each counting the same, and for two classes those of the second, as scikit-learn has
/// them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    /// The share of examples whose class is right.
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
}

impl Metric {
    /// Its name in histories and figures.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Accuracy => "accuracy",
            Metric::BalancedAccuracy => "balanced accuracy",
            Metric::Precision => "precision",
            Metric::Recall => "recall",
            Metric::F1 => "F1",
            Metric::MeanAbsoluteError => "mean absolute error",
            Metric::MeanSquaredError => "mean squared error",
            Metric::RSquared => "R²",
        }
    }

    /// Whether less is better.
    pub fn lower_is_better(self) -> bool {
        matches!(self, Metric::MeanAbsoluteError | Metric::MeanSquaredError)
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

    /// Whether a quantity of a history gets better as it rises; losses and what is not known fall.
    pub(super) fn rises(quantity: &str) -> bool {
        let metric = quantity.strip_prefix("validation ").unwrap_or(quantity);
        Metric::ALL.iter().any(|known| known.name() == metric && !known.lower_is_better())
    }

    fn is_of_classes(self) -> bool {
        !matches!(self, Metric::MeanAbsoluteError | Metric::MeanSquaredError | Metric::RSquared)
    }

    /// Refuses a metric of classes for a regression.
    pub(super) fn check(self, network: &Network) -> Result<()> {
        if self.is_of_classes() && !network.is_classifier() {
            return Err(Error::Data(format!("the {self} needs classes, but the network's loss is one of numbers")));
        }
        Ok(())
    }

    /// The measure of outputs against targets as the loss takes them.
    pub(super) fn of(self, network: &Network, truth: &Array2<f64>, outputs: &Array2<f64>) -> Result<f64> {
        if self.is_of_classes() {
            let several = |row: ArrayView1<'_, f64>| row.iter().filter(|share| **share > 0.5).count() != 1;
            if truth.ncols() > 1
                && matches!(network.loss, AnyLoss::BinaryCrossEntropy(_))
                && truth.rows().into_iter().any(several)
            {
                return Err(Error::Data(format!(
                    "the {self} needs one class an example; some rows have several, or none"
                )));
            }
            let predicted = network.class_numbers(outputs);
            let truth: Array1<f64> = match truth.ncols() {
                // Hinge losses take −1 for the first of two classes.
                1 => truth.column(0).mapv(|class| class.max(0.0).round()),
                _ => truth.rows().into_iter().map(|row| greatest(row) as f64).collect(),
            };
            if self == Metric::Accuracy {
                return metrics::accuracy(truth.view(), predicted.view());
            }
            let names = network.classes();
            let average = if names.len() == 2 { Average::Class(1) } else { Average::Macro };
            let matrix = ConfusionMatrix::new(truth.view(), predicted.view(), &names)?;
            return Ok(match self {
                Metric::BalancedAccuracy => matrix.balanced_accuracy(),
                Metric::Precision => matrix.precision(average),
                Metric::Recall => matrix.recall(average),
                _ => matrix.f1(average),
            });
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
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
