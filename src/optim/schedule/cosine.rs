//! Cosine annealing: slow, fast, slow; once, or again and again.

use serde::{Deserialize, Serialize};

use crate::check::{at_least, not_negative, positive};
use crate::error::Result;

/// ε_n + ½(ε₀ − ε_n)(1 + cos(πk/n)), and the last rate ε_n from step n on; with restarts from ε₀ again every n steps.
///
/// ε_n is 0 unless given. Source: Loshchilov, Hutter (2017), *SGDR: stochastic gradient descent with warm restarts*.
///
/// ```
/// use gradus::optim::schedule::CosineAnnealing;
/// let schedule = CosineAnnealing::new(0.5, 100);
/// assert_eq!((schedule.rate(0), schedule.rate(100), schedule.rate(150)), (0.5, 0.0, 0.0));
/// assert!((schedule.rate(50) - 0.25).abs() < 1e-15);
/// assert_eq!(schedule.restarts().rate(100), 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CosineAnnealing {
    /// ε₀, the rate at the start.
    pub initial: f64,
    /// ε_n, the rate at the end.
    pub last: f64,
    /// n, the steps of half a cosine.
    pub steps: u64,
    /// Whether it begins again after them.
    pub restarts: bool,
}

impl CosineAnnealing {
    /// From `initial` to 0 in `steps` steps.
    pub fn new(initial: f64, steps: u64) -> Self {
        CosineAnnealing { initial, last: 0.0, steps, restarts: false }
    }

    /// To this rate instead of 0.
    #[must_use]
    pub fn last(self, last: f64) -> Self {
        CosineAnnealing { last, ..self }
    }

    /// Again and again.
    #[must_use]
    pub fn restarts(self) -> Self {
        CosineAnnealing { restarts: true, ..self }
    }

    /// The rate of this step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        let steps = self.steps.max(1);
        let step = if self.restarts { step % steps } else { step.min(steps) };
        let share = 0.5 * (1.0 + (std::f64::consts::PI * step as f64 / steps as f64).cos());
        self.last + (self.initial - self.last) * share
    }

    pub(super) fn check(&self) -> Result<()> {
        positive("initial rate of the cosine annealing", self.initial)?;
        not_negative("last rate of the cosine annealing", self.last)?;
        at_least("steps of the cosine annealing", 1, self.steps)
    }
}
