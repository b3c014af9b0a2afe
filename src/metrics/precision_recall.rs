//! The precision–recall curve and its average precision.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use super::thresholds::{Thresholds, require_binary};
use crate::error::{Error, Result};

/// How many of the alarms are right (precision) and how many of the positives are found (recall), for every threshold of
/// a score. Where positives are rare it says more than a ROC curve, whose false positive rate the many negatives dilute.
///
/// Precision(t) = |{positive, score ≥ t}| / |{score ≥ t}|, recall(t) = |{positive, score ≥ t}| / |positive|. As
/// scikit-learn's `precision_recall_curve`: one point for each distinct score, from the lowest up, so that recall falls
/// from 1; the last point, precision 1 at recall 0, has no threshold.
///
/// Davis and Goadrich (2006), *The relationship between Precision-Recall and ROC curves*.
///
/// ```
/// use gradus::prelude::*;
/// let (actual, scores) = (array![0.0, 0.0, 1.0, 1.0], array![0.1, 0.4, 0.35, 0.8]);
/// let curve = PrecisionRecallCurve::new(actual.view(), scores.view())?;
/// assert_eq!(curve.precision(), [0.5, 2.0 / 3.0, 0.5, 1.0, 1.0]);
/// assert_eq!(curve.recall(), [1.0, 1.0, 0.5, 0.5, 0.0]);
/// assert_eq!(curve.thresholds(), [0.1, 0.35, 0.4, 0.8]);
/// assert!((curve.average_precision() - 5.0 / 6.0).abs() < 1e-15);
/// let figure = curve.plot();
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrecisionRecallCurve {
    precision: Vec<f64>,
    recall: Vec<f64>,
    thresholds: Vec<f64>,
    positives: usize,
    negatives: usize,
}

impl PrecisionRecallCurve {
    /// The curve of labels 0 (negative) and 1 (positive), and their scores.
    ///
    /// # Errors
    /// [`Error::Shape`] where the two differ in length; [`Error::Data`] for other labels, a NaN, or no positive example,
    /// as recall would be 0/0.
    pub fn new(actual: ArrayView1<'_, f64>, scores: ArrayView1<'_, f64>) -> Result<Self> {
        require_binary("precision–recall curve", actual)?;
        PrecisionRecallCurve::one_vs_rest(actual, scores, 1)
    }

    /// The curve of one class, given by its position, against all others; the scores are that class'.
    ///
    /// # Errors
    /// As [`PrecisionRecallCurve::new`].
    pub fn one_vs_rest(actual: ArrayView1<'_, f64>, scores: ArrayView1<'_, f64>, class: usize) -> Result<Self> {
        let counts = Thresholds::count("precision–recall curve", actual, scores, class)?;
        let positives = counts.positives();
        if positives == 0 {
            return Err(Error::Data(format!(
                "precision–recall curve: none of the {} examples is positive, and their recall is not defined",
                actual.len()
            )));
        }
        let pairs = counts.true_positives.iter().zip(&counts.false_positives).rev();
        let (mut precision, mut recall): (Vec<f64>, Vec<f64>) = pairs
            .map(|(right, wrong)| (*right as f64 / (right + wrong) as f64, *right as f64 / positives as f64))
            .unzip();
        precision.push(1.0);
        recall.push(0.0);
        let negatives = counts.negatives();
        let thresholds = counts.scores.into_iter().rev().collect();
        Ok(PrecisionRecallCurve { precision, recall, thresholds, positives, negatives })
    }

    /// Precision at each threshold, lowest first, and 1 at the end: one more than there are thresholds.
    pub fn precision(&self) -> &[f64] {
        &self.precision
    }

    /// Recall at each threshold, falling from 1, and 0 at the end: one more than there are thresholds.
    pub fn recall(&self) -> &[f64] {
        &self.recall
    }

    /// The thresholds, rising: a score of at least this is called positive.
    pub fn thresholds(&self) -> &[f64] {
        &self.thresholds
    }

    /// How many examples are positive.
    pub fn positives(&self) -> usize {
        self.positives
    }

    /// How many examples are negative.
    pub fn negatives(&self) -> usize {
        self.negatives
    }

    /// AP = Σ (Rᵢ − Rᵢ₊₁)·Pᵢ, the area under the curve as steps. A straight line between two points would promise
    /// more than any threshold gives. Chance gives the share of positives.
    pub fn average_precision(&self) -> f64 {
        self.recall.windows(2).zip(&self.precision).map(|(recall, precision)| (recall[0] - recall[1]) * precision).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn without_positives_there_is_no_recall() {
        let found = PrecisionRecallCurve::new(array![0.0, 0.0].view(), array![0.5, 0.6].view());
        assert!(found.unwrap_err().to_string().contains("none of the 2 examples is positive"));
        let found = PrecisionRecallCurve::new(array![0.0, 3.0].view(), array![0.5, 0.6].view());
        assert!(found.unwrap_err().to_string().contains("`one_vs_rest` takes one"));
    }

    #[test]
    fn a_score_that_says_nothing_gives_the_share_of_positives() {
        let curve =
            PrecisionRecallCurve::new(array![0.0, 1.0, 0.0, 0.0].view(), array![0.5, 0.5, 0.5, 0.5].view()).unwrap();
        assert_eq!((curve.precision(), curve.recall()), (&[0.25, 1.0][..], &[1.0, 0.0][..]));
        assert_eq!(curve.average_precision(), 0.25);
        let all = PrecisionRecallCurve::new(array![1.0, 1.0].view(), array![0.3, 0.5].view()).unwrap();
        assert_eq!(all.average_precision(), 1.0);
    }
}
