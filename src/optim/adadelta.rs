//! Adadelta: steps in the unit of the parameters, from averages of gradients and of steps.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Optimizer, Schedule, State};
use crate::by_name::by_name;
use crate::check::{positive, share};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// s ← ρs + (1 − ρ)g², Δ = −g √(d + δ) / √(s + δ), d ← ρd + (1 − ρ)Δ², w ← w + εΔ, from s = d = 0.
///
/// The ratio of the roots has the unit of the parameters over that of the gradient, so that no learning rate is needed:
/// ε = 1 is the paper's and PyTorch's, 0.001 Keras' default. δ = 1e-7, as Keras, stands inside both roots (PyTorch 1e-6).
/// Source: Zeiler (2012), *Adadelta: an adaptive learning rate method*; slide B19.
///
/// ```
/// use gradus::optim::{Adadelta, Optimizer};
/// let adadelta = Adadelta::new(1.0);
/// let mut weights = [0.0_f64];
/// adadelta.descend(&mut adadelta.state(1), &mut weights, &[1.0])?;
/// assert!((weights[0] + (1e-7_f64 / 0.0500001).sqrt()).abs() < 1e-12); // it begins slowly
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adadelta {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// ρ, the weight of the past.
    pub rho: f64,
    /// δ, inside the roots.
    pub epsilon: f64,
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `Adadelta::new(0.001)`.
    Adadelta = Adadelta { learning_rate: Schedule::Constant(0.001), rho: 0.95, epsilon: 1e-7 }
}

impl Adadelta {
    /// With this learning rate, and Keras' ρ = 0.95.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        Adadelta { learning_rate: learning_rate.into(), ..Adadelta }
    }

    /// With this ρ.
    #[must_use]
    pub fn rho(self, rho: f64) -> Self {
        Adadelta { rho, ..self }
    }

    /// With this δ.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Adadelta { epsilon, ..self }
    }
}

impl Optimizer for Adadelta {
    fn name(&self) -> &'static str {
        "Adadelta"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        2
    }

    fn check(&self) -> Result<()> {
        self.learning_rate.check()?;
        share("rho", self.rho)?;
        positive("epsilon", self.epsilon)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (_, slots) = state.advance(parameters, gradient)?;
        let (rho, rest, epsilon) = (F::of(self.rho), F::of(1.0 - self.rho), F::of(self.epsilon));
        for_each(parameters, gradient, slots, move |w, g, [s, d]| {
            *s = rho * *s + rest * g * g;
            let step = (*d + epsilon).sqrt() * g / (*s + epsilon).sqrt();
            *d = rho * *d + rest * step * step;
            *w -= rate * step;
        });
        Ok(())
    }
}

impl Kinds for Adadelta {
    const KINDS: &'static [&'static str] = &["ADADELTA"];
}

impl on_device::Coefficients for Adadelta {
    fn coefficients(&self, _t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        padded(&[rate, self.rho, 1.0 - self.rho, self.epsilon])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Adadelta {
    fn samples() -> Vec<Self> {
        vec![Adadelta::new(1.0)]
    }
}
