//! Nadam: Adam with Nesterov's look ahead.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Optimizer, Schedule, State, check_adam};
use crate::by_name::by_name;
use crate::check::not_negative;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// [`Adam`](struct@super::Adam) in which m̂ holds the momentum of the coming step:
/// m̂ = μₜ₊₁m / (1 − μ₁…μₜ₊₁) + (1 − μₜ)g / (1 − μ₁…μₜ), where μₜ = β₁(1 − ½·0.96^(ψt)) grows towards β₁;
/// w ← w − ε m̂/(√v̂ + δ).
///
/// Defaults are Keras': ψ = 1, and δ (`epsilon`) = 1e-7 beside the corrected root. PyTorch's form is
/// `Nadam::new(0.002).epsilon(1e-8).momentum_decay(0.004)`. Source: Dozat (2016),
/// *Incorporating Nesterov momentum into Adam*; slide B19.
///
/// ```
/// use gradus::optim::{Nadam, Optimizer};
/// let nadam = Nadam::new(0.01);
/// let (mut state, mut weights) = (nadam.state(1), [1.0_f64]);
/// for _ in 0..400 {
///     let gradient = [2.0 * weights[0]];
///     nadam.descend(&mut state, &mut weights, &gradient)?;
/// }
/// assert!(weights[0].abs() < 1e-2);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nadam {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// β₁, the weight of the past in the average of g.
    pub beta_1: f64,
    /// β₂, the weight of the past in the average of g².
    pub beta_2: f64,
    /// ε, which keeps the quotient finite.
    pub epsilon: f64,
    /// ψ, how fast μₜ grows.
    #[serde(default = "keras_decay")]
    pub momentum_decay: f64,
}

/// What files have that do not say it.
fn keras_decay() -> f64 {
    1.0
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `Nadam::new(0.001)`.
    Nadam = Nadam {
        learning_rate: Schedule::Constant(0.001),
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
        momentum_decay: 1.0,
    }
}

impl Nadam {
    /// With this learning rate, Keras' default is 0.001, and β₁ = 0.9, β₂ = 0.999, ε = 1e-7.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        Nadam { learning_rate: learning_rate.into(), ..Nadam }
    }

    /// With these β₁ and β₂.
    #[must_use]
    pub fn betas(self, beta_1: f64, beta_2: f64) -> Self {
        Nadam { beta_1, beta_2, ..self }
    }

    /// With this ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Nadam { epsilon, ..self }
    }

    /// With this ψ: 1 in Keras, 0.004 in PyTorch and in the paper's experiments.
    #[must_use]
    pub fn momentum_decay(self, momentum_decay: f64) -> Self {
        Nadam { momentum_decay, ..self }
    }
}

impl Nadam {
    /// How much of m and of g is in step t, whose momentum is taken into the product of all so far.
    pub(super) fn shares<F: Real>(&self, product: &mut F, t: f64) -> [f64; 2] {
        let momentum = |t: f64| self.beta_1 * (1.0 - 0.5 * 0.96_f64.powf(self.momentum_decay * t));
        let (now, next) = (momentum(t), momentum(t + 1.0));
        let so_far = product.as_f64() * now;
        *product = F::of(so_far);
        [next / (1.0 - so_far * next), (1.0 - now) / (1.0 - so_far)]
    }
}

impl Optimizer for Nadam {
    fn name(&self) -> &'static str {
        "Nadam"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        2
    }

    fn check(&self) -> Result<()> {
        check_adam(&self.learning_rate, [self.beta_1, self.beta_2], self.epsilon)?;
        not_negative("momentum_decay", self.momentum_decay)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let mut product = state.product;
        let (t, slots) = state.advance(parameters, gradient)?;
        let [of_m, of_g] = self.shares(&mut product, t).map(F::of);
        let (rest_1, rest_2, epsilon) = (F::of(1.0 - self.beta_1), F::of(1.0 - self.beta_2), F::of(self.epsilon));
        let correction = F::of(1.0 / (1.0 - self.beta_2.powf(t)));
        for_each(parameters, gradient, slots, move |w, g, [m, v]| {
            *m += (g - *m) * rest_1;
            *v += (g * g - *v) * rest_2;
            *w -= rate * (of_m * *m + of_g * g) / ((*v * correction).sqrt() + epsilon);
        });
        state.product = product;
        Ok(())
    }
}

impl Kinds for Nadam {
    const KINDS: &'static [&'static str] = &["NADAM"];
}

impl on_device::Coefficients for Nadam {
    fn coefficients(&self, t: f64, product: &mut f32, rate: f64) -> [f32; 8] {
        let [of_m, of_g] = self.shares(product, t);
        let correction = 1.0 / (1.0 - self.beta_2.powf(t));
        padded(&[1.0 - self.beta_1, 1.0 - self.beta_2, self.epsilon, of_m, of_g, correction, rate])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Nadam {
    fn samples() -> Vec<Self> {
        vec![Nadam::new(0.01), Nadam::new(0.01).epsilon(1e-8).momentum_decay(0.004)]
    }
}
