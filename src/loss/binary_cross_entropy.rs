//! Binary cross-entropy: the cost of logistic regression.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{CLIP, Loss, over_outputs, require_probabilities, require_same_shape};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::sigmoid_and_log;

/// −y ln p − (1 − y) ln(1 − p), the mean over the outputs; derivative (p − y) / (p(1 − p)). Slides A17 and A33.
///
/// From logits z it is max(z, 0) − yz + ln(1 + e^−|z|) with the derivative σ(z) − y, which neither overflows nor loses
/// digits. Probabilities are kept ε = 2.2·10⁻¹⁶ away from 0 and 1. The truth may be any probability (soft labels).
///
/// ```
/// use gradus::loss::{BinaryCrossEntropy, Loss};
/// use gradus::prelude::*;
/// let sure = BinaryCrossEntropy.value(&array![1.0], &array![0.5])?;
/// assert!((sure - 2.0_f64.ln()).abs() < 1e-15);
/// // σ(1000) is 1 in every floating-point number, and the answer is known all the same.
/// assert_eq!(BinaryCrossEntropy { from_logits: true }.value(&array![0.0], &array![1000.0])?, 1000.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BinaryCrossEntropy {
    /// Whether the predictions are scores before the sigmoid.
    pub from_logits: bool,
}

by_name! {
    /// The loss of probabilities, so that the bare name serves as a value: `from_logits` is false.
    BinaryCrossEntropy = BinaryCrossEntropy { from_logits: false }
}

impl Loss for BinaryCrossEntropy {
    fn name(&self) -> &'static str {
        "binary cross-entropy"
    }

    fn is_for_classes(&self) -> bool {
        true
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_same_shape(self.name(), truth, predicted)?;
        require_probabilities(self.name(), "true", truth)?;
        if self.from_logits { Ok(()) } else { require_probabilities(self.name(), "predicted", predicted) }
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        over_outputs(truth, predicted, slope, |y, output| {
            if self.from_logits {
                let (probability, log) = sigmoid_and_log(output);
                return (output.max(0.0) - y * output + log, probability - y);
            }
            // Infinity would become a sure answer.
            let p = if output.is_finite() { output.clamp(CLIP, 1.0 - CLIP) } else { f64::NAN };
            (-(y * p.ln() + (1.0 - y) * (-p).ln_1p()), (p - y) / (p * (1.0 - p)))
        })
    }
}

impl Kinds for BinaryCrossEntropy {
    const KINDS: &'static [&'static str] = &["BINARY_PROBABILITY", "BINARY_LOGIT"];

    fn kind(&self) -> usize {
        usize::from(self.from_logits)
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for BinaryCrossEntropy {
    fn samples() -> Vec<Self> {
        vec![BinaryCrossEntropy { from_logits: false }, BinaryCrossEntropy { from_logits: true }]
    }
}
