//! What ROC and precision–recall curves share: the counts of right and false alarms at every threshold.
//!
//! Scores are sorted as integers of the same order, positive and negative examples apart, and then merged: no label has to
//! be carried along, and sorting numbers is several times faster than sorting rows by their scores.

use ndarray::ArrayView1;
use rayon::slice::ParallelSliceMut;

use super::{class_of, no_class, require_pairs};
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
        let (mut positives, mut negatives) = (Vec::new(), Vec::with_capacity(scores.len()));
        for (row, (label, score)) in actual.iter().zip(scores).enumerate() {
            let class =
                class_of(*label, usize::MAX).ok_or_else(|| no_class("actual class", row, *label, usize::MAX))?;
            if score.is_nan() {
                return Err(Error::Data(format!("{curve}: the score of row {row} is NaN; every example needs one")));
            }
            let keys = if class == positive { &mut positives } else { &mut negatives };
            keys.push(falling(*score));
        }
        positives.par_sort_unstable();
        negatives.par_sort_unstable();
        let mut counts = Thresholds { scores: Vec::new(), true_positives: Vec::new(), false_positives: Vec::new() };
        merge(&positives, &negatives, |key, right, wrong| {
            counts.scores.push(score(key));
            counts.true_positives.push(right);
            counts.false_positives.push(wrong);
        });
        Ok(counts)
    }

    pub fn positives(&self) -> usize {
        self.true_positives.last().copied().unwrap_or(0)
    }

    pub fn negatives(&self) -> usize {
        self.false_positives.last().copied().unwrap_or(0)
    }
}

const SIGN: u64 = 1 << 63;

/// An integer that is the smaller, the higher the score is; the same one for 0 and −0.
pub(super) fn falling(score: f64) -> u64 {
    // The sum of −0 and 0 is 0.
    let bits = (score + 0.0).to_bits();
    // As integers, the bits of positive numbers rise with them, those of negative ones fall.
    if bits & SIGN == 0 { !(bits | SIGN) } else { bits }
}

/// The score of an integer that [`falling`] made.
fn score(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key & !SIGN } else { key })
}

/// Calls `at` with each distinct key, and how many positives and negatives there are up to it; both lists are sorted.
fn merge(positives: &[u64], negatives: &[u64], mut at: impl FnMut(u64, usize, usize)) {
    let (mut right, mut wrong) = (0, 0);
    loop {
        let key = match (positives.get(right), negatives.get(wrong)) {
            (Some(positive), Some(negative)) => *positive.min(negative),
            (Some(key), None) | (None, Some(key)) => *key,
            (None, None) => return,
        };
        right += positives[right..].iter().take_while(|positive| **positive == key).count();
        wrong += negatives[wrong..].iter().take_while(|negative| **negative == key).count();
        at(key, right, wrong);
    }
}

/// The area under the ROC curve of sorted keys: of all pairs of a positive and a negative example, the share in which the
/// positive one has the higher score, equal scores counted half. Counted in integers, and so exact up to one rounding.
pub(super) fn area(positives: &[u64], negatives: &[u64]) -> f64 {
    let (mut doubled, mut before, mut passed) = (0_u128, 0, 0);
    merge(positives, negatives, |_, right, wrong| {
        doubled += (wrong - passed) as u128 * (before + right) as u128;
        (before, passed) = (right, wrong);
    });
    doubled as f64 / (2 * positives.len() as u128 * negatives.len() as u128) as f64
}

/// Refuses labels other than 0 and 1, where nobody said which class is sought.
pub(super) fn require_binary(curve: &str, actual: ArrayView1<'_, f64>) -> Result<()> {
    match actual.iter().enumerate().find(|(_, label)| **label != 0.0 && **label != 1.0) {
        Some((row, label)) => Err(Error::Data(format!(
            "{curve}: the label of row {row} is {label}, expected 0 (negative) or 1 (positive); of several classes \
             `one_vs_rest` takes one"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fall_as_scores_rise() {
        let rising = [f64::NEG_INFINITY, f64::MIN, -1.0, -5e-324, 0.0, 5e-324, 0.5, 1.0, f64::MAX, f64::INFINITY];
        assert!(rising.windows(2).all(|pair| falling(pair[0]) > falling(pair[1])));
        assert!(rising.iter().all(|value| score(falling(*value)) == *value));
        assert_eq!(falling(-0.0), falling(0.0));
    }

    #[test]
    fn equal_scores_fall_together() {
        let labels = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        let scores = [0.0, -0.0, f64::INFINITY, 0.3, 0.3, -2.0];
        let counts = Thresholds::count("curve", labels[..].into(), scores[..].into(), 1).unwrap();
        assert_eq!(counts.scores, [f64::INFINITY, 0.3, 0.0, -2.0]);
        assert_eq!((&counts.true_positives[..], &counts.false_positives[..]), (&[1, 1, 2, 3][..], &[0, 2, 3, 3][..]));
        // Of 9 pairs 3 are in order by the infinite score, one is a tie.
        let keys = |wanted: f64| {
            let of = labels.iter().zip(scores).filter(|(label, _)| **label == wanted);
            let mut keys: Vec<u64> = of.map(|(_, score)| falling(score)).collect();
            keys.sort_unstable();
            keys
        };
        assert_eq!(area(&keys(1.0), &keys(0.0)), 3.5 / 9.0);
    }
}
