//! Schedules: the learning rate over the steps. From simple to rich.
//!
//! | schedule | rate at step k, counted from 0 | file | slide |
//! |---|---|---|---|
//! | [`Schedule::Constant`] | ε₀ | here: a plain number | A14 |
//! | [`StepDecay`] | ε₀ γ^⌊k/n⌋ | `step.rs` | – |
//! | [`ExponentialDecay`] | ε₀ γ^(k/n) | `exponential.rs` | – |
//! | [`InverseTimeDecay`] | ε₀ / (1 + γk) | `inverse_time.rs` | B20 |
//! | [`LinearAnnealing`] | (1 − α)ε₀ + αε_τ, α = k/τ | `linear.rs` | B20 |
//! | [`CosineAnnealing`] | half a cosine from ε₀ down | `cosine.rs` | – |
//! | [`WarmUp`] | up to another schedule in a straight line | `warm_up.rs` | – |
//! | [`struct@ReduceOnPlateau`] | lower whenever a metric no longer improves | `reduce_on_plateau.rs` | – |
//!
//! Steps are updates of the parameters, not epochs. The last is no [`Schedule`], since it needs a metric: it changes the
//! rate between epochs.

mod cosine;
mod exponential;
mod inverse_time;
mod linear;
mod reduce_on_plateau;
mod step;
#[cfg(test)]
mod tests;
mod warm_up;

pub use cosine::CosineAnnealing;
pub use exponential::ExponentialDecay;
pub use inverse_time::InverseTimeDecay;
pub use linear::LinearAnnealing;
pub use reduce_on_plateau::{Plateau, ReduceOnPlateau};
pub use step::StepDecay;
pub use warm_up::WarmUp;

use serde::{Deserialize, Serialize};

use crate::check::positive;
use crate::error::Result;

/// A learning rate over the steps; a plain number is the constant one.
///
/// ```
/// use gradus::optim::schedule::{LinearAnnealing, WarmUp};
/// use gradus::optim::{Adam, Schedule};
/// let adam = Adam::new(0.001); // the same in every step
/// let annealed = Adam::new(LinearAnnealing::new(0.1, 0.001, 1000));
/// let rate = Schedule::from(WarmUp::new(10, 0.1));
/// assert_eq!((rate.rate(0), rate.rate(9), rate.rate(500)), (0.01, 0.1, 0.1));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Schedule {
    /// The same rate in every step.
    Constant(f64),
    /// [`StepDecay`].
    Step(StepDecay),
    /// [`ExponentialDecay`].
    Exponential(ExponentialDecay),
    /// [`InverseTimeDecay`].
    InverseTime(InverseTimeDecay),
    /// [`LinearAnnealing`].
    Linear(LinearAnnealing),
    /// [`CosineAnnealing`].
    Cosine(CosineAnnealing),
    /// [`WarmUp`] before another.
    WarmUp(WarmUp),
}

impl Schedule {
    /// The learning rate of this step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        match self {
            Schedule::Constant(rate) => *rate,
            Schedule::Step(schedule) => schedule.rate(step),
            Schedule::Exponential(schedule) => schedule.rate(step),
            Schedule::InverseTime(schedule) => schedule.rate(step),
            Schedule::Linear(schedule) => schedule.rate(step),
            Schedule::Cosine(schedule) => schedule.rate(step),
            Schedule::WarmUp(schedule) => schedule.rate(step),
        }
    }

    /// Refuses rates, factors and lengths that no schedule has.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) with the parameter, its value and its range.
    pub fn check(&self) -> Result<()> {
        match self {
            Schedule::Constant(rate) => positive("learning_rate", *rate),
            Schedule::Step(schedule) => schedule.check(),
            Schedule::Exponential(schedule) => schedule.check(),
            Schedule::InverseTime(schedule) => schedule.check(),
            Schedule::Linear(schedule) => schedule.check(),
            Schedule::Cosine(schedule) => schedule.check(),
            Schedule::WarmUp(schedule) => schedule.check(),
        }
    }
}

impl From<f64> for Schedule {
    fn from(rate: f64) -> Self {
        Schedule::Constant(rate)
    }
}

macro_rules! into_schedule {
    ($($variant:ident($name:ident)),*) => {$(
        impl From<$name> for Schedule {
            fn from(schedule: $name) -> Self {
                Schedule::$variant(schedule)
            }
        }
    )*};
}

into_schedule!(
    Step(StepDecay),
    Exponential(ExponentialDecay),
    InverseTime(InverseTimeDecay),
    Linear(LinearAnnealing),
    Cosine(CosineAnnealing),
    WarmUp(WarmUp)
);
