//! Warm-up: small steps first, while averages and batch statistics are still guesses.

use serde::{Deserialize, Serialize};

use super::Schedule;
use crate::check::at_least;
use crate::error::Result;

/// ε₀(k + 1)/n for the first n steps, where ε₀ is the first rate of the schedule that follows; then that schedule, from its
/// own start.
///
/// ```
/// use gradus::optim::schedule::{CosineAnnealing, WarmUp};
/// let schedule = WarmUp::new(4, CosineAnnealing::new(0.5, 100));
/// assert_eq!([0, 1, 3, 4, 104].map(|step| schedule.rate(step)), [0.125, 0.25, 0.5, 0.5, 0.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarmUp {
    /// n, the steps of the way up.
    pub steps: u64,
    /// What follows.
    pub then: Box<Schedule>,
}

impl WarmUp {
    /// Rises to this rate or schedule in `steps` steps.
    pub fn new(steps: u64, then: impl Into<Schedule>) -> Self {
        WarmUp { steps, then: Box::new(then.into()) }
    }

    /// The rate of this step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        match step.checked_sub(self.steps) {
            Some(step) => self.then.rate(step),
            None => self.then.rate(0) * (step + 1) as f64 / self.steps as f64,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        at_least("steps of the warm-up", 1, self.steps)?;
        self.then.check()
    }
}
