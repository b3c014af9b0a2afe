//! Accuracy: the share of right answers.

use ndarray::{ArrayView1, ArrayView2};

use super::{class_positions, require_pairs, require_scores};
use crate::error::{Error, Result};

/// The share of examples whose predicted class is the true one.
///
/// ```
/// use gradus::{metrics::accuracy, prelude::*};
/// assert_eq!(accuracy(array![0.0, 1.0, 2.0, 2.0].view(), array![0.0, 1.0, 1.0, 2.0].view())?, 0.75);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different lengths, no values, or a NaN.
pub fn accuracy(truth: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<f64> {
    require_pairs("accuracy", truth, predicted)?;
    for (what, labels) in [("true", truth), ("predicted", predicted)] {
        if let Some(row) = labels.iter().position(|label| label.is_nan()) {
            return Err(Error::Data(format!(
                "accuracy: the {what} class of row {row} is NaN; every example needs one"
            )));
        }
    }
    let right = truth.iter().zip(predicted).filter(|(truth, predicted)| truth == predicted).count();
    Ok(right as f64 / truth.len() as f64)
}

/// The share of examples whose class is among the `k` with the highest scores (n × classes). Of equal scores the later
/// class counts as higher, as in scikit-learn's `top_k_accuracy_score`.
///
/// ```
/// use gradus::{metrics::top_k_accuracy, prelude::*};
/// let scores = array![[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]];
/// assert_eq!(top_k_accuracy(array![1.0, 2.0].view(), scores.view(), 2)?, 0.5);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different numbers of rows, a NaN, a class without a column, or `k` of 0.
pub fn top_k_accuracy(truth: ArrayView1<'_, f64>, scores: ArrayView2<'_, f64>, k: usize) -> Result<f64> {
    require_scores("top-k accuracy", truth, scores)?;
    if k == 0 {
        return Err(Error::Parameter { parameter: "k", value: "0".into(), requirement: "at least 1".into() });
    }
    let classes = class_positions("class", truth, scores.ncols())?;
    let above = |(class, scores): (usize, ArrayView1<'_, f64>)| {
        let own = scores[class];
        scores.iter().enumerate().filter(|(other, score)| **score > own || (**score == own && *other > class)).count()
    };
    let right = classes.into_iter().zip(scores.rows()).map(above).filter(|above| *above < k).count();
    Ok(right as f64 / truth.len() as f64)
}
