//! Losses: what one example costs, and how that changes with each output. One per file.
//!
//! | loss | one example's loss | file | slide |
//! |---|---|---|---|
//! | [`MeanSquaredError`] | (1/k) Σ (ŷ − y)² | `mean_squared_error.rs` | A33, B9 |
//! | [`HalfMeanSquaredError`] | (1/k) Σ ½(ŷ − y)² | `half_mean_squared_error.rs` | A12 |
//! | [`MeanAbsoluteError`] | (1/k) Σ \|ŷ − y\| | `mean_absolute_error.rs` | A33 |
//! | [`struct@Huber`] | ½r² up to t, then t\|r\| − ½t² | `huber.rs` | A33 |
//! | [`struct@BinaryCrossEntropy`] | −y ln p − (1 − y) ln(1 − p) | `binary_cross_entropy.rs` | A17, A33 |
//! | [`struct@CategoricalCrossEntropy`] | −Σ yⱼ ln pⱼ | `categorical_cross_entropy.rs` | A33 |
//! | [`struct@SparseCategoricalCrossEntropy`] | −ln p of the class | `sparse_categorical_cross_entropy.rs` | A33 |
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
mod require;
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

use ndarray::{Array1, Array2, ArrayView2, Axis, aview1};

use crate::check::same_length;
use crate::data::Targets;
use crate::error::{Error, Result};

pub(crate) use require::probability_tolerance;
use require::{require_classes, require_distributions, require_finite, require_probabilities, require_same_shape};

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
    ///
    /// # Errors
    /// As [`losses`](Loss::losses), and [`Error::Shape`] for a `slope` of another length.
    fn example(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> Result<f64> {
        same_length("derivatives of a loss", predicted.len(), slope.len())?;
        let [of_truth, of_outputs] = [truth, predicted].map(|values| aview1(values).insert_axis(Axis(0)));
        require_finite(self.name(), "true", of_truth)?;
        require_finite(self.name(), "predicted", of_outputs)?;
        self.check(of_truth, of_outputs)?;
        Ok(self.formula(truth, predicted, slope))
    }

    /// The formula of [`example`](Loss::example) alone, for the many steps of a training whose examples were
    /// [checked](Loss::check) before it. Where it has no meaning, or an output is not finite, the loss is NaN or infinite:
    /// never a number that could be right.
    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64;

    /// Refuses parameters of the loss itself that are out of range; most losses have none.
    ///
    /// # Errors
    /// [`Error::Parameter`] with the parameter and its range.
    fn check_parameters(&self) -> Result<()> {
        Ok(())
    }

    /// Refuses what the loss is not defined for.
    ///
    /// # Errors
    /// [`Error::Shape`] where the shapes do not fit, [`Error::Data`] for no examples or for values without meaning here.
    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_same_shape(self.name(), truth, predicted)
    }

    /// Whether the targets are classes.
    fn is_for_classes(&self) -> bool {
        false
    }

    /// Whether one column of class numbers serves as targets, whatever the number of outputs.
    fn takes_class_numbers(&self) -> bool {
        false
    }

    /// Whether the loss of an example is a mean over its outputs.
    fn is_mean_over_outputs(&self) -> bool {
        true
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

    /// The examples' losses, weighted and reduced to one number. What an example of weight 0 holds does not matter.
    ///
    /// # Errors
    /// As [`losses`](Loss::losses), and for weights that are not one non-negative number for each example, or all 0.
    fn weighted_value(
        &self,
        truth: &dyn Targets,
        predicted: &dyn Targets,
        weights: Option<&Array1<f64>>,
        reduction: Reduction,
    ) -> Result<f64> {
        let losses = match &counting(truth.as_columns(), predicted.as_columns(), weights) {
            Some((truth, predicted)) => self.losses(truth, predicted)?,
            None => self.losses(truth, predicted)?,
        };
        Ok(losses.dot(&factors(losses.len(), weights, reduction)?))
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
        let (losses, slopes) = match &counting(truth.as_columns(), predicted.as_columns(), weights) {
            Some((truth, predicted)) => self.losses_and_slopes(truth, predicted)?,
            None => self.losses_and_slopes(truth, predicted)?,
        };
        Ok(slopes * factors(losses.len(), weights, reduction)?.insert_axis(Axis(1)))
    }

    /// The loss of each example (n), and its derivative by each output (n × k).
    ///
    /// # Errors
    /// As [`losses`](Loss::losses).
    fn losses_and_slopes(&self, truth: &dyn Targets, predicted: &dyn Targets) -> Result<(Array1<f64>, Array2<f64>)> {
        let (truth, predicted) = (truth.as_columns(), predicted.as_columns());
        require_finite(self.name(), "true", truth)?;
        require_finite(self.name(), "predicted", predicted)?;
        self.check(truth, predicted)?;
        let (truth, predicted) = (truth.as_standard_layout(), predicted.as_standard_layout());
        let mut slopes = Array2::zeros(predicted.dim());
        let rows = truth.rows().into_iter().zip(predicted.rows()).zip(slopes.rows_mut());
        let losses = rows.map(|((truth, predicted), mut slope)| {
            match (truth.as_slice(), predicted.as_slice(), slope.as_slice_mut()) {
                (Some(truth), Some(predicted), Some(slope)) => self.formula(truth, predicted, slope),
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
    if truth.len() != predicted.len() || slope.len() != predicted.len() {
        return unknown(slope);
    }
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
    let fits = |weight: &f64| *weight >= 0.0 && weight.is_finite();
    if !(weights.iter().all(fits) && weights.iter().any(|weight| *weight > 0.0) && total.is_finite()) {
        return Err(Error::Data("sample weights must be finite numbers of at least 0, and not all 0".into()));
    }
    Ok(weights / total)
}

/// Truth and predictions in which an example of weight 0 is a copy of one that counts, so that it does not matter what it
/// holds and rows keep their numbers; `None` where all examples count, where none does, or where the lengths do not fit.
fn counting(
    truth: ArrayView2<'_, f64>,
    predicted: ArrayView2<'_, f64>,
    weights: Option<&Array1<f64>>,
) -> Option<(Array2<f64>, Array2<f64>)> {
    let weights = weights?;
    let first = weights.iter().position(|weight| *weight != 0.0)?;
    let fits = weights.len() == truth.nrows() && weights.len() == predicted.nrows();
    if !fits || !weights.iter().any(|weight| *weight == 0.0) {
        return None;
    }
    let row = |(row, weight): (usize, &f64)| if *weight == 0.0 { first } else { row };
    let rows: Vec<usize> = weights.iter().enumerate().map(row).collect();
    Some((truth.select(Axis(0), &rows), predicted.select(Axis(0), &rows)))
}

/// The class that a row of truth names, where there are finite outputs for all classes and as many derivatives.
fn class_among(truth: &[f64], predicted: &[f64], slope: &[f64]) -> Option<usize> {
    let class = match truth {
        // What is negative, not whole or NaN changes on the way to an integer and back.
        [number] => Some(*number as usize).filter(|class| *class as f64 == *number),
        one_hot if one_hot.len() == predicted.len() => one_hot.iter().position(|y| *y == 1.0),
        _ => None,
    };
    class.filter(|class| *class < predicted.len() && slope.len() == predicted.len() && all_finite(predicted))
}

fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

/// The loss of an example that has none, and its derivatives.
fn unknown(slope: &mut [f64]) -> f64 {
    slope.fill(f64::NAN);
    f64::NAN
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
