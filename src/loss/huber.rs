//! Huber's loss: squared near zero, absolute far out.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{Loss, over_outputs, require_same_shape, unknown};
use crate::by_name::by_name;
use crate::check::positive;
use crate::closed_set::Kinds;
use crate::error::Result;

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

by_name! {
    /// The loss with its default threshold 1, so that the bare name serves as a value.
    Huber = Huber { threshold: 1.0 }
}

impl Loss for Huber {
    fn name(&self) -> &'static str {
        "Huber loss"
    }

    fn check_parameters(&self) -> Result<()> {
        positive("threshold of the Huber loss", self.threshold)
    }

    fn check(&self, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
        self.check_parameters()?;
        require_same_shape(self.name(), truth, predicted)
    }

    fn formula(&self, truth: &[f64], predicted: &[f64], slope: &mut [f64]) -> f64 {
        let t = self.threshold;
        if self.check_parameters().is_err() {
            return unknown(slope);
        }
        over_outputs(truth, predicted, slope, |y, guess| {
            let residual = guess - y;
            let loss = if residual.abs() <= t { 0.5 * residual * residual } else { t * residual.abs() - 0.5 * t * t };
            (loss, residual.clamp(-t, t))
        })
    }
}

impl Kinds for Huber {
    const KINDS: &'static [&'static str] = &["HUBER"];

    fn parameter(&self) -> f32 {
        self.threshold as f32
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Huber {
    fn samples() -> Vec<Self> {
        vec![Huber { threshold: 0.7 }]
    }
}
