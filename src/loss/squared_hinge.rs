//! Squared hinge loss of two classes.

use ndarray::ArrayView2;

use super::Loss;
use super::hinge::{require_signs, shortfall};
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SquaredHinge;

impl Loss for SquaredHinge {
    fn name(&self) -> &'static str {
        "squared hinge loss"
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        require_signs(self.name(), truth, predicted)
    }

    fn example(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        let outputs = predicted.len() as f64;
        let mut sum = 0.0;
        for ((y, score), slope) in truth.iter().zip(predicted).zip(slope) {
            let (sign, short) = shortfall(*y, *score);
            sum += short * short;
            *slope = -2.0 * sign * short / outputs;
        }
        sum / outputs
    }
}
