//! Exponential decay: the rate falls by the same share in every step.

use serde::{Deserialize, Serialize};

use crate::check::{at_least, positive};
use crate::error::Result;

/// ε₀ γ^(k/n): γ times smaller after n steps, and in equal shares between. Keras' `ExponentialDecay`.
///
/// ```
/// use gradus::optim::schedule::ExponentialDecay;
/// let schedule = ExponentialDecay::new(0.1, 0.25, 100);
/// assert_eq!((schedule.rate(0), schedule.rate(50)), (0.1, 0.05));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExponentialDecay {
    /// ε₀, the rate at the start.
    pub initial: f64,
    /// γ, what the rate is multiplied by in `steps` steps.
    pub factor: f64,
    /// n, the steps that it takes.
    pub steps: u64,
}

impl ExponentialDecay {
    /// From `initial` to `factor` times as much in `steps` steps, and so on.
    pub fn new(initial: f64, factor: f64, steps: u64) -> Self {
        ExponentialDecay { initial, factor, steps }
    }

    /// The rate of this step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        self.initial * self.factor.powf(step as f64 / self.steps.max(1) as f64)
    }

    pub(super) fn check(&self) -> Result<()> {
        positive("initial rate of the exponential decay", self.initial)?;
        positive("factor of the exponential decay", self.factor)?;
        at_least("steps of the exponential decay", 1, self.steps)
    }
}
