//! Coverage: how many examples are answered when only sure answers are given.

use ndarray::{ArrayView1, ArrayView2};

use super::{class_positions, greatest, require_distributions};
use crate::error::{Error, Result};

/// What a classifier does that answers only when it is sure enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// The share of examples that are answered: their most probable class has at least the confidence asked for.
    pub coverage: f64,
    /// The accuracy on these; NaN where none is answered.
    pub accuracy: f64,
}

/// Coverage and accuracy where an example is answered only if its most probable class (of n × k probabilities) has at least
/// `confidence`. Goodfellow, Bengio and Courville (2016), *Deep Learning*, section 11.1: a human reads the rest.
///
/// ```
/// use gradus::{metrics::coverage, prelude::*};
/// let probabilities = array![[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]];
/// let sure = coverage(array![0.0, 1.0, 1.0].view(), probabilities.view(), 0.75)?;
/// assert_eq!((sure.coverage, sure.accuracy), (2.0 / 3.0, 1.0));
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different numbers of rows, a NaN, a class without a column, rows that are not probabilities, or a confidence outside of
/// 0 … 1.
pub fn coverage(truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>, confidence: f64) -> Result<Coverage> {
    require_distributions("coverage", truth, probabilities)?;
    if !(0.0..=1.0).contains(&confidence) {
        let (value, requirement) = (confidence.to_string(), "from 0 to 1".into());
        return Err(Error::Parameter { parameter: "confidence", value, requirement });
    }
    let (mut answered, mut right) = (0.0, 0.0);
    for (class, row) in class_positions("class", truth, probabilities.ncols())?.into_iter().zip(probabilities.rows()) {
        let best = greatest(row);
        if row[best] >= confidence {
            answered += 1.0;
            right += f64::from(u8::from(best == class));
        }
    }
    Ok(Coverage { coverage: answered / truth.len() as f64, accuracy: right / answered })
}
