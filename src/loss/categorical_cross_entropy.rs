//! Categorical cross-entropy: the cost of softmax regression, for one-hot or soft labels.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{CLIP, Loss, all_finite, log_sum_exp, require_distributions, require_same_shape, unknown};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;

/// −Σ yⱼ ln pⱼ over the classes; derivative −yⱼ / pⱼ. Slide A33 calls it "sparse", which is the form with class numbers:
/// [`SparseCategoricalCrossEntropy`](struct@super::SparseCategoricalCrossEntropy).
///
/// From logits z it is Σ yⱼ (ln Σₖ e^zₖ − zⱼ), with the derivative softmax(z) − y. Probabilities are kept ε = 2.2·10⁻¹⁶
/// away from 0.
///
/// ```
/// use gradus::loss::{CategoricalCrossEntropy, Loss};
/// use gradus::prelude::*;
/// let truth = array![[0.0, 1.0, 0.0]];
/// let value = CategoricalCrossEntropy.value(&truth, &array![[0.2, 0.5, 0.3]])?;
/// assert!((value - 2.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoricalCrossEntropy {
    /// Whether the predictions are scores before the softmax.
    pub from_logits: bool,
}

by_name! {
    /// The loss of probabilities, so that the bare name serves as a value: `from_logits` is false.
    CategoricalCrossEntropy = CategoricalCrossEntropy { from_logits: false }
}

impl Loss for CategoricalCrossEntropy {
    fn name(&self) -> &'static str {
        "categorical cross-entropy"
    }

    fn is_for_classes(&self) -> bool {
        true
    }

    fn is_mean_over_outputs(&self) -> bool {
        false
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_same_shape(self.name(), truth, predicted)?;
        require_distributions(self.name(), "true", truth)?;
        if self.from_logits { Ok(()) } else { require_distributions(self.name(), "predicted", predicted) }
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        if truth.len() != predicted.len() || slope.len() != predicted.len() || !all_finite(predicted) {
            return unknown(slope);
        }
        let classes = truth.iter().zip(predicted).zip(slope);
        if self.from_logits {
            let (log_sum, whole) = (log_sum_exp(predicted), truth.iter().sum::<f64>());
            return classes.fold(0.0, |sum, ((y, score), slope)| {
                *slope = whole * (score - log_sum).exp() - y;
                sum + y * (log_sum - score)
            });
        }
        classes.fold(0.0, |sum, ((y, p), slope)| {
            let p = p.clamp(CLIP, 1.0);
            *slope = -y / p;
            sum - y * p.ln()
        })
    }
}

impl Kinds for CategoricalCrossEntropy {
    const KINDS: &'static [&'static str] = &["CATEGORICAL_PROBABILITY", "CATEGORICAL_LOGIT"];

    fn kind(&self) -> usize {
        usize::from(self.from_logits)
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for CategoricalCrossEntropy {
    fn samples() -> Vec<Self> {
        vec![CategoricalCrossEntropy { from_logits: false }, CategoricalCrossEntropy { from_logits: true }]
    }
}
