//! Step decay: the rate falls at once, after a number of steps.

use serde::{Deserialize, Serialize};

use crate::check::{at_least, positive};
use crate::error::Result;

/// ε₀ γ^⌊k/n⌋: after every n steps the rate is γ times what it was.
///
/// ```
/// use gradus::optim::schedule::StepDecay;
/// let schedule = StepDecay::new(0.1, 0.5, 10);
/// assert_eq!([0, 9, 10, 25].map(|step| schedule.rate(step)), [0.1, 0.1, 0.05, 0.025]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepDecay {
    /// ε₀, the rate at the start.
    pub initial: f64,
    /// γ, what the rate is multiplied by.
    pub factor: f64,
    /// n, the steps between.
    pub every: u64,
}

impl StepDecay {
    /// From `initial` on, multiplied by `factor` after each `every` steps.
    pub fn new(initial: f64, factor: f64, every: u64) -> Self {
        StepDecay { initial, factor, every }
    }

    /// The rate of this step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        self.initial * self.factor.powf((step / self.every.max(1)) as f64)
    }

    pub(super) fn check(&self) -> Result<()> {
        positive("initial rate of the step decay", self.initial)?;
        positive("factor of the step decay", self.factor)?;
        at_least("steps of the step decay", 1, self.every)
    }
}
