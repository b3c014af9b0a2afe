//! Scorings: the measures by which models are compared, and whether greater is better.

use std::borrow::Cow;
use std::fmt;

use ndarray::{Array2, ArrayView1};

use super::class_labels::ClassLabels;
use super::estimator::Predictor;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::metrics::{self, Average, ClassCounts, Pairing, RocCurve};

/// A measure of [`metrics`], by which models are compared.
///
/// Values are the measure's own: a mean squared error is positive, and [`greater_is_better`](Self::greater_is_better) is false
/// for it (scikit-learn flips its sign: `neg_mean_squared_error`). Of several targets it is the mean.
///
/// The classes are those that occur in the whole data or that the model knows, in the order of their labels, as the fit's
/// `classes()` has them: a fold without one of them counts the same, and a category that no row holds is none of them. So
/// `Average::Class(1)` is the second of the classes that are there, whatever its place among the categories.
///
/// ```
/// use gradus::{metrics::Average, prelude::*};
/// assert!(Scoring::Accuracy.greater_is_better() && !Scoring::LogLoss.greater_is_better());
/// assert_eq!(Scoring::F1(Average::Macro).to_string(), "F1 (macro)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scoring {
    /// R², the share of the target's variance that is explained.
    RSquared,
    /// (1/n) Σ (y − ŷ)²; less is better.
    MeanSquaredError,
    /// Its root, in the target's unit; less is better.
    RootMeanSquaredError,
    /// (1/n) Σ |y − ŷ|; less is better.
    MeanAbsoluteError,
    /// The median of |y − ŷ|; less is better.
    MedianAbsoluteError,
    /// The largest |y − ŷ|; less is better.
    MaxError,
    /// The share of correct predictions.
    Accuracy,
    /// The mean of the recalls of the classes.
    BalancedAccuracy,
    /// The share of those predicted as a class that belong to it.
    Precision(Average),
    /// The share of a class that is predicted as it.
    Recall(Average),
    /// The harmonic mean of precision and recall; `Average::Class(1)` is that of the second of two classes.
    F1(Average),
    /// Matthews' correlation.
    Matthews,
    /// −(1/n) Σ ln p of the true class; less is better. Needs probabilities.
    LogLoss,
    /// The squared error of the probabilities; less is better. Needs probabilities.
    Brier,
    /// The area under the ROC curve; of more than two classes the mean of each that occurs against the rest. Needs
    /// probabilities.
    RocAuc,
}

impl Scoring {
    /// Whether a greater value is a better one.
    pub fn greater_is_better(self) -> bool {
        use Scoring::*;
        !matches!(
            self,
            MeanSquaredError
                | RootMeanSquaredError
                | MeanAbsoluteError
                | MedianAbsoluteError
                | MaxError
                | LogLoss
                | Brier
        )
    }

    /// The score of a fitted model on this data.
    ///
    /// # Errors
    /// What the model cannot predict from and what the measure is not defined for; a model without probabilities where the
    /// measure needs them.
    pub fn score(self, model: &dyn Predictor, data: &Dataset) -> Result<f64> {
        // The data need not be a part of that which the model was fitted on.
        let own = if self.of_labels() { model.in_own_labels(data)? } else { Cow::Borrowed(data) };
        let scores = scores(&[self], model, &own, &ClassLabels::for_scorings(&[self], &own))?;
        Ok(scores[0])
    }

    /// Whether truth and prediction are classes.
    pub(super) fn of_labels(self) -> bool {
        use Scoring::*;
        !matches!(
            self,
            RSquared | MeanSquaredError | RootMeanSquaredError | MeanAbsoluteError | MedianAbsoluteError | MaxError
        )
    }

    fn needs_probabilities(self) -> bool {
        matches!(self, Scoring::LogLoss | Scoring::Brier | Scoring::RocAuc)
    }

    fn of_numbers(self, data: &Dataset, predicted: &Array2<f64>) -> Option<Result<f64>> {
        let measure = match self {
            Scoring::RSquared => metrics::r_squared,
            Scoring::MeanSquaredError => metrics::mean_squared_error,
            Scoring::RootMeanSquaredError => |truth: ArrayView1<'_, f64>, guess: ArrayView1<'_, f64>| {
                Ok(metrics::mean_squared_error(truth, guess)?.sqrt())
            },
            Scoring::MeanAbsoluteError => metrics::mean_absolute_error,
            Scoring::MedianAbsoluteError => metrics::median_absolute_error,
            Scoring::MaxError => metrics::max_error,
            _ => return None,
        };
        Some(mean_over_targets(data, predicted, measure))
    }

    fn of_classes(self, counts: &ClassCounts) -> Result<f64> {
        if let Scoring::Precision(Average::Class(class))
        | Scoring::Recall(Average::Class(class))
        | Scoring::F1(Average::Class(class)) = self
            && class >= counts.classes()
        {
            let count = counts.classes();
            return Err(Error::Data(format!("{self}: the target has {count} classes, counted from 0")));
        }
        Ok(match self {
            Scoring::BalancedAccuracy => counts.balanced_accuracy(),
            Scoring::Precision(average) => counts.precision(average),
            Scoring::Recall(average) => counts.recall(average),
            Scoring::F1(average) => counts.f_beta(1.0, average),
            Scoring::Matthews => counts.matthews(),
            _ => counts.accuracy(),
        })
    }

    fn of_probabilities(self, truth: ArrayView1<'_, f64>, probabilities: &Array2<f64>) -> Result<f64> {
        if probabilities.ncols() < 2 {
            // One column would be read as that of the second of two classes.
            return Err(Error::Data(format!("{self} needs at least two classes, but there is only one")));
        }
        match self {
            Scoring::LogLoss => metrics::log_loss(truth, probabilities.view()),
            Scoring::Brier => metrics::brier_score(truth, probabilities.view()),
            _ => area(truth, probabilities),
        }
    }
}

impl fmt::Display for Scoring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let average = |name: &str, average: &Average| match average {
            Average::Class(class) => format!("{name} (class {class})"),
            average => format!("{name} ({})", format!("{average:?}").to_lowercase()),
        };
        f.write_str(&match self {
            Scoring::RSquared => "R²".into(),
            Scoring::MeanSquaredError => "mean squared error".into(),
            Scoring::RootMeanSquaredError => "root mean squared error".into(),
            Scoring::MeanAbsoluteError => "mean absolute error".into(),
            Scoring::MedianAbsoluteError => "median absolute error".into(),
            Scoring::MaxError => "max error".into(),
            Scoring::Accuracy => "accuracy".into(),
            Scoring::BalancedAccuracy => "balanced accuracy".into(),
            Scoring::Precision(way) => average("precision", way),
            Scoring::Recall(way) => average("recall", way),
            Scoring::F1(way) => average("F1", way),
            Scoring::Matthews => "Matthews correlation".into(),
            Scoring::LogLoss => "log loss".into(),
            Scoring::Brier => "Brier score".into(),
            Scoring::RocAuc => "ROC AUC".to_string(),
        })
    }
}

/// Several scores of one model, from one prediction.
pub(super) fn scores(
    scorings: &[Scoring],
    model: &dyn Predictor,
    data: &Dataset,
    labels: &ClassLabels,
) -> Result<Vec<f64>> {
    let labels = labels.with(model.class_labels());
    let (mut predicted, mut counts, mut probabilities) = (None, None, None);
    let mut found = Vec::with_capacity(scorings.len());
    for scoring in scorings {
        if scoring.needs_probabilities() {
            let (truth, probabilities) = match &mut probabilities {
                Some(probabilities) => &*probabilities,
                none => {
                    let known =
                        model.probabilities(data)?.ok_or_else(|| without_probabilities(&scoring.to_string()))?;
                    let labels = labels.with(known.labels.iter().copied());
                    &*none.insert((labels.numbers(data.target()?)?, labels.spread(&known)?))
                }
            };
            found.push(scoring.of_probabilities(truth.view(), probabilities)?);
            continue;
        }
        let predicted = match &mut predicted {
            Some(predicted) => &*predicted,
            none => &*none.insert(model.predict_values(data)?),
        };
        if let Some(score) = scoring.of_numbers(data, predicted) {
            found.push(score?);
            continue;
        }
        let counts = match &mut counts {
            Some(counts) => &*counts,
            none => &*none.insert(counted(predicted, data, &labels)?),
        };
        found.push(scoring.of_classes(counts)?);
    }
    Ok(found)
}

/// How often each class occurs and is predicted.
fn counted(predicted: &Array2<f64>, data: &Dataset, labels: &ClassLabels) -> Result<ClassCounts> {
    let truth = data.target()?;
    if predicted.dim() != (truth.len(), 1) {
        let expected = format!("[{}, 1], one column of class labels", truth.len());
        let found = format!("{:?}", predicted.shape());
        return Err(Error::Shape { what: "predictions to score".into(), expected, found });
    }
    if truth.is_empty() {
        return Err(Error::Data("there are no examples to score".into()));
    }
    let predicted = predicted.column(0);
    let labels = labels.with_predicted(predicted);
    let (truth, said) = (labels.positions("class", truth)?, labels.positions("predicted class", predicted)?);
    Ok(ClassCounts::of(truth.into_iter().zip(said), labels.count()))
}

/// The area under the ROC curve, of more than two classes the mean of each that occurs against the rest.
fn area(truth: ArrayView1<'_, f64>, probabilities: &Array2<f64>) -> Result<f64> {
    let classes = probabilities.ncols();
    if classes == 2 {
        return Ok(RocCurve::new(truth, probabilities.column(1))?.auc());
    }
    let mut occurs = vec![false; classes];
    truth.iter().for_each(|class| occurs[*class as usize] = true);
    let occurring: Vec<usize> = (0..classes).filter(|class| occurs[*class]).collect();
    if occurring.len() == classes || occurring.len() < 2 {
        return metrics::roc_auc(truth, probabilities.view(), Pairing::OneVersusRest, false);
    }
    let area = |class: &usize| Ok(RocCurve::one_vs_rest(truth, probabilities.column(*class), *class)?.auc());
    Ok(occurring.iter().map(area).sum::<Result<f64>>()? / occurring.len() as f64)
}

pub(super) fn without_probabilities(what: &str) -> Error {
    Error::Data(format!(
        "{what} needs probabilities, and this model has none; use a classifier that has them, or another measure"
    ))
}

fn mean_over_targets(
    data: &Dataset,
    predicted: &Array2<f64>,
    measure: fn(ArrayView1<'_, f64>, ArrayView1<'_, f64>) -> Result<f64>,
) -> Result<f64> {
    let targets = data.targets();
    if targets.dim() != predicted.dim() || targets.ncols() == 0 {
        let (expected, found) = (format!("{:?}", targets.shape()), format!("{:?}", predicted.shape()));
        return Err(Error::Shape { what: "predictions to score".into(), expected, found });
    }
    metrics::mean_over_columns(targets.view(), predicted.view(), measure)
}
