//! Losses: what one example costs, and how that changes with each output. One a file.
//!
//! | loss | one example's loss | file | slide |
//! |---|---|---|---|
//! | [`MeanSquaredError`] | (1/k) Σ (ŷ − y)² | `mean_squared_error.rs` | A33, B9 |
//! | [`HalfMeanSquaredError`] | (1/k) Σ ½(ŷ − y)² | `half_mean_squared_error.rs` | A12 |
//! | [`MeanAbsoluteError`] | (1/k) Σ \|ŷ − y\| | `mean_absolute_error.rs` | A33 |
//! | [`Huber`] | ½r² up to t, then t\|r\| − ½t² | `huber.rs` | A33 |
//! | [`BinaryCrossEntropy`] | −y ln p − (1 − y) ln(1 − p) | `binary_cross_entropy.rs` | A17, A33 |
//! | [`CategoricalCrossEntropy`] | −Σ yⱼ ln pⱼ | `categorical_cross_entropy.rs` | A33 |
//! | [`SparseCategoricalCrossEntropy`] | −ln p of the class | `sparse_categorical_cross_entropy.rs` | A33 |
//! | [`Hinge`], [`SquaredHinge`] | max(0, 1 − ys), and its square | `hinge.rs`, `squared_hinge.rs` | A33 |
//! | [`WestonWatkinsHinge`] | Σ over the other classes of max(0, sⱼ − s + 1) | `weston_watkins_hinge.rs` | A33 |
//! | [`CrammerSingerHinge`] | max(0, largest other sⱼ − s + 1) | `crammer_singer_hinge.rs` | – |
//!
//! [`AnyLoss`] is any of them, chosen at run time.
//!
//! The cross-entropies take probabilities, or, with `from_logits`, the scores before the sigmoid or softmax: that form
//! keeps its digits where a probability rounds to 0 or 1.

mod any_loss;
mod binary_cross_entropy;
mod categorical_cross_entropy;
mod crammer_singer_hinge;
mod half_mean_squared_error;
mod hinge;
mod huber;
mod mean_absolute_error;
mod mean_squared_error;
mod sparse_categorical_cross_entropy;
mod squared_hinge;
mod weston_watkins_hinge;

pub use any_loss::AnyLoss;
pub use binary_cross_entropy::BinaryCrossEntropy;
pub use categorical_cross_entropy::CategoricalCrossEntropy;
pub use crammer_singer_hinge::CrammerSingerHinge;
pub use half_mean_squared_error::HalfMeanSquaredError;
pub use hinge::Hinge;
pub use huber::Huber;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_squared_error::MeanSquaredError;
pub use sparse_categorical_cross_entropy::SparseCategoricalCrossEntropy;
pub use squared_hinge::SquaredHinge;
pub use weston_watkins_hinge::WestonWatkinsHinge;

use std::fmt::Debug;

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::data::Targets;
use crate::error::{Error, Result};

/// How the losses of the examples become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// Σ ωᵢ lᵢ / Σ ωᵢ: the weighted mean, as scikit-learn has it.
    #[default]
    Mean,
    /// Σ ωᵢ lᵢ / n: weights change the size of the gradient too, as Keras has it (`sum_over_batch_size`).
    MeanOverExamples,
    /// Σ ωᵢ lᵢ.
    Sum,
}

/// A loss: a number for an example's truth y and the outputs ŷ that a model gives for it, and the derivative by each
/// output.
///
/// ```
/// use gradus::loss::{Loss, MeanAbsoluteError, MeanSquaredError};
/// use gradus::prelude::*;
/// // The numbers of slide A33.
/// let (truth, predicted) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(MeanSquaredError.value(&truth, &predicted)?, 0.375);
/// assert_eq!(MeanAbsoluteError.value(&truth, &predicted)?, 0.5);
/// # Ok::<(), gradus::Error>(())
/// ```
pub trait Loss: Debug + Send + Sync {
    /// Its name, for an axis.
    fn name(&self) -> &'static str;

    /// The loss of one example. Its derivative by each output is written to `slope`, which is as long as `predicted`.
    fn example(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64;

    /// Refuses what the loss is not defined for.
    ///
    /// # Errors
    /// [`Error::Shape`] where the shapes do not fit, [`Error::Data`] for no examples or for values without meaning here.
    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_same_shape(self.name(), truth, predicted)
    }

    /// The loss of each example.
    ///
    /// # Errors
    /// As [`check`](Loss::check), and for NaN or infinite values.
    fn losses(&self, truth: &dyn Targets, predicted: &dyn Targets) -> Result<Array1<f64>> {
        Ok(self.losses_and_slopes(truth, predicted)?.0)
    }

    /// The mean loss.
    ///
    /// # Errors
    /// As [`losses`](Loss::losses).
    fn value(&self, truth: &dyn Targets, predicted: &dyn Targets) -> Result<f64> {
        self.weighted_value(truth, predicted, None, Reduction::Mean)
    }

    /// The derivative of the mean loss by each output, n × k.
    ///
    /// # Errors
    /// As [`losses`](Loss::losses).
    fn gradient(&self, truth: &dyn Targets, predicted: &dyn Targets) -> Result<Array2<f64>> {
        self.weighted_gradient(truth, predicted, None, Reduction::Mean)
    }

    /// The examples' losses, weighted and reduced to one number.
    ///
    /// # Errors
    /// As [`losses`](Loss::losses), and for weights that are not one non-negative number for each example.
    fn weighted_value(
        &self,
        truth: &dyn Targets,
        predicted: &dyn Targets,
        weights: Option<&Array1<f64>>,
        reduction: Reduction,
    ) -> Result<f64> {
        let losses = self.losses(truth, predicted)?;
        let factors = factors(losses.len(), weights, reduction)?;
        Ok(losses.dot(&factors))
    }

    /// The derivative of [`weighted_value`](Loss::weighted_value) by each output, n × k.
    ///
    /// # Errors
    /// As [`weighted_value`](Loss::weighted_value).
    fn weighted_gradient(
        &self,
        truth: &dyn Targets,
        predicted: &dyn Targets,
        weights: Option<&Array1<f64>>,
        reduction: Reduction,
    ) -> Result<Array2<f64>> {
        let (losses, slopes) = self.losses_and_slopes(truth, predicted)?;
        Ok(slopes * factors(losses.len(), weights, reduction)?.insert_axis(Axis(1)))
    }

    /// The loss of each example (n), and its derivative by each output (n × k).
    ///
    /// # Errors
    /// As [`losses`](Loss::losses).
    fn losses_and_slopes(&self, truth: &dyn Targets, predicted: &dyn Targets) -> Result<(Array1<f64>, Array2<f64>)> {
        let (truth, predicted) = (truth.as_columns(), predicted.as_columns());
        require_numbers(self.name(), "true", truth)?;
        require_numbers(self.name(), "predicted", predicted)?;
        self.check(truth, predicted)?;
        let (truth, predicted) = (truth.as_standard_layout(), predicted.as_standard_layout());
        let mut slopes = Array2::zeros(predicted.dim());
        let rows = truth.rows().into_iter().zip(predicted.rows()).zip(slopes.rows_mut());
        let losses = rows.map(|((truth, predicted), mut slope)| {
            match (truth.as_slice(), predicted.as_slice(), slope.as_slice_mut()) {
                (Some(truth), Some(predicted), Some(slope)) => self.example(truth, predicted, slope),
                // Never in the standard layout.
                _ => f64::NAN,
            }
        });
        let losses = losses.collect();
        Ok((losses, slopes))
    }
}

/// The mean over an example's outputs of `loss`, which gives the loss of one true value and its output, and the derivative.
fn over_outputs(truth: &[f64], predicted: &[f64], slope: &mut [f64], loss: impl Fn(f64, f64) -> (f64, f64)) -> f64 {
    let outputs = predicted.len() as f64;
    let mut sum = 0.0;
    for ((y, output), slope) in truth.iter().zip(predicted).zip(slope) {
        let (value, derivative) = loss(*y, *output);
        sum += value;
        *slope = derivative / outputs;
    }
    sum / outputs
}

/// What each example's loss is multiplied by.
fn factors(examples: usize, weights: Option<&Array1<f64>>, reduction: Reduction) -> Result<Array1<f64>> {
    let weights = match weights {
        Some(weights) if weights.len() != examples => {
            let (expected, found) = (format!("{examples}, one per example"), weights.len().to_string());
            return Err(Error::Shape { what: "sample weights".into(), expected, found });
        }
        Some(weights) => weights.clone(),
        None => Array1::ones(examples),
    };
    let total = match reduction {
        Reduction::Mean => weights.sum(),
        Reduction::MeanOverExamples => examples as f64,
        Reduction::Sum => 1.0,
    };
    // A NaN is neither.
    if !(weights.iter().all(|weight| *weight >= 0.0) && total > 0.0 && total.is_finite()) {
        return Err(Error::Data("sample weights must be numbers of at least 0, and not all 0".into()));
    }
    Ok(weights / total)
}

fn require_numbers(loss: &str, which: &str, values: ArrayView2<'_, f64>) -> Result<()> {
    match values.indexed_iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some(((row, column), value)) => Err(Error::NotFinite {
            column: format!("{which} value {column} of the {loss}"),
            row,
            value: value.to_string(),
            hint: "drop or impute missing values; lower the learning rate where a model's outputs grew without end"
                .into(),
        }),
    }
}

fn require_some(loss: &str, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
    if truth.nrows() != predicted.nrows() {
        let (expected, found) = (format!("{}, one per true value", truth.nrows()), predicted.nrows().to_string());
        return Err(Error::Shape { what: format!("{loss}: predictions"), expected, found });
    }
    if truth.is_empty() || predicted.is_empty() {
        return Err(Error::Data(format!("the {loss} of no values is not defined")));
    }
    Ok(())
}

fn require_same_shape(loss: &str, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
    require_some(loss, truth, predicted)?;
    if truth.ncols() != predicted.ncols() {
        let (expected, found) =
            (format!("{} columns, as the true values", truth.ncols()), predicted.ncols().to_string());
        return Err(Error::Shape { what: format!("{loss}: predictions"), expected, found });
    }
    Ok(())
}

/// Refuses probabilities outside of 0 … 1.
fn require_probabilities(loss: &str, which: &str, values: ArrayView2<'_, f64>) -> Result<()> {
    match values.indexed_iter().find(|(_, value)| !(0.0..=1.0).contains(*value)) {
        None => Ok(()),
        Some(((row, column), value)) => Err(Error::Data(format!(
            "the {loss} needs probabilities, but the {which} value in row {row}, column {column} is {value}; for scores \
             before the sigmoid or softmax set `from_logits: true`"
        ))),
    }
}

/// Refuses rows that do not sum to 1.
fn require_distributions(loss: &str, which: &str, values: ArrayView2<'_, f64>) -> Result<()> {
    require_probabilities(loss, which, values)?;
    let sums = values.sum_axis(Axis(1));
    match sums.indexed_iter().find(|(_, sum)| (*sum - 1.0).abs() > 1e-6) {
        None => Ok(()),
        Some((row, sum)) => Err(Error::Data(format!(
            "the {loss} needs {which} probabilities that sum to 1, but those of row {row} sum to {sum}; for scores before \
             the softmax set `from_logits: true`"
        ))),
    }
}

/// Refuses what names no class: a column of class numbers below k, or one column a class with a single 1 (one-hot).
fn require_classes(loss: &str, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
    require_some(loss, truth, predicted)?;
    let classes = predicted.ncols();
    if classes == 1 {
        return Err(Error::Data(format!(
            "the {loss} needs one output for each class, at least two; for one output take the binary cross-entropy or the \
             hinge"
        )));
    }
    if truth.ncols() == 1 {
        return match truth
            .column(0)
            .indexed_iter()
            .find(|(_, y)| y.fract() != 0.0 || **y < 0.0 || **y >= classes as f64)
        {
            None => Ok(()),
            Some((row, y)) => Err(Error::Data(format!(
                "the {loss} needs class numbers from 0 to {}, one for each of the {classes} outputs, but row {row} has {y}",
                classes - 1
            ))),
        };
    }
    require_same_shape(loss, truth, predicted)?;
    for (row, y) in truth.rows().into_iter().enumerate() {
        if y.iter().any(|y| *y != 0.0 && *y != 1.0) || y.sum() != 1.0 {
            return Err(Error::Data(format!(
                "the {loss} needs one 1 and else 0 in each row of classes, but row {row} is {y}"
            )));
        }
    }
    Ok(())
}

/// The class that a checked row of truth names.
fn class_of(truth: &[f64]) -> usize {
    match truth {
        [number] => *number as usize,
        one_hot => one_hot.iter().position(|y| *y == 1.0).unwrap_or_default(),
    }
}

/// ln Σ exp zⱼ, with the maximum subtracted so that nothing overflows.
fn log_sum_exp(scores: &[f64]) -> f64 {
    let most = scores.iter().fold(f64::NEG_INFINITY, |most, score| most.max(*score));
    most + scores.iter().map(|score| (score - most).exp()).sum::<f64>().ln()
}

/// Probabilities are kept this far from 0 and 1 before their logarithm is taken, as scikit-learn's `log_loss` does.
pub(crate) const CLIP: f64 = f64::EPSILON;

#[cfg(test)]
mod tests;
