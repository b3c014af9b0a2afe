//! AMSGrad: Adam whose divisor never falls.

use serde::{Deserialize, Serialize};

use super::adam::Coefficients;
use super::for_each::for_each;
use super::on_device;
use super::{Epsilon, Optimizer, Schedule, State, check_adam};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// [`Adam`](struct@super::Adam) with the largest v so far in place of v: a rare large gradient is not forgotten, so the steps
/// cannot grow again. Keras' `Adam(amsgrad=True)`. Source: Reddi, Kale, Kumar (2018), *On the convergence of Adam and
/// beyond*.
///
/// ```
/// use gradus::optim::{AmsGrad, Optimizer};
/// let amsgrad = AmsGrad::new(0.001);
/// let (mut state, mut weights) = (amsgrad.state(1), [0.0_f64]);
/// amsgrad.descend(&mut state, &mut weights, &[10.0])?;
/// amsgrad.descend(&mut state, &mut weights, &[0.1])?;
/// assert_eq!(state.slot(2)[0], 100.0 * (1.0 - 0.999)); // the largest v
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmsGrad {
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
    /// With Keras' defaults, so that the bare name serves as a value: the same as `AmsGrad::new(0.001)`.
    AmsGrad = AmsGrad {
        learning_rate: Schedule::Constant(0.001),
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
        epsilon_place: Epsilon::BesideRoot,
    }
}

impl AmsGrad {
    /// With this learning rate, Keras' default is 0.001, and β₁ = 0.9, β₂ = 0.999, ε = 1e-7.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        AmsGrad { learning_rate: learning_rate.into(), ..AmsGrad }
    }

    /// With these β₁ and β₂.
    #[must_use]
    pub fn betas(self, beta_1: f64, beta_2: f64) -> Self {
        AmsGrad { beta_1, beta_2, ..self }
    }

    /// With this ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        AmsGrad { epsilon, ..self }
    }

    /// With ε inside the root, as slide A42 has it.
    #[must_use]
    pub fn epsilon_inside_root(self) -> Self {
        AmsGrad { epsilon_place: Epsilon::InsideRoot, ..self }
    }

    /// With ε where PyTorch and the paper's algorithm have it, beside the corrected root; both take 1e-8.
    #[must_use]
    pub fn epsilon_beside_corrected_root(self) -> Self {
        AmsGrad { epsilon_place: Epsilon::BesideCorrectedRoot, ..self }
    }
}

impl Optimizer for AmsGrad {
    fn name(&self) -> &'static str {
        "AMSGrad"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        3
    }

    fn check(&self) -> Result<()> {
        check_adam(&self.learning_rate, [self.beta_1, self.beta_2], self.epsilon)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (t, slots) = state.advance(parameters, gradient)?;
        let coefficients = Coefficients::new(self.beta_1, self.beta_2, self.epsilon, self.epsilon_place, t, rate);
        for_each(parameters, gradient, slots, move |w, g, [m, v, largest]| {
            coefficients.average(g, m, v);
            // Asked in this direction, so that NaN comes through.
            *largest = if *largest > *v { *largest } else { *v };
            *w -= coefficients.step(*m, *largest);
        });
        Ok(())
    }
}

impl Kinds for AmsGrad {
    const KINDS: &'static [&'static str] = &["AMSGRAD"];
}

impl on_device::Coefficients for AmsGrad {
    fn coefficients(&self, t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        let of = Coefficients::<f32>::new(self.beta_1, self.beta_2, self.epsilon, self.epsilon_place, t, rate as f32);
        of.numbers(0.0)
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for AmsGrad {
    fn samples() -> Vec<Self> {
        vec![AmsGrad::new(0.01)]
    }
}
