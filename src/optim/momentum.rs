//! Momentum: steps that remember where they were going.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Nesterov, Optimizer, Schedule, State};
use crate::check::share;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// v ← μv − εg, w ← w + v, from v = 0: the second lecture's form and Keras' (slide B21).
///
/// Along a steady slope the step grows to ε/(1 − μ) times the gradient; where the gradient turns to and fro it cancels.
/// PyTorch keeps ε out of v (v ← μv + g, w ← w − εv): the same numbers as long as ε stays the same.
/// [`AveragedMomentum`](super::AveragedMomentum) is the first lecture's form. Source: Polyak (1964), *Some methods of
/// speeding up the convergence of iteration methods*.
///
/// ```
/// use gradus::optim::{Sgd, Optimizer};
/// let momentum = Sgd::new(0.1).momentum(0.9);
/// let (mut state, mut weights) = (momentum.state(1), [0.0_f64]);
/// for _ in 0..200 {
///     momentum.descend(&mut state, &mut weights, &[1.0])?;
/// }
/// assert!((state.slot(0)[0] + 1.0).abs() < 1e-8); // ten times the plain step
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Momentum {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// μ, the share of the last step that stays: 0.9 is usual.
    pub momentum: f64,
}

impl Momentum {
    /// With this learning rate and μ.
    pub fn new(learning_rate: impl Into<Schedule>, momentum: f64) -> Self {
        Momentum { learning_rate: learning_rate.into(), momentum }
    }

    /// With the gradient looked at further ahead.
    pub fn nesterov(self) -> Nesterov {
        Nesterov { learning_rate: self.learning_rate, momentum: self.momentum }
    }
}

impl Optimizer for Momentum {
    fn name(&self) -> &'static str {
        "momentum"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        1
    }

    fn check(&self) -> Result<()> {
        self.learning_rate.check()?;
        share("momentum", self.momentum)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (_, slots) = state.advance(parameters, gradient)?;
        let momentum = F::of(self.momentum);
        for_each(parameters, gradient, slots, move |w, g, [v]| {
            *v = momentum * *v - rate * g;
            *w += *v;
        });
        Ok(())
    }
}

impl Kinds for Momentum {
    const KINDS: &'static [&'static str] = &["MOMENTUM"];
}

impl on_device::Coefficients for Momentum {
    fn coefficients(&self, _t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        padded(&[rate, self.momentum])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Momentum {
    fn samples() -> Vec<Self> {
        vec![Momentum::new(0.1, 0.9)]
    }
}
