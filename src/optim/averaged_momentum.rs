//! Momentum as an average of gradients.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Optimizer, Schedule, State};
use crate::check::share;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// v ← βv + (1 − β)g, w ← w − εv, from v = 0: the first lecture's form (slide A41).
///
/// v is the exponential average of the gradients, about the last 1/(1 − β) of them, not corrected for its start. Its steps
/// are those of [`Momentum`](super::Momentum) with the rate (1 − β)ε: at β = 0.9 a tenth as long.
///
/// ```
/// use gradus::optim::{AveragedMomentum, Optimizer};
/// let momentum = AveragedMomentum::new(0.1, 0.9);
/// let (mut state, mut weights) = (momentum.state(1), [0.0_f64]);
/// momentum.descend(&mut state, &mut weights, &[2.0])?;
/// assert!((state.slot(0)[0] - 0.2).abs() < 1e-15 && (weights[0] + 0.02).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AveragedMomentum {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// β, the weight of the past: 0.9 on the slide.
    pub beta: f64,
}

impl AveragedMomentum {
    /// With this learning rate and β.
    pub fn new(learning_rate: impl Into<Schedule>, beta: f64) -> Self {
        AveragedMomentum { learning_rate: learning_rate.into(), beta }
    }
}

impl Optimizer for AveragedMomentum {
    fn name(&self) -> &'static str {
        "averaged momentum"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        1
    }

    fn check(&self) -> Result<()> {
        self.learning_rate.check()?;
        share("beta", self.beta)
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (_, slots) = state.advance(parameters, gradient)?;
        let (beta, rest) = (F::of(self.beta), F::of(1.0 - self.beta));
        for_each(parameters, gradient, slots, move |w, g, [v]| {
            *v = beta * *v + rest * g;
            *w -= rate * *v;
        });
        Ok(())
    }
}

impl Kinds for AveragedMomentum {
    const KINDS: &'static [&'static str] = &["AVERAGED_MOMENTUM"];
}

impl on_device::Coefficients for AveragedMomentum {
    fn coefficients(&self, _t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        padded(&[rate, self.beta, 1.0 - self.beta])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for AveragedMomentum {
    fn samples() -> Vec<Self> {
        vec![AveragedMomentum::new(0.1, 0.9)]
    }
}
