//! The ROC curve (receiver operating characteristic) and the area under it.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use super::thresholds::{Thresholds, require_binary};
use crate::error::{Error, Result};

/// How many of the positives are found (true positive rate) at the price of how many false alarms (false positive rate),
/// for every threshold of a score.
///
/// TPR(t) = |{positive, score ≥ t}| / |positive|, FPR(t) = |{negative, score ≥ t}| / |negative|. The score is anything
/// that is higher where "positive" is more likely: a probability, a distance from the boundary. As scikit-learn's
/// `roc_curve`: equal scores make one step together, points that lie evenly on a straight line between their neighbours
/// are left out, and the first threshold is infinite, so that the curve begins at (0, 0).
///
/// Fawcett (2006), *An introduction to ROC analysis*.
///
/// ```
/// use gradus::prelude::*;
/// let (actual, scores) = (array![0.0, 0.0, 1.0, 1.0], array![0.1, 0.4, 0.35, 0.8]);
/// let curve = RocCurve::new(actual.view(), scores.view())?;
/// assert_eq!(curve.false_positive_rates(), [0.0, 0.0, 0.5, 0.5, 1.0]);
/// assert_eq!(curve.true_positive_rates(), [0.0, 0.5, 0.5, 1.0, 1.0]);
/// assert_eq!(curve.auc(), 0.75);
/// let figure = curve.plot();
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocCurve {
    false_positive_rates: Vec<f64>,
    true_positive_rates: Vec<f64>,
    thresholds: Vec<f64>,
    positives: usize,
    negatives: usize,
}

impl RocCurve {
    /// The curve of labels 0 (negative) and 1 (positive), and their scores.
    ///
    /// # Errors
    /// [`Error::Shape`] where the two differ in length; [`Error::Data`] for other labels, a NaN, or labels that are all
    /// positive or all negative, as one of the rates would be 0/0.
    pub fn new(actual: ArrayView1<'_, f64>, scores: ArrayView1<'_, f64>) -> Result<Self> {
        require_binary("ROC curve", actual)?;
        RocCurve::one_vs_rest(actual, scores, 1)
    }

    /// The curve of one class, given by its position, against all others; the scores are that class'.
    ///
    /// # Errors
    /// As [`RocCurve::new`].
    pub fn one_vs_rest(actual: ArrayView1<'_, f64>, scores: ArrayView1<'_, f64>, class: usize) -> Result<Self> {
        let counts = Thresholds::count("ROC curve", actual, scores, class)?;
        let (positives, negatives) = (counts.positives(), counts.negatives());
        if positives == 0 || negatives == 0 {
            let only = if positives == 0 { "negative" } else { "positive" };
            return Err(Error::Data(format!(
                "ROC curve: all {} examples are {only}, and a rate of the others is not defined; take examples of both",
                actual.len()
            )));
        }
        let mut curve = RocCurve {
            false_positive_rates: vec![0.0],
            true_positive_rates: vec![0.0],
            thresholds: vec![f64::INFINITY],
            positives,
            negatives,
        };
        let last = counts.scores.len() - 1;
        // A second difference of 0 in both: the point lies midway between its neighbours.
        let bends = |values: &[usize], at: usize| values[at - 1] + values[at + 1] != 2 * values[at];
        for at in 0..=last {
            let (right, wrong) = (&counts.true_positives, &counts.false_positives);
            if at == 0 || at == last || bends(right, at) || bends(wrong, at) {
                curve.false_positive_rates.push(wrong[at] as f64 / negatives as f64);
                curve.true_positive_rates.push(right[at] as f64 / positives as f64);
                curve.thresholds.push(counts.scores[at]);
            }
        }
        Ok(curve)
    }

    /// False positive rates, rising from 0 to 1.
    pub fn false_positive_rates(&self) -> &[f64] {
        &self.false_positive_rates
    }

    /// True positive rates, rising from 0 to 1.
    pub fn true_positive_rates(&self) -> &[f64] {
        &self.true_positive_rates
    }

    /// The thresholds, falling from infinity: a score of at least this is called positive.
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

    /// The area under the curve: the probability that a positive example has a higher score than a negative one, equal
    /// scores counted half. 1 is perfect, 0.5 is chance.
    pub fn auc(&self) -> f64 {
        let corners = self.false_positive_rates.windows(2).zip(self.true_positive_rates.windows(2));
        corners.map(|(x, y)| (x[1] - x[0]) * (y[0] + y[1]) / 2.0).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_has_no_curve_says_why() {
        let message =
            |actual: &[f64], scores: &[f64]| RocCurve::new(actual.into(), scores.into()).unwrap_err().to_string();
        assert!(message(&[1.0, 1.0], &[0.5, 0.6]).contains("all 2 examples are positive"));
        assert!(message(&[0.0, 0.0], &[0.5, 0.6]).contains("all 2 examples are negative"));
        assert!(message(&[0.0, 2.0], &[0.5, 0.6]).contains("row 1 is 2, expected 0 (negative) or 1"));
        assert!(message(&[0.0, 1.0], &[0.5, f64::NAN]).contains("score of row 1 is NaN"));
        assert!(message(&[0.0, 1.0], &[0.5]).contains("expected 2"));
        assert!(message(&[], &[]).contains("no values"));
    }

    #[test]
    fn the_area_is_the_share_of_pairs_in_order() {
        let actual = array![0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0];
        let scores = array![0.2, 0.2, 0.5, 0.9, 0.5, 0.1, -0.3, 0.5];
        let mut pairs = 0.0;
        for (positive, high) in actual.iter().zip(&scores).filter(|(label, _)| **label == 1.0) {
            for (_, low) in actual.iter().zip(&scores).filter(|(label, _)| *label != positive) {
                pairs += if high > low { 1.0 } else { f64::from(high == low) / 2.0 };
            }
        }
        let curve = RocCurve::new(actual.view(), scores.view()).unwrap();
        assert!((curve.auc() - pairs / 16.0).abs() < 1e-15);
    }

    #[test]
    fn one_class_against_the_rest_is_the_binary_curve() {
        let (actual, scores) = (array![0.0, 2.0, 1.0, 2.0], array![0.1, 0.4, 0.35, 0.8]);
        let rest = RocCurve::one_vs_rest(actual.view(), scores.view(), 2).unwrap();
        assert_eq!(rest, RocCurve::new(array![0.0, 1.0, 0.0, 1.0].view(), scores.view()).unwrap());
        assert_eq!((rest.auc(), rest.positives(), rest.negatives()), (1.0, 2, 2));
    }
}
