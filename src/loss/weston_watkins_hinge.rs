//! Hinge loss of several classes, summed over the wrong ones.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{Loss, class_among, require_classes, unknown};
use crate::closed_set::Kinds;
use crate::error::Result;

/// Σ over the wrong classes j of max(0, sⱼ − s + 1), where s is the true class' score: every wrong class that comes too near
/// costs. Derivative: 1 for each such class, minus their number for the true one. The lecture's (A33), after Weston and
/// Watkins (1999), *Support Vector Machines for Multi-Class Pattern Recognition*. PyTorch's `MultiMarginLoss` divides this
/// sum by the number of classes. Classes are numbers or one-hot rows.
///
/// ```
/// use gradus::loss::{Loss, WestonWatkinsHinge};
/// use gradus::prelude::*;
/// assert_eq!(WestonWatkinsHinge.value(&array![0.0], &array![[2.0, 1.5, 3.0]])?, 2.5);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WestonWatkinsHinge;

impl Loss for WestonWatkinsHinge {
    fn name(&self) -> &'static str {
        "Weston–Watkins hinge loss"
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
        require_classes(self.name(), truth, predicted)
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        let Some(class) = class_among(truth, predicted, slope) else { return unknown(slope) };
        let (mut sum, mut near) = (0.0, 0.0);
        for (other, (score, slope)) in predicted.iter().zip(slope.iter_mut()).enumerate() {
            let short = score - predicted[class] + 1.0;
            let costs = other != class && short > 0.0;
            *slope = if costs { 1.0 } else { 0.0 };
            if costs {
                (sum, near) = (sum + short, near + 1.0);
            }
        }
        slope[class] = -near;
        sum
    }
}

impl Kinds for WestonWatkinsHinge {
    const KINDS: &'static [&'static str] = &["WESTON_WATKINS"];
}

#[cfg(test)]
impl crate::closed_set::Samples for WestonWatkinsHinge {
    fn samples() -> Vec<Self> {
        vec![WestonWatkinsHinge]
    }
}
