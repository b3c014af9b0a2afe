//! The buffers that a plan works on, made once for a number of rows.

use super::plan::{Plan, Value};
use crate::real::Real;

/// Values, derivatives and gradient of a batch; parameters come from elsewhere, since they outlive it.
#[derive(Clone, Debug)]
pub(crate) struct Memory<F> {
    /// How many rows fit.
    pub capacity: usize,
    /// The arena of values: each value's rows follow those of the value before.
    pub values: Vec<F>,
    /// The loss' derivative by each value, in the same layout; empty where nothing is trained.
    pub deltas: Vec<F>,
    /// The loss' derivative by each parameter that is trained.
    pub gradient: Vec<F>,
    /// What operations note on the way forward for the way back: batch statistics.
    pub notes: Vec<F>,
    /// The targets of the batch, one row an example.
    pub truth: Vec<f64>,
    /// The weight of each example; 1 where none was given.
    pub weights: Vec<f64>,
    /// One row of outputs and one of slopes, as losses take them.
    pub row: [Vec<f64>; 2],
}

impl<F: Real> Memory<F> {
    /// Buffers for so many rows, with those for training where asked.
    pub fn new(plan: &Plan, capacity: usize, targets: usize, training: bool) -> Self {
        let zeros = |length: usize| vec![F::zero(); length];
        let if_training = |length: usize| if training { zeros(length) } else { vec![] };
        let outputs = plan.output.width;
        Memory {
            capacity,
            values: zeros(plan.width * capacity),
            deltas: if_training(plan.width * capacity),
            gradient: if_training(plan.trained),
            notes: zeros(plan.notes),
            truth: vec![0.0; targets * capacity],
            weights: vec![1.0; capacity],
            row: [vec![0.0; outputs], vec![0.0; outputs]],
        }
    }

    /// The rows of a value.
    pub fn value(&self, value: Value, rows: usize) -> &[F] {
        &self.values[value.place(self.capacity, rows)]
    }

    /// The rows of a value, to be written.
    pub fn value_mut(&mut self, value: Value, rows: usize) -> &mut [F] {
        &mut self.values[value.place(self.capacity, rows)]
    }

    /// The derivative by a value.
    pub fn delta(&self, value: Value, rows: usize) -> &[F] {
        &self.deltas[value.place(self.capacity, rows)]
    }
}

/// Two values of an arena at once; `later` lies behind `earlier`.
pub(crate) fn pair<F>(
    arena: &mut [F],
    capacity: usize,
    rows: usize,
    earlier: Value,
    later: Value,
) -> (&mut [F], &mut [F]) {
    let (front, back) = arena.split_at_mut(later.offset * capacity);
    (&mut front[earlier.place(capacity, rows)], &mut back[..later.width * rows])
}
