//! Adam: averages of the gradient and of its square, corrected for their start.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device;
use super::{Epsilon, Optimizer, Schedule, State, check_adam};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), w ← w − ε m̂/√v̂, from m = v = 0.
///
/// A step is at most about as long as the learning rate, whatever the gradient's size. What keeps the quotient finite is
/// `epsilon`, 1e-7 as in Keras (PyTorch 1e-8), and there are three places for it, which matter for small gradients:
/// [`Epsilon`]. The slide's "10·10⁻⁸" is 1e-7 too, but inside the root. Source: Kingma, Ba (2015), *Adam: a method for
/// stochastic optimization*; slide A42.
///
/// ```
/// use gradus::optim::{Adam, Optimizer};
/// let first_step = |adam: Adam, gradient: f64| -> Result<f64, gradus::Error> {
///     let mut weights = [0.0];
///     adam.descend(&mut adam.state(1), &mut weights, &[gradient])?;
///     Ok(-weights[0] / 0.001)
/// };
/// let (slide, paper) = (Adam::new(0.001).epsilon_inside_root(), Adam::new(0.001).epsilon_beside_corrected_root());
/// assert!((first_step(slide, 1e-4)? - 0.3015).abs() < 1e-4);
/// assert!((first_step(paper.epsilon(1e-8), 1e-4)? - 0.9999).abs() < 1e-6);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
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
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `Adam::new(0.001)`.
    Adam = Adam {
        learning_rate: Schedule::Constant(0.001),
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
        epsilon_place: Epsilon::BesideRoot,
    }
}

impl Adam {
    /// With this learning rate, Keras' default is 0.001, and β₁ = 0.9, β₂ = 0.999, ε = 1e-7.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        Adam { learning_rate: learning_rate.into(), ..Adam }
    }

    /// With these β₁ and β₂.
    #[must_use]
    pub fn betas(self, beta_1: f64, beta_2: f64) -> Self {
        Adam { beta_1, beta_2, ..self }
    }

    /// With this ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Adam { epsilon, ..self }
    }

    /// With ε inside the root, as slide A42 has it.
    #[must_use]
    pub fn epsilon_inside_root(self) -> Self {
        Adam { epsilon_place: Epsilon::InsideRoot, ..self }
    }

    /// With ε where PyTorch and the paper's algorithm have it, beside the corrected root; both take 1e-8.
    #[must_use]
    pub fn epsilon_beside_corrected_root(self) -> Self {
        Adam { epsilon_place: Epsilon::BesideCorrectedRoot, ..self }
    }
}

impl Optimizer for Adam {
    fn name(&self) -> &'static str {
        "Adam"
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
        let coefficients = Coefficients::new(self.beta_1, self.beta_2, self.epsilon, self.epsilon_place, t, rate);
        for_each(parameters, gradient, slots, move |w, g, [m, v]| {
            coefficients.average(g, m, v);
            *w -= coefficients.step(*m, *v);
        });
        Ok(())
    }
}

impl Kinds for Adam {
    const KINDS: &'static [&'static str] = &["ADAM"];
}

impl on_device::Coefficients for Adam {
    fn coefficients(&self, t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        let of = Coefficients::<f32>::new(self.beta_1, self.beta_2, self.epsilon, self.epsilon_place, t, rate as f32);
        of.numbers(0.0)
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Adam {
    fn samples() -> Vec<Self> {
        vec![Adam::new(0.01), Adam::new(0.01).epsilon_inside_root()]
    }
}

/// What Adam, AdamW and AMSGrad share: the numbers that are the same for all parameters in a step.
#[derive(Clone, Copy)]
pub(super) struct Coefficients<F> {
    rest_1: F,
    rest_2: F,
    rate: F,
    inside: F,
    beside: F,
}

impl<F: Real> Coefficients<F> {
    /// For step t, counted from 1. The corrections of m and v are in the rate and in ε, which spares two divisions each.
    pub(super) fn new(beta_1: f64, beta_2: f64, epsilon: f64, place: Epsilon, t: f64, rate: F) -> Self {
        let (correction_1, correction_2) = (1.0 - beta_1.powf(t), 1.0 - beta_2.powf(t));
        let (inside, beside) = place.inside_and_beside(epsilon, correction_2);
        Coefficients {
            rest_1: F::of(1.0 - beta_1),
            rest_2: F::of(1.0 - beta_2),
            rate: F::of(rate.as_f64() * correction_2.sqrt() / correction_1),
            inside: F::of(inside),
            beside: F::of(beside),
        }
    }

    /// In the order of the shader, with what a step takes of each weight beside.
    pub(super) fn numbers(&self, decay: F) -> [F; 8] {
        [self.rest_1, self.rest_2, self.rate, self.inside, self.beside, decay, F::zero(), F::zero()]
    }

    /// Takes g into the averages.
    #[inline]
    pub(super) fn average(&self, g: F, m: &mut F, v: &mut F) {
        *m += (g - *m) * self.rest_1;
        *v += (g * g - *v) * self.rest_2;
    }

    /// The step against the gradient.
    #[inline]
    pub(super) fn step(&self, m: F, v: F) -> F {
        m * self.rate / ((v + self.inside).sqrt() + self.beside)
    }
}
