//! RMSprop: each gradient divided by the recent size of its kind.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Optimizer, Schedule, State, inside_and_beside};
use crate::by_name::by_name;
use crate::check::{positive, share};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// s ← ρs + (1 − ρ)g², w ← w − εg / √(s + δ), from s = 0.
///
/// `centered` takes the variance s − a² in place of s, where a ← ρa + (1 − ρ)g; with `momentum` μ the step goes through
/// v ← μv + εg/√…, w ← w − v. Defaults are Keras': ρ = 0.9, δ = 1e-7 inside the root. PyTorch's form is
/// `RmsProp::new(0.01).rho(0.99).epsilon(1e-8).epsilon_beside_root()`, which divides by √s + δ (with momentum and a schedule
/// it lets the rate of the step count for all of v); slide A41 shows no update, but its S is this s, with β₂ for ρ. Source:
/// Tieleman, Hinton (2012), *Lecture 6.5: rmsprop*.
///
/// ```
/// use gradus::optim::{RmsProp, Optimizer};
/// let rmsprop = RmsProp::new(0.001);
/// let mut weights = [0.0_f64, 0.0];
/// rmsprop.descend(&mut rmsprop.state(2), &mut weights, &[100.0, 0.1])?;
/// assert!((weights[0] + 0.001 / 0.1_f64.sqrt()).abs() < 1e-9); // whatever the gradient's size
/// assert!((weights[0] - weights[1]).abs() < 1e-6);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RmsProp {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// ρ, the weight of the past.
    pub rho: f64,
    /// μ, the share of the last step that stays; 0 is none.
    pub momentum: f64,
    /// δ, inside the root unless [`epsilon_beside_root`](Self::epsilon_beside_root) puts it beside.
    pub epsilon: f64,
    /// Whether δ is added to the root.
    #[serde(default)]
    pub beside_root: bool,
    /// Whether the variance of the gradients takes the place of their mean square.
    pub centered: bool,
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `RmsProp::new(0.001)`.
    RmsProp = RmsProp {
        learning_rate: Schedule::Constant(0.001),
        rho: 0.9,
        momentum: 0.0,
        epsilon: 1e-7,
        beside_root: false,
        centered: false,
    }
}

impl RmsProp {
    /// With this learning rate; Keras' default is 0.001.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        RmsProp { learning_rate: learning_rate.into(), ..RmsProp }
    }

    /// With this ρ.
    #[must_use]
    pub fn rho(self, rho: f64) -> Self {
        RmsProp { rho, ..self }
    }

    /// With this μ.
    #[must_use]
    pub fn momentum(self, momentum: f64) -> Self {
        RmsProp { momentum, ..self }
    }

    /// With this δ.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        RmsProp { epsilon, ..self }
    }

    /// With δ beside the root, √s + δ, as PyTorch has it.
    #[must_use]
    pub fn epsilon_beside_root(self) -> Self {
        RmsProp { beside_root: true, ..self }
    }

    /// With the variance of the gradients.
    #[must_use]
    pub fn centered(self) -> Self {
        RmsProp { centered: true, ..self }
    }
}

impl Optimizer for RmsProp {
    fn name(&self) -> &'static str {
        "RMSprop"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        if self.centered { 3 } else { 2 }
    }

    fn check(&self) -> Result<()> {
        self.learning_rate.check()?;
        share("rho", self.rho)?;
        share("momentum", self.momentum)?;
        positive("epsilon", self.epsilon)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (rho, rest) = (F::of(self.rho), F::of(1.0 - self.rho));
        let momentum = F::of(self.momentum);
        let [inside, beside] = inside_and_beside(self.epsilon, self.beside_root).map(F::of);
        if self.centered {
            let (_, slots) = state.advance(parameters, gradient)?;
            for_each(parameters, gradient, slots, move |w, g, [s, v, a]| {
                *s = rho * *s + rest * g * g;
                *a = rho * *a + rest * g;
                // Rounding can leave less than nothing of the variance of a gradient that stays the same.
                let difference = *s - *a * *a;
                let variance = if difference < F::zero() { F::zero() } else { difference };
                *v = momentum * *v + rate * g / ((variance + inside).sqrt() + beside);
                *w -= *v;
            });
        } else {
            let (_, slots) = state.advance(parameters, gradient)?;
            for_each(parameters, gradient, slots, move |w, g, [s, v]| {
                *s = rho * *s + rest * g * g;
                *v = momentum * *v + rate * g / ((*s + inside).sqrt() + beside);
                *w -= *v;
            });
        }
        Ok(())
    }
}

impl Kinds for RmsProp {
    const KINDS: &'static [&'static str] = &["RMSPROP", "RMSPROP_CENTERED"];

    fn kind(&self) -> usize {
        usize::from(self.centered)
    }
}

impl on_device::Coefficients for RmsProp {
    fn coefficients(&self, _t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        let [inside, beside] = inside_and_beside(self.epsilon, self.beside_root);
        padded(&[rate, self.rho, 1.0 - self.rho, self.momentum, inside, beside])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for RmsProp {
    fn samples() -> Vec<Self> {
        use super::schedule::{CosineAnnealing, WarmUp};
        vec![
            RmsProp::new(0.01),
            RmsProp::new(0.01).rho(0.99).epsilon(1e-8).epsilon_beside_root(),
            RmsProp::new(WarmUp::new(5, CosineAnnealing::new(0.01, 100))).momentum(0.5).centered(),
        ]
    }
}
