//! Nesterov's momentum: the step already taken with the next push of the momentum.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Optimizer, Schedule, State};
use crate::check::share;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// v ← μv − εg, w ← w + μv − εg, from v = 0: what slide B21's code (`nesterov=True`) runs, unlike its formula, which is
/// [`Momentum`](super::Momentum)'s.
///
/// The parameters kept are those at which the next gradient is taken, one push of the momentum ahead. As in Keras; PyTorch
/// agrees while ε stays the same. Source: Sutskever, Martens, Dahl, Hinton (2013), *On the importance of initialization and
/// momentum in deep learning*.
///
/// ```
/// use gradus::optim::{Sgd, Optimizer};
/// let nesterov = Sgd::new(0.1).momentum(0.9).nesterov();
/// let mut weights = [0.0_f64];
/// nesterov.descend(&mut nesterov.state(1), &mut weights, &[1.0])?;
/// assert!((weights[0] + 0.19).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nesterov {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// μ, the share of the last step that stays: 0.9 is usual.
    pub momentum: f64,
}

impl Nesterov {
    /// With this learning rate and μ.
    pub fn new(learning_rate: impl Into<Schedule>, momentum: f64) -> Self {
        Nesterov { learning_rate: learning_rate.into(), momentum }
    }
}

impl Optimizer for Nesterov {
    fn name(&self) -> &'static str {
        "Nesterov"
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
            let push = rate * g;
            *v = momentum * *v - push;
            *w += momentum * *v - push;
        });
        Ok(())
    }
}

impl Kinds for Nesterov {
    const KINDS: &'static [&'static str] = &["NESTEROV"];
}

impl on_device::Coefficients for Nesterov {
    fn coefficients(&self, _t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        padded(&[rate, self.momentum])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Nesterov {
    fn samples() -> Vec<Self> {
        vec![Nesterov::new(0.1, 0.9)]
    }
}
