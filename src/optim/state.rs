//! What an optimizer remembers between steps.

use serde::{Deserialize, Serialize};

use crate::check::same_length;
use crate::error::Result;
use crate::real::Real;

/// The number of steps taken, and some numbers for each parameter, which an optimizer calls velocity, average and the like:
/// all of the first for every parameter, then all of the second.
///
/// It can be saved, and training goes on from it as if there had been no break: `f32` comes back from JSON as it was, `f64`
/// to the last digit but one.
///
/// ```
/// use gradus::optim::{Momentum, State, Optimizer};
/// let mut state: State<f32> = Momentum::new(0.1, 0.9).state(3);
/// Momentum::new(0.1, 0.9).step(&mut state, &mut [0.0; 3], &[1.0, 2.0, 3.0], 0.1)?;
/// assert_eq!((state.steps(), state.slot(0)), (1, &[-0.1_f32, -0.2, -0.3][..]));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State<F> {
    steps: u64,
    parameters: usize,
    values: Vec<F>,
    /// A product over the steps; Nadam's of its momenta.
    pub(super) product: F,
}

impl<F: Real> State<F> {
    /// `slots` zeros for each parameter.
    pub(super) fn new(slots: usize, parameters: usize) -> Self {
        State { steps: 0, parameters, values: vec![F::zero(); slots * parameters], product: F::one() }
    }

    /// The same with this number everywhere.
    pub(super) fn filled(mut self, value: F) -> Self {
        self.values.fill(value);
        self
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// What is remembered in this slot, a number for each parameter; empty where there is no such slot.
    pub fn slot(&self, slot: usize) -> &[F] {
        self.values.get(slot * self.parameters..(slot + 1) * self.parameters).unwrap_or_default()
    }

    /// Counts a step, and gives its number.
    pub(super) fn count(&mut self) -> u64 {
        self.steps += 1;
        self.steps
    }

    /// What does not fit in a state that was read from a file: the number of slots and of parameters must match.
    pub(crate) fn check(&self, slots: usize, parameters: usize) -> std::result::Result<(), String> {
        let fits = self.steps < 1 << 48
            && self.parameters == parameters
            && Some(self.values.len()) == slots.checked_mul(parameters);
        fits.then_some(()).ok_or_else(|| {
            let (found, of) = (self.values.len(), self.parameters);
            format!("the optimizer remembers {found} numbers of {of} parameters, where {parameters} have {slots} each")
        })
    }

    /// All slots, one behind the other.
    pub(crate) fn values(&self) -> &[F] {
        &self.values
    }

    /// Takes the slots that a device has changed.
    pub(crate) fn set_values(&mut self, values: Vec<F>) {
        self.values = values;
    }

    /// What counting a step changes.
    pub(crate) fn counts(&self) -> (u64, F) {
        (self.steps, self.product)
    }

    /// Takes back steps that were counted and not taken.
    pub(crate) fn set_counts(&mut self, (steps, product): (u64, F)) {
        (self.steps, self.product) = (steps, product);
    }

    /// Counts a step and lends the slots for it.
    pub(super) fn advance<const SLOTS: usize>(
        &mut self,
        parameters: &[F],
        gradient: &[F],
    ) -> Result<(f64, [&mut [F]; SLOTS])> {
        same_length("optimizer: the gradient", parameters.len(), gradient.len())?;
        same_length("optimizer: the parameters of its state", parameters.len(), self.parameters)?;
        same_length("optimizer: its state, made by another kind?", SLOTS * self.parameters, self.values.len())?;
        let step = self.count();
        let mut slots = self.values.chunks_exact_mut(self.parameters.max(1));
        Ok((step as f64, std::array::from_fn(|_| slots.next().unwrap_or_default())))
    }
}
