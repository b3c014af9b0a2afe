//! Mean squared error.

use serde::{Deserialize, Serialize};

use super::{Loss, over_outputs};
use crate::closed_set::Kinds;

/// (1/k) Σ (ŷ − y)² over the k outputs; derivative (2/k)(ŷ − y). The second lecture's MSE, and that of Keras, PyTorch and
/// scikit-learn; slide A33.
///
/// ```
/// use gradus::loss::{Loss, MeanSquaredError};
/// use gradus::prelude::*;
/// assert_eq!(MeanSquaredError.value(&array![1.0, 2.0], &array![1.0, 4.0])?, 2.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeanSquaredError;

impl Loss for MeanSquaredError {
    fn name(&self) -> &'static str {
        "mean squared error"
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        over_outputs(truth, predicted, slope, |y, guess| {
            let residual = guess - y;
            (residual * residual, 2.0 * residual)
        })
    }
}

impl Kinds for MeanSquaredError {
    const KINDS: &'static [&'static str] = &["MEAN_SQUARED"];
}

#[cfg(test)]
impl crate::closed_set::Samples for MeanSquaredError {
    fn samples() -> Vec<Self> {
        vec![MeanSquaredError]
    }
}
