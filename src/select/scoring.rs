//! Scorings: by which measure models are compared, and whether more of it is better.

use std::borrow::Cow;
use std::fmt;

use ndarray::{Array1, Array2, ArrayView1};

use super::estimator::{Predictor, Probabilities};
use crate::data::{Dataset, Kind};
use crate::error::{Error, Result};
use crate::metrics::{self, Average, ConfusionMatrix, Pairing, RocCurve};

/// A measure of [`metrics`], by which models are compared.
///
/// Values are the measure's own: a mean squared error is positive, and [`greater_is_better`](Self::greater_is_better) knows
/// that less of it is better (scikit-learn turns its sign: `neg_mean_squared_error`). Of several targets it is the mean.
/// The classes are those of the whole data, so that a fold without one of them counts the same.
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
    /// The share of right answers.
    Accuracy,
    /// The mean of the recalls of the classes.
    BalancedAccuracy,
    /// Of what was called a class, the share that is.
    Precision(Average),
    /// Of what is a class, the share that was called so.
    Recall(Average),
    /// The harmonic mean of precision and recall; `Average::Class(1)` is that of the second of two classes.
    F1(Average),
    /// Matthews' correlation.
    Matthews,
    /// −(1/n) Σ ln p of the true class; less is better. Needs probabilities.
    LogLoss,
    /// The squared error of the probabilities; less is better. Needs probabilities.
    Brier,
    /// The area under the ROC curve; of more than two classes the mean of each against the rest. Needs probabilities.
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
        let scores = scores(&[self], model, &own, &Labels::for_scorings(&[self], &own))?;
        Ok(scores[0])
    }

    /// Whether truth and prediction are classes.
    fn of_labels(self) -> bool {
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

    fn of_classes(self, matrix: &ConfusionMatrix) -> f64 {
        match self {
            Scoring::BalancedAccuracy => matrix.balanced_accuracy(),
            Scoring::Precision(average) => matrix.precision(average),
            Scoring::Recall(average) => matrix.recall(average),
            Scoring::F1(average) => matrix.f1(average),
            Scoring::Matthews => matrix.matthews(),
            _ => matrix.accuracy(),
        }
    }

    fn of_probabilities(self, truth: ArrayView1<'_, f64>, probabilities: &Array2<f64>) -> Result<f64> {
        match self {
            Scoring::LogLoss => metrics::log_loss(truth, probabilities.view()),
            Scoring::Brier => metrics::brier_score(truth, probabilities.view()),
            _ if probabilities.ncols() == 2 => Ok(RocCurve::new(truth, probabilities.column(1))?.auc()),
            _ => metrics::roc_auc(truth, probabilities.view(), Pairing::OneVersusRest, false),
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

/// The labels of the classes of a whole data set, of which a fold may lack some.
pub(super) struct Labels {
    labels: Vec<f64>,
    names: Vec<String>,
}

impl Labels {
    /// The labels where one of these scorings needs them; a target of numbers may have as many as rows.
    pub fn for_scorings(scorings: &[Scoring], data: &Dataset) -> Self {
        match scorings.iter().any(|scoring| scoring.of_labels()) {
            true => Labels::of(data),
            false => Labels { labels: vec![], names: vec![] },
        }
    }

    /// All categories of the one target, or the different numbers in it that are not missing.
    pub fn of(data: &Dataset) -> Self {
        let [column] = data.target_columns() else { return Labels { labels: vec![], names: vec![] } };
        let mut labels = match &column.kind {
            Kind::Category(categories) => (0..categories.len()).map(|at| at as f64).collect(),
            // −0 is 0.
            Kind::Number => {
                let numbers = data.targets();
                numbers.column(0).iter().filter(|label| !label.is_nan()).map(|label| label + 0.0).collect::<Vec<_>>()
            }
        };
        labels.sort_unstable_by(f64::total_cmp);
        labels.dedup();
        let names = labels.iter().map(|label| column.show(*label)).collect();
        Labels { labels, names }
    }

    fn position(&self, label: f64) -> Option<usize> {
        self.labels.binary_search_by(|known| known.total_cmp(&(label + 0.0))).ok()
    }

    /// Labels as positions among these.
    fn positions(&self, what: &str, labels: ArrayView1<'_, f64>) -> Result<Array1<f64>> {
        let position = |(row, label): (usize, &f64)| match self.position(*label) {
            Some(position) => Ok(position as f64),
            None => Err(Error::Data(format!(
                "the {what} of row {row} is {label}, which is none of the {} classes of the target; take a measure of \
                 numbers for a regression",
                self.labels.len()
            ))),
        };
        labels.iter().enumerate().map(position).collect()
    }

    /// Probabilities with a column for each of these labels; a class that the model has not seen has probability 0.
    pub fn spread(&self, found: &Probabilities) -> Result<Array2<f64>> {
        let mut spread = Array2::zeros((found.values.nrows(), self.labels.len()));
        for (label, column) in found.labels.iter().zip(found.values.columns()) {
            let Some(position) = self.position(*label) else {
                return Err(Error::Data(format!("the model knows a class {label}, which the target does not have")));
            };
            spread.column_mut(position).assign(&column);
        }
        Ok(spread)
    }
}

/// Several scores of one model, from one prediction.
pub(super) fn scores(scorings: &[Scoring], model: &dyn Predictor, data: &Dataset, labels: &Labels) -> Result<Vec<f64>> {
    let (mut predicted, mut matrix, mut probabilities) = (None, None, None);
    let mut found = Vec::with_capacity(scorings.len());
    for scoring in scorings {
        if scoring.needs_probabilities() {
            if probabilities.is_none() {
                let known = model.probabilities(data)?.ok_or_else(|| without_probabilities(&scoring.to_string()))?;
                probabilities = Some((labels.positions("class", data.target()?)?, labels.spread(&known)?));
            }
            if let Some((truth, probabilities)) = &probabilities {
                found.push(scoring.of_probabilities(truth.view(), probabilities)?);
            }
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
        let matrix = match &mut matrix {
            Some(matrix) => &*matrix,
            none => {
                let truth = labels.positions("class", data.target()?)?;
                if predicted.ncols() != 1 {
                    let (expected, found) = ("one column of class labels".into(), format!("{:?}", predicted.shape()));
                    return Err(Error::Shape { what: "predictions to score".into(), expected, found });
                }
                let guess = labels.positions("predicted class", predicted.column(0))?;
                &*none.insert(ConfusionMatrix::new(truth.view(), guess.view(), &labels.names)?)
            }
        };
        if let Scoring::Precision(Average::Class(class))
        | Scoring::Recall(Average::Class(class))
        | Scoring::F1(Average::Class(class)) = scoring
            && *class >= labels.names.len()
        {
            let count = labels.names.len();
            return Err(Error::Data(format!("{scoring}: the target has {count} classes, counted from 0")));
        }
        found.push(scoring.of_classes(matrix));
    }
    Ok(found)
}

pub(super) fn without_probabilities(what: &str) -> Error {
    Error::Data(format!(
        "{what} needs probabilities, and this model has none; take a classifier that has, or another measure"
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
