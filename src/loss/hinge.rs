//! Hinge loss of two classes.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{Loss, over_outputs, require_same_shape};
use crate::closed_set::Kinds;
use crate::error::{Error, Result};

/// max(0, 1 − ys) for the score s and the class y = ±1, the mean over the outputs; derivative −y inside the margin, else 0.
/// Classes may be −1 and 1, or 0 and 1. Cortes and Vapnik (1995), *Support-Vector Networks*.
///
/// ```
/// use gradus::loss::{Hinge, Loss};
/// use gradus::prelude::*;
/// assert_eq!(Hinge.losses(&array![1.0, 0.0, 1.0], &array![2.0, -0.5, -1.0])?, array![0.0, 0.5, 2.0]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hinge;

impl Loss for Hinge {
    fn name(&self) -> &'static str {
        "hinge loss"
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
            // Where it is 0 or NaN, the derivative is that too.
            (short, if short > 0.0 { -sign } else { short })
        })
    }
}

/// The class as ±1, and by how much the score misses the margin: max(0, 1 − ys), NaN for a score that is not finite.
pub(super) fn shortfall(y: f64, score: f64) -> (f64, f64) {
    let sign = if y == 0.0 { -1.0 } else { y };
    let margin = sign * score;
    // `max` would take 0 before NaN.
    (sign, if margin.is_finite() { (1.0 - margin).max(0.0) } else { f64::NAN })
}

/// Refuses classes that are not all ±1 or all 0 and 1.
pub(super) fn require_signs(loss: &str, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
    require_same_shape(loss, truth, predicted)?;
    let other = truth.indexed_iter().find(|(_, y)| ![-1.0, 0.0, 1.0].contains(*y));
    if let Some(((row, _), y)) = other {
        return Err(Error::Data(format!("the {loss} needs the classes -1 and 1, or 0 and 1, but row {row} has {y}")));
    }
    if truth.iter().any(|y| *y == 0.0) && truth.iter().any(|y| *y == -1.0) {
        return Err(Error::Data(format!("the {loss} needs two classes, but there are -1, 0 and 1")));
    }
    Ok(())
}

impl Kinds for Hinge {
    const KINDS: &'static [&'static str] = &["HINGE"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Hinge {
    fn samples() -> Vec<Self> {
        vec![Hinge]
    }
}
