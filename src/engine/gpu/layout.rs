//! The arena: where parameters, values and derivatives lie, in numbers of 32 bits.

use std::ops::Range;

use crate::engine::plan::{Plan, Value};

/// A workgroup that goes over parameters or their gradient takes so many numbers.
const PIECE: usize = 4096;

/// A range in such pieces.
pub(super) fn pieces(place: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    place.clone().step_by(PIECE).map(move |start| start..place.end.min(start + PIECE))
}

/// One behind the other: parameters, gradient, the optimizer's memory, values, derivatives, notes, factors of clipping and
/// norms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    /// How many rows fit.
    pub capacity: usize,
    pub gradient: usize,
    pub slots: usize,
    pub values: usize,
    pub deltas: usize,
    pub notes: usize,
    pub factors: usize,
    pub norms: usize,
    pub length: usize,
}

impl Layout {
    /// For so many rows, with what training needs beside, where asked.
    pub fn new(plan: &Plan, capacity: usize, slots: Option<usize>) -> Self {
        let trained = if slots.is_some() { plan.trained } else { 0 };
        let gradient = plan.length;
        let slots_at = gradient + trained;
        let values = slots_at + slots.unwrap_or(0) * trained;
        let deltas = values + plan.width * capacity;
        let notes = deltas + if slots.is_some() { plan.width * capacity } else { 0 };
        let factors = notes + plan.notes;
        // A factor for each tensor, and two numbers for each piece.
        let norms = factors + plan.parameters.len();
        let length = norms + 2 * (trained.div_ceil(PIECE) + plan.parameters.len());
        Layout { capacity, gradient, slots: slots_at, values, deltas, notes, factors, norms, length }
    }

    /// Where a value begins.
    pub fn value(&self, value: Value) -> u32 {
        (self.values + value.offset * self.capacity) as u32
    }

    /// Where the derivative by a value begins.
    pub fn delta(&self, value: Value) -> u32 {
        (self.deltas + value.offset * self.capacity) as u32
    }
}
