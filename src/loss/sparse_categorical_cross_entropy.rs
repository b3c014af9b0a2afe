//! Categorical cross-entropy for class numbers.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{CLIP, Loss, class_among, log_sum_exp, require_classes, require_distributions, unknown};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;

/// −ln p of the true class, given by its number (n values for n × k predictions): the value of
/// [`CategoricalCrossEntropy`](struct@super::CategoricalCrossEntropy) without its zeros. From logits: ln Σₖ e^zₖ − z of the
/// class.
///
/// ```
/// use gradus::loss::{Loss, SparseCategoricalCrossEntropy};
/// use gradus::prelude::*;
/// let value = SparseCategoricalCrossEntropy.value(&array![1.0], &array![[0.2, 0.5, 0.3]])?;
/// assert!((value - 2.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SparseCategoricalCrossEntropy {
    /// Whether the predictions are scores before the softmax.
    pub from_logits: bool,
}

by_name! {
    /// The loss of probabilities, so that the bare name serves as a value: `from_logits` is false.
    SparseCategoricalCrossEntropy = SparseCategoricalCrossEntropy { from_logits: false }
}

impl Loss for SparseCategoricalCrossEntropy {
    fn name(&self) -> &'static str {
        "sparse categorical cross-entropy"
    }

    fn is_for_classes(&self) -> bool {
        true
    }

    fn takes_class_numbers(&self) -> bool {
        true
    }

    fn is_mean_over_outputs(&self) -> bool {
        false
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_classes(self.name(), truth, predicted)?;
        if self.from_logits { Ok(()) } else { require_distributions(self.name(), "predicted", predicted) }
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        let Some(class) = class_among(truth, predicted, slope) else { return unknown(slope) };
        if self.from_logits {
            let log_sum = log_sum_exp(predicted);
            for (slope, score) in slope.iter_mut().zip(predicted) {
                *slope = (score - log_sum).exp();
            }
            slope[class] -= 1.0;
            return log_sum - predicted[class];
        }
        let p = predicted[class].clamp(CLIP, 1.0);
        slope.fill(0.0);
        slope[class] = -1.0 / p;
        -p.ln()
    }
}

impl Kinds for SparseCategoricalCrossEntropy {
    const KINDS: &'static [&'static str] = &["SPARSE_PROBABILITY", "SPARSE_LOGIT"];

    fn kind(&self) -> usize {
        usize::from(self.from_logits)
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for SparseCategoricalCrossEntropy {
    fn samples() -> Vec<Self> {
        vec![SparseCategoricalCrossEntropy { from_logits: false }, SparseCategoricalCrossEntropy { from_logits: true }]
    }
}
