//! AdamW: Adam with weights that decay beside its step.

use serde::{Deserialize, Serialize};

use super::adam::Coefficients;
use super::for_each::for_each;
use super::on_device;
use super::{Epsilon, Optimizer, Schedule, State, check_adam};
use crate::by_name::by_name;
use crate::check::not_negative;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// w ← w − ελw, and then [`Adam`](struct@super::Adam)'s step.
///
/// With an L2 penalty the decay would go through Adam's quotient, where weights with large gradients decay less; here all
/// decay alike: in a network biases and the γ and β of a batch normalization too, as in Keras and PyTorch unless these are told
/// to leave some out (many do). λ = 0.004 unless given, as in Keras (PyTorch 0.01). Source:
/// Loshchilov, Hutter (2019), *Decoupled weight decay regularization*.
///
/// ```
/// use gradus::optim::{AdamW, Optimizer};
/// let adamw = AdamW::new(0.1).weight_decay(0.5);
/// let mut weights = [2.0_f64];
/// adamw.descend(&mut adamw.state(1), &mut weights, &[0.0])?;
/// assert_eq!(weights[0], 1.9); // 2 − 0.1·0.5·2
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdamW {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// β₁, the weight of the past in the average of g.
    pub beta_1: f64,
    /// β₂, the weight of the past in the average of g².
    pub beta_2: f64,
    /// ε, which keeps the quotient finite.
    pub epsilon: f64,
    /// Where ε stands.
    pub epsilon_place: Epsilon,
    /// λ, the share of each weight that a step of rate 1 would take away.
    pub weight_decay: f64,
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `AdamW::new(0.001)`.
    AdamW = AdamW {
        learning_rate: Schedule::Constant(0.001),
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
        epsilon_place: Epsilon::BesideRoot,
        weight_decay: 0.004,
    }
}

impl AdamW {
    /// With this learning rate, Keras' default is 0.001, and β₁ = 0.9, β₂ = 0.999, ε = 1e-7.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        AdamW { learning_rate: learning_rate.into(), ..AdamW }
    }

    /// With these β₁ and β₂.
    #[must_use]
    pub fn betas(self, beta_1: f64, beta_2: f64) -> Self {
        AdamW { beta_1, beta_2, ..self }
    }

    /// With this ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        AdamW { epsilon, ..self }
    }

    /// With ε inside the root, as slide A42 has it.
    #[must_use]
    pub fn epsilon_inside_root(self) -> Self {
        AdamW { epsilon_place: Epsilon::InsideRoot, ..self }
    }

    /// With ε where PyTorch and the paper's algorithm have it, beside the corrected root; both take 1e-8.
    #[must_use]
    pub fn epsilon_beside_corrected_root(self) -> Self {
        AdamW { epsilon_place: Epsilon::BesideCorrectedRoot, ..self }
    }

    /// With this λ.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        AdamW { weight_decay, ..self }
    }
}

impl Optimizer for AdamW {
    fn name(&self) -> &'static str {
        "AdamW"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        2
    }

    fn check(&self) -> Result<()> {
        check_adam(&self.learning_rate, [self.beta_1, self.beta_2], self.epsilon)?;
        not_negative("weight_decay", self.weight_decay)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (t, slots) = state.advance(parameters, gradient)?;
        let coefficients = Coefficients::new(self.beta_1, self.beta_2, self.epsilon, self.epsilon_place, t, rate);
        let decay = rate * F::of(self.weight_decay);
        for_each(parameters, gradient, slots, move |w, g, [m, v]| {
            coefficients.average(g, m, v);
            *w -= *w * decay;
            *w -= coefficients.step(*m, *v);
        });
        Ok(())
    }
}

impl Kinds for AdamW {
    const KINDS: &'static [&'static str] = &["ADAMW"];
}

impl on_device::Coefficients for AdamW {
    fn coefficients(&self, t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        let of = Coefficients::<f32>::new(self.beta_1, self.beta_2, self.epsilon, self.epsilon_place, t, rate as f32);
        of.numbers((rate * self.weight_decay) as f32)
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for AdamW {
    fn samples() -> Vec<Self> {
        vec![AdamW::new(0.01).epsilon_beside_corrected_root().epsilon(1e-8)]
    }
}
