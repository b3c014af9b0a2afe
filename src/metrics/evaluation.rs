//! What `evaluate` answers: loss and metrics by name.

use std::fmt;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{mean_absolute_error, mean_over_columns, mean_squared_error, r_squared};
use crate::error::{Error, Result};
use crate::format::short;

/// Loss and metrics of a fitted model on some examples, from its `evaluate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The mean loss. Of a network that which it was compiled with, with the penalties on weights, NaN where an output is not
    /// finite, and so are the metrics; else the log loss of classes, and the mean squared error of numbers.
    pub loss: f64,
    /// The metrics by name.
    pub metrics: Vec<(String, f64)>,
}

impl Evaluation {
    /// A metric by its name, or `loss`.
    ///
    /// # Errors
    /// A name that is not there, with those that are.
    pub fn get(&self, name: &str) -> Result<f64> {
        if name == "loss" {
            return Ok(self.loss);
        }
        self.metrics.iter().find(|(known, _)| known == name).map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = self.metrics.iter().map(|(name, _)| name.as_str()).collect();
            Error::Data(format!("the evaluation has no `{name}`; it has `loss` and `{}`", known.join("`, `")))
        })
    }

    /// Of predictions for each target, n × k.
    pub(crate) fn of_numbers(truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<Self> {
        if truth.dim() != predicted.dim() {
            let (expected, found) = (format!("{:?}", predicted.shape()), format!("{:?}", truth.shape()));
            return Err(Error::Shape { what: "targets".into(), expected, found });
        }
        Ok(Evaluation {
            loss: mean_over_columns(truth, predicted, mean_squared_error)?,
            metrics: vec![
                ("mean absolute error".into(), mean_over_columns(truth, predicted, mean_absolute_error)?),
                ("R²".into(), mean_over_columns(truth, predicted, r_squared)?),
            ],
        })
    }
}

/// `loss 0.21, accuracy 0.95`.
impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss {}", short(self.loss))?;
        self.metrics.iter().try_for_each(|(name, value)| write!(f, ", {name} {}", short(*value)))
    }
}
