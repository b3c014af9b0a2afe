//! Hinge loss of several classes, for the worst of the wrong ones.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{Loss, class_of, require_classes};
use crate::error::Result;

/// max(0, sⱼ − s + 1) for the wrong class j with the highest score, where s is the true class' score: `categorical_hinge` of
/// Keras and `hinge_loss` of scikit-learn. Derivative: 1 for that class and −1 for the true one. Crammer and Singer (2001),
/// *On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines*. Classes are numbers or one-hot rows.
///
/// ```
/// use gradus::loss::{CrammerSingerHinge, Loss};
/// use gradus::prelude::*;
/// assert_eq!(CrammerSingerHinge.value(&array![0.0], &array![[2.0, 1.5, 3.0]])?, 2.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrammerSingerHinge;

impl Loss for CrammerSingerHinge {
    fn name(&self) -> &'static str {
        "Crammer–Singer hinge loss"
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_classes(self.name(), truth, predicted)
    }

    fn example(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        let class = class_of(truth);
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
