//! The arena: the offsets of values and derivatives, in numbers of 32 bits.

use std::ops::Range;

use crate::engine::plan::{Plan, Value};

/// How many parameters, or numbers of their gradient, one workgroup reduces.
const PIECE: usize = 4096;

/// Divides a range into such pieces.
pub(super) fn pieces(range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    range.clone().step_by(PIECE).map(move |start| start..range.end.min(start + PIECE))
}

/// The offsets in the arena of values, derivatives, scratch values, factors of clipping and norms, in this order. Parameters,
/// gradient and the optimizer's state have buffers of their own, so that each may be as large as the device allows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    /// How many rows the arena has room for.
    pub capacity: usize,
    pub deltas: usize,
    pub scratch: usize,
    pub factors: usize,
    pub norms: usize,
    pub length: usize,
}

impl Layout {
    /// The layout for this many rows, for training or only for the forward pass.
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

    /// The offset of a value.
    pub fn value(&self, value: Value) -> u32 {
        (value.offset * self.capacity) as u32
    }

    /// The offset of the derivative by a value.
    pub fn delta(&self, value: Value) -> u32 {
        (self.deltas + value.offset * self.capacity) as u32
    }
}
