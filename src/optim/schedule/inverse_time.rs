//! Inverse-time decay: the `decay` of Keras 2, fast at first and then ever slower.

use serde::{Deserialize, Serialize};

use crate::check::{not_negative, positive};
use crate::error::Result;

/// ε₀ / (1 + γk): half of ε₀ after 1/γ steps.
///
/// This is what `SGD(decay=1e-6)` on slide B20 runs; the slide's formula is [`LinearAnnealing`](super::LinearAnnealing).
///
/// ```
/// use gradus::optim::schedule::InverseTimeDecay;
/// let schedule = InverseTimeDecay::new(0.01, 0.001);
/// assert_eq!((schedule.rate(0), schedule.rate(1000)), (0.01, 0.005));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InverseTimeDecay {
    /// ε₀, the rate at the start.
    pub initial: f64,
    /// γ, in 1/steps.
    pub decay: f64,
}

impl InverseTimeDecay {
    /// From `initial` down with this decay a step.
    pub fn new(initial: f64, decay: f64) -> Self {
        InverseTimeDecay { initial, decay }
    }

    /// The rate of this step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        self.initial / (1.0 + self.decay * step as f64)
    }

    pub(super) fn check(&self) -> Result<()> {
        positive("initial rate of the inverse-time decay", self.initial)?;
        not_negative("decay of the inverse-time decay", self.decay)
    }
}
