//! Huber's loss: squared near zero, absolute far out.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{Loss, over_outputs, require_same_shape};
use crate::error::{Error, Result};

/// With r = ŷ − y, the mean over the outputs of ½r² where |r| ≤ t, and t|r| − ½t² beyond; derivative r, and t sign(r)
/// beyond. An outlier pulls with the strength t at most. P. J. Huber (1964), *Robust Estimation of a Location Parameter*;
/// slide A33.
///
/// ```
/// use gradus::loss::{Huber, Loss};
/// use gradus::prelude::*;
/// let huber = Huber { threshold: 1.0 };
/// assert_eq!(huber.losses(&array![0.0, 0.0], &array![0.5, 10.0])?, array![0.125, 9.5]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Huber {
    /// t, in the unit of the target. The default 1 suits standardized targets, and is that of Keras and PyTorch.
    pub threshold: f64,
}

impl Default for Huber {
    fn default() -> Self {
        Self { threshold: 1.0 }
    }
}

impl Loss for Huber {
    fn name(&self) -> &'static str {
        "Huber loss"
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        if !(self.threshold > 0.0 && self.threshold.is_finite()) {
            let (value, requirement) = (self.threshold.to_string(), "positive".into());
            return Err(Error::Parameter { parameter: "threshold", value, requirement });
        }
        require_same_shape(self.name(), truth, predicted)
    }

    fn example(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        let t = self.threshold;
        over_outputs(truth, predicted, slope, |y, guess| {
            let residual = guess - y;
            let loss = if residual.abs() <= t { 0.5 * residual * residual } else { t * residual.abs() - 0.5 * t * t };
            (loss, residual.clamp(-t, t))
        })
    }
}
