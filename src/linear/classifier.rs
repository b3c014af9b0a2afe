//! `LinearClassifier`: scores z = Wᵀx + b, made probabilities, whatever way the weights were found.

use std::borrow::Cow;

use ndarray::{Array1, Array2, ArrayView1, Zip};
use serde::{Deserialize, Serialize};

use super::classes::Classes;
use super::model::LinearModel;
use crate::check;
use crate::data::{Column, Dataset, Examples, Inputs};
use crate::error::Result;
use crate::metrics;
use crate::real::sigmoid;
use crate::saved::Saved;

/// How scores become probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// σ(z) = 1 / (1 + e⁻ᶻ), the probability of the second of two classes, from one score (slide A16).
    Sigmoid,
    /// exp zⱼ / Σ exp zₗ from one score per class (slide A32).
    Softmax,
    /// σ(zⱼ) of each class against the rest, divided by their sum.
    OneVsRest,
}

impl Link {
    /// Probabilities from scores, row by row; the sigmoid's n × 1 stays n × 1.
    pub(super) fn probabilities(self, scores: &mut Array2<f64>) {
        match self {
            Link::Sigmoid => scores.mapv_inplace(sigmoid),
            Link::Softmax => scores.rows_mut().into_iter().for_each(|mut row| {
                let most = row.fold(f64::NEG_INFINITY, |most, score| most.max(*score));
                row.mapv_inplace(|score| (score - most).exp());
                row /= row.sum();
            }),
            Link::OneVsRest => scores.rows_mut().into_iter().for_each(|mut row| {
                row.mapv_inplace(sigmoid);
                let (sum, classes) = (row.sum(), row.len() as f64);
                // Where no class wants the example, none is more likely than another.
                if sum > 0.0 { row /= sum } else { row.fill(1.0 / classes) }
            }),
        }
    }
}

/// A fitted linear classifier: scores z = Wᵀx + b, and a [`Link`] that makes them probabilities.
///
/// Logistic regression has one column of weights for two classes, softmax regression one for each class. Classes are in
/// the order of their labels, as [`classes`](Self::classes) names them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearClassifier {
    pub(super) scores: LinearModel,
    pub(super) link: Link,
    pub(super) classes: Classes,
    pub(super) threshold: f64,
}

impl LinearClassifier {
    /// The features' columns, in the order of the weights.
    pub fn columns(&self) -> &[Column] {
        self.scores.columns()
    }

    /// The names of the classes, in the order of the probabilities' columns.
    #[doc(alias = "classes_")]
    pub fn classes(&self) -> Vec<String> {
        self.classes.names.clone()
    }

    /// Classifiers of each class against the rest, in the order of these `classes`, as one whose scores are compared.
    pub(crate) fn of_parts(classes: &LinearClassifier, parts: &[LinearClassifier]) -> Self {
        let weights = Array2::from_shape_fn((classes.columns().len(), parts.len()), |(feature, class)| {
            parts[class].weights()[[feature, 0]]
        });
        let scores = LinearModel::new(
            classes.columns().to_vec(),
            classes.classes().iter().map(Column::number).collect(),
            classes.scores.named,
            &weights,
            parts.iter().map(LinearClassifier::intercept).collect(),
        );
        LinearClassifier { scores, link: Link::OneVsRest, classes: classes.classes.clone(), threshold: 0.5 }
    }

    /// The target that the classes were learned from.
    pub(crate) fn target(&self) -> &Column {
        &self.classes.target
    }

    /// The data with its target as the fit's target holds it, where it is another one.
    pub(crate) fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
        match data.target_columns() {
            [target] if target.kind != self.classes.target.kind => {
                Ok(Cow::Owned(data.with_labels(&self.classes.target, self.classes.labels_of(data)?)?))
            }
            _ => Ok(Cow::Borrowed(data)),
        }
    }

    /// For each example the position of its class among those of the fit, by what its label means.
    ///
    /// # Errors
    /// Columns of other names than the fit's; a class that the classifier does not know.
    #[cfg(feature = "plot")]
    pub(crate) fn positions(&self, examples: &impl Examples) -> Result<Vec<usize>> {
        self.scores.require_names(examples.input_columns())?;
        self.classes.positions(examples)
    }

    /// The label of each class as the data holds it.
    pub(crate) fn labels(&self) -> &[f64] {
        &self.classes.labels
    }

    /// How scores become probabilities.
    pub fn link(&self) -> Link {
        self.link
    }

    /// The weights W: d × 1 for logistic regression, else d × k.
    #[doc(alias = "coef_")]
    pub fn weights(&self) -> &Array2<f64> {
        self.scores.weights()
    }

    /// The intercepts b: one for logistic regression, else one per class; 0 where the model has none.
    #[doc(alias = "intercept_")]
    pub fn intercepts(&self) -> &Array1<f64> {
        self.scores.intercepts()
    }

    /// The weight of one feature, by its name, in the first score.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no feature has this name.
    pub fn weight(&self, feature: &str) -> Result<f64> {
        self.scores.weight(feature)
    }

    /// The intercept b of the first score.
    pub fn intercept(&self) -> f64 {
        self.scores.intercept()
    }

    /// Returns the same classifier with another probability from which the second of two classes is predicted; default
    /// ½ (at exactly ½ the first one).
    ///
    /// # Errors
    /// A threshold outside of 0 … 1, or more than two classes, of which the most probable one is predicted.
    pub fn with_threshold(mut self, threshold: f64) -> Result<Self> {
        check::unit_interval("threshold", threshold)?;
        let requirement = "only a logistic regression of two classes has a threshold";
        check::require(self.link == Link::Sigmoid, "threshold", threshold, requirement)?;
        self.threshold = threshold;
        Ok(self)
    }

    /// The scores z = Wᵀx + b, n × 1 for logistic regression (positive where the second is more likely), else n × k.
    ///
    /// # Errors
    /// Other columns than the classifier was fitted on, text, missing or infinite values.
    pub fn decision_function(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        self.scores.predict_raw(inputs)
    }

    /// The probability of each class, n × k.
    ///
    /// # Errors
    /// As [`decision_function`](Self::decision_function).
    pub fn predict_proba(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        let mut probabilities = self.decision_function(inputs)?;
        if self.link != Link::Sigmoid {
            self.link.probabilities(&mut probabilities);
            return Ok(probabilities);
        }
        // Each side from its own sigmoid: 1 − σ(z) would lose the digits of a small probability.
        Ok(Array2::from_shape_fn((probabilities.nrows(), 2), |(row, class)| {
            let score = probabilities[[row, 0]];
            sigmoid(if class == 1 { score } else { -score })
        }))
    }

    /// The label of the predicted class of each example, as the data has it: for categories their position.
    ///
    /// # Errors
    /// As [`decision_function`](Self::decision_function).
    pub fn predict(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
        let scores = self.decision_function(inputs)?;
        let said = |row: ArrayView1<'_, f64>| match self.link {
            // σ(z) > ½ where z > 0, and this way without rounding.
            Link::Sigmoid if self.threshold == 0.5 => usize::from(row[0] > 0.0),
            Link::Sigmoid => usize::from(sigmoid(row[0]) >= self.threshold),
            _ => metrics::greatest(row),
        };
        Ok(scores.rows().into_iter().map(|row| self.classes.labels[said(row)]).collect())
    }

    /// The share of examples that are classified correctly. Labels are read by what they mean: categories by their
    /// names, numbers by their values, and those of an array as [`predict`](Self::predict) gives them.
    ///
    /// # Errors
    /// As [`decision_function`](Self::decision_function), and for another number of targets than one, labels that are
    /// not whole numbers, categories that the classifier does not know or in another order.
    pub fn score(&self, examples: &impl Examples) -> Result<f64> {
        metrics::accuracy(self.classes.labels_of(examples)?.view(), self.predict(examples)?.view())
    }

    /// The odds ratios e^w, of the shape of the weights: by how much the odds are multiplied when a feature grows by 1.
    pub fn odds_ratios(&self) -> Array2<f64> {
        Zip::from(self.weights()).map_collect(|weight| weight.exp())
    }
}

impl Saved for LinearClassifier {
    const TYPE: &'static str = "LinearClassifier";

    fn check(&self) -> Result<(), String> {
        self.scores.check()?;
        let (classes, scores) = (self.classes.count(), self.weights().ncols());
        if scores != if self.link == Link::Sigmoid { 1 } else { classes } {
            return Err(format!("{scores} scores for {classes} classes"));
        }
        if !(0.0..=1.0).contains(&self.threshold) {
            return Err(format!("a threshold of {}", self.threshold));
        }
        self.classes.check()
    }
}
