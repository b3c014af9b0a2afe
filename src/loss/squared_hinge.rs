//! Squared hinge loss of two classes.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::hinge::{require_signs, shortfall};
use super::{Loss, over_outputs};
use crate::closed_set::Kinds;
use crate::error::Result;

/// max(0, 1 − ys)² for the score s and the class y = ±1, the mean over the outputs; derivative −2y max(0, 1 − ys). Without
/// the hinge's kink, and harder on large mistakes. Classes as for [`Hinge`](super::Hinge).
///
/// ```
/// use gradus::loss::{Loss, SquaredHinge};
/// use gradus::prelude::*;
/// assert_eq!(SquaredHinge.losses(&array![1.0, -1.0, 1.0], &array![2.0, -0.5, -1.0])?, array![0.0, 0.25, 4.0]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SquaredHinge;

impl Loss for SquaredHinge {
    fn name(&self) -> &'static str {
        "squared hinge loss"
    }

    fn is_for_classes(&self) -> bool {
        true
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_signs(self.name(), truth, predicted)
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        over_outputs(truth, predicted, slope, |y, score| {
            let (sign, short) = shortfall(y, score);
            (short * short, -2.0 * sign * short)
        })
    }
}

impl Kinds for SquaredHinge {
    const KINDS: &'static [&'static str] = &["SQUARED_HINGE"];
}

#[cfg(test)]
impl crate::closed_set::Samples for SquaredHinge {
    fn samples() -> Vec<Self> {
        vec![SquaredHinge]
    }
}
