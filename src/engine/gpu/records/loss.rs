//! Records of the loss and of what penalties add to it.

use super::records;
use super::{LossOfRow, Strengths};

records! {
    /// The loss of each example.
    Loss {
        loss: LossOfRow,
    }

    /// A penalty of a layer's outputs.
    ActivityPenalty {
        values: u32,
        width: u32,
        /// Derivative by the values; `None` where it is not computed.
        delta: Option<u32>,
        penalty: Strengths,
        /// Whether L2 is divided by the number of values.
        mean: bool,
        /// Offset of the losses in `results`.
        losses: u32,
    }

    /// The penalties of parameters.
    WeightPenalty {
        /// Offset of the pieces' penalties in `results`.
        penalties: u32,
        pieces: Vec<PenalizedPiece>,
    }

    /// A piece of a parameter that has a penalty.
    PenalizedPiece {
        /// Offset in `parameters`.
        start: u32,
        length: u32,
        penalty: Strengths,
    }
}
