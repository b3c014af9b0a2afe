//! Gradient descent: straight down the slope.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{AveragedMomentum, Momentum, Optimizer, Schedule, State};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// w ← w − εg. With a gradient of one example stochastic, of some mini-batch, of all batch gradient descent (slides A40, B19).
///
/// [`momentum`](Sgd::momentum) and [`averaged_momentum`](Sgd::averaged_momentum) add a memory.
///
/// ```
/// use gradus::optim::{Sgd, Optimizer};
/// let mut weights = [1.0_f32, 2.0];
/// let sgd = Sgd::new(0.1);
/// sgd.descend(&mut sgd.state(2), &mut weights, &[1.0, -1.0])?;
/// assert_eq!(weights, [0.9, 2.1]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sgd {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `Sgd::new(0.01)`.
    Sgd = Sgd { learning_rate: Schedule::Constant(0.01) }
}

impl Sgd {
    /// With this learning rate, a number or a schedule; Keras' default is 0.01.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        Sgd { learning_rate: learning_rate.into() }
    }

    /// With momentum as Keras has it: v ← μv − εg, w ← w + v.
    pub fn momentum(self, momentum: f64) -> Momentum {
        Momentum { learning_rate: self.learning_rate, momentum }
    }

    /// With momentum as slide A41 has it: v ← βv + (1 − β)g, w ← w − εv.
    pub fn averaged_momentum(self, beta: f64) -> AveragedMomentum {
        AveragedMomentum { learning_rate: self.learning_rate, beta }
    }
}

impl Optimizer for Sgd {
    fn name(&self) -> &'static str {
        "SGD"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        0
    }

    fn check(&self) -> Result<()> {
        self.learning_rate.check()
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (_, slots) = state.advance(parameters, gradient)?;
        for_each(parameters, gradient, slots, move |w, g, []| *w -= rate * g);
        Ok(())
    }
}

impl Kinds for Sgd {
    const KINDS: &'static [&'static str] = &["SGD"];
}

impl on_device::Coefficients for Sgd {
    fn coefficients(&self, _t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        padded(&[rate])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Sgd {
    fn samples() -> Vec<Self> {
        vec![Sgd::new(0.1)]
    }
}
