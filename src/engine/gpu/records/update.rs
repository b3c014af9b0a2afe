//! Records of what happens to the gradient and to the parameters: clipping, the optimizer, constraints.

use super::records;

records! {
    /// The norm of the gradient, piece by piece.
    GradientNorm {
        /// Two numbers per piece: its greatest number, and the sum of the squares of its numbers' shares of that one.
        norms: u32,
        pieces: Vec<Piece>,
    }

    /// A piece of the gradient.
    Piece {
        /// Offset in `gradient`.
        start: u32,
        length: u32,
    }

    /// The factors of clipping by norm.
    ClipByNorm {
        /// One per tensor.
        factors: u32,
        /// The greatest norm.
        limit: f32,
        /// As in `GradientNorm`.
        norms: u32,
        tensors: Vec<TensorPieces>,
    }

    /// A tensor as pieces of the gradient.
    TensorPieces {
        /// The number of its first piece.
        first: u32,
        /// How many pieces it has.
        pieces: u32,
    }

    /// A step of the optimizer.
    Optimizer {
        kind: u32,
        /// How many parameters are trained.
        trained: u32,
        /// Bound of clipping by value; 0 without one.
        clip: f32,
        /// Factors of clipping by norm, one per tensor; `None` without it.
        factors: Option<u32>,
        tensors: Vec<Tensor>,
    }

    /// A tensor of the parameters.
    Tensor {
        /// Offset of the next one in `parameters`.
        end: u32,
    }

    /// A constraint of a matrix of weights.
    Constraint {
        /// Offset in `parameters`.
        weights: u32,
        rows: u32,
        columns: u32,
        kind: u32,
        /// The greatest norm, for the kind that has one.
        most: f32,
        /// What has a norm: each column for 0, each row for 1.
        axis: u32,
    }
}
