//! Hinge loss of several classes, for the worst of the wrong ones.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{Loss, class_among, require_classes, unknown};
use crate::closed_set::Kinds;
use crate::error::Result;

/// max(0, sⱼ − s + 1) for the wrong class j with the highest score, where s is the true class' score: `hinge_loss` of
/// scikit-learn. Derivative: 1 for that class and −1 for the true one. Crammer and Singer (2001), *On the Algorithmic
/// Implementation of Multiclass Kernel-based Vector Machines*. Classes are numbers or one-hot rows.
///
/// Keras' `categorical_hinge` is max(0, n − Σ yⱼsⱼ + 1) with n = max((1 − yⱼ)sⱼ) over all classes, in which the true class
/// stands as 0. It is the same where a wrong score is at least 0; where all of them are negative, Keras takes 0 in place of
/// the highest, and its loss is the larger one.
///
/// ```
/// use gradus::loss::{CrammerSingerHinge, Loss};
/// use gradus::prelude::*;
/// assert_eq!(CrammerSingerHinge.value(&array![0.0], &array![[2.0, 1.5, 3.0]])?, 2.0);
/// // Keras: max(0, 0 − 0.5 + 1) = 0.5.
/// assert_eq!(CrammerSingerHinge.value(&array![0.0], &array![[0.5, -1.0, -2.0]])?, 0.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrammerSingerHinge;

impl Loss for CrammerSingerHinge {
    fn name(&self) -> &'static str {
        "Crammer–Singer hinge loss"
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
        slope.fill(0.0);
        let others = predicted.iter().enumerate().filter(|(other, _)| *other != class);
        let Some((worst, score)) = others.max_by(|(_, a), (_, b)| a.total_cmp(b)) else { return 0.0 };
        let short = score - predicted[class] + 1.0;
        if short > 0.0 {
            (slope[worst], slope[class]) = (1.0, -1.0);
        }
        short.max(0.0)
    }
}

impl Kinds for CrammerSingerHinge {
    const KINDS: &'static [&'static str] = &["CRAMMER_SINGER"];
}

#[cfg(test)]
impl crate::closed_set::Samples for CrammerSingerHinge {
    fn samples() -> Vec<Self> {
        vec![CrammerSingerHinge]
    }
}
