//! Optimizers: how a gradient becomes a step of the parameters. One per file, from simple to rich.
//!
//! | optimizer | step, with gradient g and learning rate ε | file | slide |
//! |---|---|---|---|
//! | [`struct@Sgd`] | w ← w − εg | `sgd.rs` | A14, B19 |
//! | [`Momentum`] | v ← μv − εg, w ← w + v | `momentum.rs` | B21 |
//! | [`AveragedMomentum`] | v ← βv + (1 − β)g, w ← w − εv | `averaged_momentum.rs` | A41 |
//! | [`Nesterov`] | v ← μv − εg, w ← w + μv − εg | `nesterov.rs` | B21 |
//! | [`struct@Adagrad`] | s ← s + g², w ← w − εg/√(s + δ) | `adagrad.rs` | B19 |
//! | [`struct@Adadelta`] | the same with averages, and steps in the parameters' own unit | `adadelta.rs` | B19 |
//! | [`struct@RmsProp`] | s ← ρs + (1 − ρ)g², w ← w − εg/√(s + δ) | `rmsprop.rs` | A41, B19 |
//! | [`struct@Adam`] | averages of g and g², both corrected for their start | `adam.rs` | A42, B19 |
//! | [`struct@AdamW`] | Adam with weights that decay beside it | `adamw.rs` | – |
//! | [`struct@Adamax`] | Adam with the largest \|g\| in place of the average g² | `adamax.rs` | B19 |
//! | [`struct@Nadam`] | Adam with Nesterov's look ahead | `nadam.rs` | B19 |
//! | [`struct@AmsGrad`] | Adam whose average of g² never falls | `amsgrad.rs` | – |
//!
//! Each is a description, its hyper-parameters; what it remembers between steps is a [`State`]. [`schedule`] changes the
//! learning rate over the steps, [`clip`] bounds the gradient before the step. Defaults and sequences of numbers are
//! Keras 3's; where the lectures or PyTorch place an ε or a decay otherwise, a setter takes their form, and each
//! optimizer's page says which. Momentum as PyTorch writes it, w ← w − εv with v ← μv + g, gives the same sequence as long
//! as the rate stays the same.

#[macro_use]
mod any_optimizer;
mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod amsgrad;
mod averaged_momentum;
pub mod clip;
mod epsilon;
mod for_each;
mod momentum;
mod nadam;
mod nesterov;
mod on_device;
mod rmsprop;
pub mod schedule;
mod sgd;
mod state;
#[cfg(test)]
mod tests;

pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamax::Adamax;
pub use adamw::AdamW;
pub use amsgrad::AmsGrad;
pub use any_optimizer::AnyOptimizer;
pub use averaged_momentum::AveragedMomentum;
pub use clip::Clip;
pub use epsilon::Epsilon;
pub(crate) use for_each::SHARED;
pub use momentum::Momentum;
pub use nadam::Nadam;
pub use nesterov::Nesterov;
pub use rmsprop::RmsProp;
pub use schedule::Schedule;
pub use sgd::Sgd;
pub use state::State;

use crate::check::{positive, share};
use crate::error::Result;
use crate::real::Real;

/// An optimizer: a pure step of parameters along their gradient.
///
/// ```
/// use gradus::optim::{Adam, Optimizer};
/// let adam = Adam::new(0.1);
/// let mut weights = [1.0_f64, -2.0];
/// let mut state = adam.state(2);
/// for _ in 0..500 {
///     let gradient = [2.0 * weights[0], 2.0 * weights[1]]; // of w₁² + w₂²
///     adam.descend(&mut state, &mut weights, &gradient)?;
/// }
/// assert!(weights.iter().all(|w| w.abs() < 1e-3));
/// # Ok::<(), gradus::Error>(())
/// ```
pub trait Optimizer {
    /// The name, for a legend.
    fn name(&self) -> &'static str;

    /// The learning rate over the steps.
    fn learning_rate(&self) -> &Schedule;

    /// How many numbers it remembers for each parameter.
    fn slots(&self) -> usize;

    /// Refuses hyper-parameters outside of their range.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) with the parameter, its value and its range.
    fn check(&self) -> Result<()>;

    /// The state before the first step, for this many parameters.
    fn state<F: Real>(&self, parameters: usize) -> State<F> {
        State::new(self.slots(), parameters)
    }

    /// One step with this learning rate, whatever the schedule says. The state counts it.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) where the gradient or the state belongs to another number of parameters.
    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()>;

    /// One step with the learning rate of the schedule.
    ///
    /// # Errors
    /// As [`step`](Optimizer::step).
    fn descend<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F]) -> Result<()> {
        let rate = F::of(self.learning_rate().rate(state.steps()));
        self.step(state, parameters, gradient, rate)
    }
}

/// What is added to a mean of squares before its root, and to the root.
fn inside_and_beside(epsilon: f64, beside: bool) -> [f64; 2] {
    if beside { [0.0, epsilon] } else { [epsilon, 0.0] }
}

/// Refuses what no optimizer of Adam's family takes: the learning rate, β₁ and β₂, ε.
fn check_adam(learning_rate: &Schedule, [beta_1, beta_2]: [f64; 2], epsilon: f64) -> Result<()> {
    learning_rate.check()?;
    share("beta_1", beta_1)?;
    share("beta_2", beta_2)?;
    positive("epsilon", epsilon)
}
