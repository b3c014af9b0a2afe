//! The results that come back from a device, and the room for them there.

use std::ops::Range;

use super::resident::Step;
use super::schedule::Places;
use crate::engine::work::Seen;

/// The room in the results for a pass over data. Where it does not fit as a whole, the pass is divided into rounds: the
/// results of a round come back before the next one begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Room {
    begin: usize,
    /// Batches and rows of a round.
    pub batches: usize,
    pub rows: usize,
    /// Penalized pieces of parameters, a number each per batch.
    penalties: usize,
    /// Outputs per row; 0 where they are not requested.
    outputs: usize,
}

impl Room {
    /// Room from `begin` on for this many rows in batches of `batch`, with at most `most` numbers.
    pub fn new(begin: usize, rows: usize, batch: usize, [penalties, outputs]: [usize; 2], most: usize) -> Self {
        // The steps of a round must fit into a buffer of that size too.
        let each = (batch * (1 + outputs) + penalties).max(size_of::<Step>() / 4);
        let batches = (most / each).clamp(1, rows.div_ceil(batch).max(1));
        Room { begin, batches, rows: rows.min(batches * batch), penalties, outputs }
    }

    pub fn places(&self) -> Places {
        let penalties = self.begin + self.rows;
        let outputs = (self.outputs > 0).then_some(penalties + self.penalties * self.batches);
        Places { losses: self.begin, penalties, outputs }
    }

    /// The range of a round's results.
    pub fn range(&self) -> Range<usize> {
        self.begin..self.begin + self.rows * (1 + self.outputs) + self.penalties * self.batches
    }

    /// Appends to `seen` what a round of this many rows and batches has left here.
    pub fn take(&self, results: &[f32], [rows, batches]: [usize; 2], seen: &mut Seen) {
        let (losses, rest) = results[..self.range().len()].split_at(self.rows);
        let (penalties, outputs) = rest.split_at(self.penalties * self.batches);
        seen.losses.extend(&losses[..rows]);
        seen.penalties.extend(&penalties[..batches * self.penalties]);
        seen.outputs.extend(&outputs[..rows * self.outputs]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_room_for_all_or_for_rounds() {
        let whole = Room::new(5, 10, 4, [2, 3], 1000);
        assert_eq!((whole.batches, whole.rows, whole.range()), (3, 10, 5..5 + 10 + 6 + 30));
        // A batch is 4 losses, 12 outputs and 2 penalties.
        let part = Room::new(0, 10, 4, [2, 3], 2 * 18 + 17);
        assert_eq!((part.batches, part.rows, part.range()), (2, 8, 0..8 + 4 + 24));
        assert_eq!(part.places(), Places { losses: 0, penalties: 8, outputs: Some(12) });
        // The last round has two rows in one batch.
        let results: Vec<f32> = (0..36).map(|at| at as f32).collect();
        let mut seen = Seen::default();
        part.take(&results, [2, 1], &mut seen);
        assert_eq!((seen.losses, seen.penalties), (vec![0.0, 1.0], vec![8.0, 9.0]));
        assert_eq!(seen.outputs, (12..18).map(|at| at as f32).collect::<Vec<_>>());
        // At least one batch, and never more steps than fit into their buffer.
        assert_eq!(Room::new(0, 10, 4, [0, 0], 1).batches, 1);
        assert_eq!(Room::new(0, 100, 1, [0, 0], 120).batches, 10);
    }
}
