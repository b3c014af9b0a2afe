//! Mean absolute error.

use serde::{Deserialize, Serialize};

use super::{Loss, over_outputs};
use crate::closed_set::Kinds;

/// (1/k) Σ |ŷ − y| over the k outputs; derivative (1/k) sign(ŷ − y), and 0 where they are equal. Slide A33 has it without the
/// bars: then errors of opposite sign cancel.
///
/// ```
/// use gradus::loss::{Loss, MeanAbsoluteError};
/// use gradus::prelude::*;
/// assert_eq!(MeanAbsoluteError.value(&array![1.0, 2.0], &array![2.0, 1.0])?, 1.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeanAbsoluteError;

impl Loss for MeanAbsoluteError {
    fn name(&self) -> &'static str {
        "mean absolute error"
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        over_outputs(truth, predicted, slope, |y, guess| {
            let residual = guess - y;
            (residual.abs(), if residual == 0.0 { 0.0 } else { residual.signum() })
        })
    }
}

impl Kinds for MeanAbsoluteError {
    const KINDS: &'static [&'static str] = &["MEAN_ABSOLUTE"];
}

#[cfg(test)]
impl crate::closed_set::Samples for MeanAbsoluteError {
    fn samples() -> Vec<Self> {
        vec![MeanAbsoluteError]
    }
}
