//! Adagrad: each parameter with a rate of its own, smaller the more it has moved.

use serde::{Deserialize, Serialize};

use super::for_each::for_each;
use super::on_device::{self, padded};
use super::{Optimizer, Schedule, State, inside_and_beside};
use crate::by_name::by_name;
use crate::check::{not_negative, positive};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// s ← s + g², w ← w − εg / √(s + δ), from s = 0.1.
///
/// Rare features keep large steps; but the sum only grows, and the steps die out. Defaults are Keras': δ = 1e-7 inside the
/// root, s from 0.1. PyTorch's form, which divides by √s + δ, is
/// `Adagrad::new(0.01).initial_accumulator(0.0).epsilon(1e-10).epsilon_beside_root()`; its `lr_decay` is the schedule
/// [`InverseTimeDecay`](super::schedule::InverseTimeDecay). Source: Duchi, Hazan, Singer (2011), *Adaptive subgradient
/// methods for online learning and stochastic optimization*; slide B19.
///
/// ```
/// use gradus::optim::{Adagrad, Optimizer};
/// let adagrad = Adagrad::new(0.5).initial_accumulator(0.0);
/// let mut weights = [1.0_f64, 1.0];
/// adagrad.descend(&mut adagrad.state(2), &mut weights, &[100.0, 0.01])?;
/// assert!(weights.iter().all(|w| (w - 0.5).abs() < 1e-3)); // large and small gradients step alike
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adagrad {
    /// The learning rate over the steps.
    pub learning_rate: Schedule,
    /// Where s starts.
    pub initial_accumulator: f64,
    /// δ, inside the root unless [`epsilon_beside_root`](Self::epsilon_beside_root) puts it beside.
    pub epsilon: f64,
    /// Whether δ is added to the root.
    #[serde(default)]
    pub beside_root: bool,
}

by_name! {
    /// With Keras' defaults, so that the bare name serves as a value: the same as `Adagrad::new(0.001)`.
    Adagrad = Adagrad {
        learning_rate: Schedule::Constant(0.001),
        initial_accumulator: 0.1,
        epsilon: 1e-7,
        beside_root: false,
    }
}

impl Adagrad {
    /// With this learning rate; Keras' default is 0.001.
    pub fn new(learning_rate: impl Into<Schedule>) -> Self {
        Adagrad { learning_rate: learning_rate.into(), ..Adagrad }
    }

    /// With s starting here.
    #[must_use]
    pub fn initial_accumulator(self, initial_accumulator: f64) -> Self {
        Adagrad { initial_accumulator, ..self }
    }

    /// With this δ.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Adagrad { epsilon, ..self }
    }

    /// With δ beside the root, √s + δ, as PyTorch has it.
    #[must_use]
    pub fn epsilon_beside_root(self) -> Self {
        Adagrad { beside_root: true, ..self }
    }
}

impl Optimizer for Adagrad {
    fn name(&self) -> &'static str {
        "Adagrad"
    }

    fn learning_rate(&self) -> &Schedule {
        &self.learning_rate
    }

    fn slots(&self) -> usize {
        1
    }

    fn check(&self) -> Result<()> {
        self.learning_rate.check()?;
        not_negative("initial_accumulator", self.initial_accumulator)?;
        positive("epsilon", self.epsilon)
    }

    fn state<F: Real>(&self, parameters: usize) -> State<F> {
        State::new(self.slots(), parameters).filled(F::of(self.initial_accumulator))
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        let (_, slots) = state.advance(parameters, gradient)?;
        let [inside, beside] = inside_and_beside(self.epsilon, self.beside_root).map(F::of);
        for_each(parameters, gradient, slots, move |w, g, [s]| {
            *s += g * g;
            *w -= rate * g / ((*s + inside).sqrt() + beside);
        });
        Ok(())
    }
}

impl Kinds for Adagrad {
    const KINDS: &'static [&'static str] = &["ADAGRAD"];
}

impl on_device::Coefficients for Adagrad {
    fn coefficients(&self, _t: f64, _product: &mut f32, rate: f64) -> [f32; 8] {
        let [inside, beside] = inside_and_beside(self.epsilon, self.beside_root);
        padded(&[rate, inside, beside])
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Adagrad {
    fn samples() -> Vec<Self> {
        vec![Adagrad::new(0.1), Adagrad::new(0.1).initial_accumulator(0.0).epsilon(1e-10).epsilon_beside_root()]
    }
}
