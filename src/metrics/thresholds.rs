//! What ROC and precision–recall curves share: the counts of right and false alarms at every threshold.

use ndarray::ArrayView1;

use super::{class_positions, require_pairs};
use crate::error::{Error, Result};

/// True and false positives where everything with a score of at least the threshold is called positive.
///
/// One entry a distinct score, from the highest down: equal scores cannot be told apart, so they fall together.
pub(super) struct Thresholds {
    pub scores: Vec<f64>,
    pub true_positives: Vec<usize>,
    pub false_positives: Vec<usize>,
}

impl Thresholds {
    /// Counts over actual classes and scores; `positive` is the class sought, the rest is negative.
    pub fn count(
        curve: &str,
        actual: ArrayView1<'_, f64>,
        scores: ArrayView1<'_, f64>,
        positive: usize,
    ) -> Result<Self> {
        require_pairs(curve, actual, scores)?;
        let classes = class_positions("actual class", actual, usize::MAX)?;
        if let Some(row) = scores.iter().position(|score| score.is_nan()) {
            return Err(Error::Data(format!("{curve}: the score of row {row} is NaN; every example needs one")));
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        let mut counts = Thresholds { scores: Vec::new(), true_positives: Vec::new(), false_positives: Vec::new() };
        let (mut right, mut wrong) = (0, 0);
        for (place, row) in order.iter().enumerate() {
            if classes[*row] == positive {
                right += 1;
            } else {
                wrong += 1;
            }
            if order.get(place + 1).is_none_or(|next| scores[*next] != scores[*row]) {
                counts.scores.push(scores[*row]);
                counts.true_positives.push(right);
                counts.false_positives.push(wrong);
            }
        }
        Ok(counts)
    }

    pub fn positives(&self) -> usize {
        self.true_positives.last().copied().unwrap_or(0)
    }

    pub fn negatives(&self) -> usize {
        self.false_positives.last().copied().unwrap_or(0)
    }
}

/// Refuses labels other than 0 and 1, where nobody said which class is sought.
pub(super) fn require_binary(curve: &str, actual: ArrayView1<'_, f64>) -> Result<()> {
    match actual.iter().enumerate().find(|(_, label)| **label != 0.0 && **label != 1.0) {
        Some((row, label)) => Err(Error::Data(format!(
            "{curve}: the label of row {row} is {label}, expected 0 (negative) or 1 (positive); of several classes \
             `one_against_rest` takes one"
        ))),
        None => Ok(()),
    }
}
