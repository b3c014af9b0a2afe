//! Adamax: Adam with the largest recent gradient as its divisor.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Optimizer, Schedule, State, check_adam};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// m ← β₁m + (1 − β₁)g, u ← max(β₂u, |g|), w ← w − ε m̂/(u + δ), m̂ = m/(1 − β₁ᵗ), from m = u = 0.
///
/// δ (`epsilon`) is 1e-7 as in Keras; the paper has none, and PyTorch takes 1e-8 into u, max(β₂u, |g| + δ), which is the same
/// but for gradients that are hardly larger than δ. Source: Kingma, Ba (2015), section 7.1; slide B19.
///
/// ```
/// use gradus::optim::{Adamax, Optimizer};
/// let adamax = Adamax::new(0.001);
/// let mut weights = [0.0_f64];
/// adamax.descend(&mut adamax.state(1), &mut weights, &[5.0])?;
/// assert!((weights[0] + 0.001).abs() < 1e-10);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adamax {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// β₁, the weight of the past in the average of g.
    pub beta_1: f64,
    /// β₂, the weight of the past in the greatest |g|.
    pub beta_2: f64,
    /// ε, which keeps the quotient finite.
    pub epsilon: f64,
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `Adamax::new(0.001)`.
    Adamax = Adamax {
        learning_rate: Schedule::Constant(0.001),
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
    }
}

impl Adamax {
    /// With this learning rate, Keras' default is 0.001, and β₁ = 0.9, β₂ = 0.999, ε = 1e-7.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        Adamax { learning_rate: learning_rate.into(), ..Adamax }
    }

    /// With these β₁ and β₂.
    #[must_use]
    pub fn betas(self, beta_1: f64, beta_2: f64) -> Self {
        Adamax { beta_1, beta_2, ..self }
    }

    /// With this ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Adamax { epsilon, ..self }
    }
}

impl Optimizer for Adamax {
    fn name(&self) -> &'static str {
        "Adamax"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        2
    }

    fn check(&self) -> Result<()> {
        check_adam(&self.learning_rate, [self.beta_1, self.beta_2], self.epsilon)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (t, slots) = state.advance(parameters, gradient)?;
        let (rest_1, beta_2, epsilon) = (F::of(1.0 - self.beta_1), F::of(self.beta_2), F::of(self.epsilon));
        let rate = F::of(rate.as_f64() / (1.0 - self.beta_1.powf(t)));
        for_each(parameters, gradient, slots, move |w, g, [m, u]| {
            *m += (g - *m) * rest_1;
            let (past, size) = (beta_2 * *u, g.abs());
            // Asked in this direction, so that NaN comes through.
            *u = if past > size { past } else { size };
            *w -= rate * *m / (*u + epsilon);
        });
        Ok(())
    }
}

impl Kinds for Adamax {
    const KINDS: &'static [&'static str] = &["ADAMAX"];
}

impl on_device::Coefficients for Adamax {
    fn coefficients(&self, t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        padded(&[1.0 - self.beta_1, self.beta_2, self.epsilon, rate / (1.0 - self.beta_1.powf(t))])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Adamax {
    fn samples() -> Vec<Self> {
        vec![Adamax::new(0.01)]
    }
}
