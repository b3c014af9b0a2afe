//! Linear annealing: the rate falls in a straight line and then stays.

use serde::{Deserialize, Serialize};

use crate::check::{at_least, not_negative, positive};
use crate::error::Result;

/// (1 − α)ε₀ + αε_τ with α = k/τ, and ε_τ from step τ on: slide B20.
///
/// The slide leaves α undefined, and its code, `SGD(decay=1e-6)`, is another schedule:
/// [`InverseTimeDecay`](super::InverseTimeDecay). Source: Goodfellow, Bengio, Courville (2016), *Deep learning*, section
/// 8.3.1, which advises ε_τ = ε₀/100.
///
/// ```
/// use gradus::optim::schedule::LinearAnnealing;
/// let schedule = LinearAnnealing::new(0.5, 0.25, 100);
/// assert_eq!([0, 50, 100, 500].map(|step| schedule.rate(step)), [0.5, 0.375, 0.25, 0.25]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearAnnealing {
    /// ε₀, the rate at the start.
    pub initial: f64,
    /// ε_τ, the rate at the end.
    pub last: f64,
    /// τ, the step from which on it stays.
    pub tau: u64,
}

impl LinearAnnealing {
    /// From `initial` to `last` in τ steps.
    pub fn new(initial: f64, last: f64, tau: u64) -> Self {
        LinearAnnealing { initial, last, tau }
    }

    /// The rate of this step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        let alpha = (step as f64 / self.tau.max(1) as f64).min(1.0);
        (1.0 - alpha) * self.initial + alpha * self.last
    }

    pub(super) fn check(&self) -> Result<()> {
        positive("initial rate of the linear annealing", self.initial)?;
        not_negative("last rate of the linear annealing", self.last)?;
        at_least("tau of the linear annealing", 1, self.tau)
    }
}
