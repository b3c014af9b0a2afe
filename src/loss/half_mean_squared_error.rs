//! Half the mean squared error.

use serde::{Deserialize, Serialize};

use super::{Loss, MeanSquaredError};
use crate::closed_set::Kinds;

/// (1/k) Σ ½(ŷ − y)² over the k outputs; derivative (1/k)(ŷ − y). The first lecture's cost (A12): the ½ takes the 2 out of
/// the derivative, and the minimum stays where it is.
///
/// ```
/// use gradus::loss::{HalfMeanSquaredError, Loss};
/// use gradus::prelude::*;
/// assert_eq!(HalfMeanSquaredError.value(&array![1.0, 2.0], &array![1.0, 4.0])?, 1.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HalfMeanSquaredError;

impl Loss for HalfMeanSquaredError {
    fn name(&self) -> &'static str {
        "½ mean squared error"
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        let whole = MeanSquaredError.formula(truth, predicted, slope);
        slope.iter_mut().for_each(|slope| *slope /= 2.0);
        whole / 2.0
    }
}

impl Kinds for HalfMeanSquaredError {
    const KINDS: &'static [&'static str] = &["HALF_MEAN_SQUARED"];
}

#[cfg(test)]
impl crate::closed_set::Samples for HalfMeanSquaredError {
    fn samples() -> Vec<Self> {
        vec![HalfMeanSquaredError]
    }
}
