//! The arena: where values and derivatives lie, in numbers of 32 bits.

use std::ops::Range;

use crate::engine::plan::{Plan, Value};

/// A workgroup that goes over parameters or their gradient takes so many numbers.
const PIECE: usize = 4096;

/// A range in such pieces.
pub(super) fn pieces(place: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    place.clone().step_by(PIECE).map(move |start| start..place.end.min(start + PIECE))
}

/// One behind the other: values, derivatives, notes, factors of clipping and norms. Parameters, gradient and the optimizer's
/// memory have buffers of their own, so that each may be as large as the device allows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    /// How many rows fit.
    pub capacity: usize,
    pub deltas: usize,
    pub scratch: usize,
    pub factors: usize,
    pub norms: usize,
    pub length: usize,
}

impl Layout {
    /// For so many rows, with what training needs beside, where asked.
    pub fn new(plan: &Plan, capacity: usize, training: bool) -> Self {
        let trained = if training { plan.trained } else { 0 };
        let deltas = plan.width * capacity;
        let scratch = deltas + if training { plan.width * capacity } else { 0 };
        let factors = scratch + plan.scratch;
        // A factor for each tensor, and two numbers for each piece.
        let norms = factors + plan.parameters.len();
        let length = norms + 2 * (trained.div_ceil(PIECE) + plan.parameters.len());
        Layout { capacity, deltas, scratch, factors, norms, length }
    }

    pub fn bytes(&self) -> u64 {
        4 * self.length as u64
    }

    /// Where a value begins.
    pub fn value(&self, value: Value) -> u32 {
        (value.offset * self.capacity) as u32
    }

    /// Where the derivative by a value begins.
    pub fn delta(&self, value: Value) -> u32 {
        (self.deltas + value.offset * self.capacity) as u32
    }
}
