//! Records of what precedes and follows dense layers.

use super::records;
use super::{Activation, Dropout};

records! {
    /// The rows of a batch.
    Gather {
        output: u32,
        width: u32,
    }

    /// An activation.
    ActivationForward {
        z: u32,
        width: u32,
        a: u32,
        activation: Activation,
        /// Pieces of a maxout unit.
        pieces: u32,
    }

    /// The backward pass of an activation.
    ActivationBackward {
        z: u32,
        width: u32,
        a: u32,
        activation: Activation,
        /// Pieces of a maxout unit.
        pieces: u32,
        da: u32,
        dz: u32,
    }

    /// A dropout.
    DropoutForward {
        x: u32,
        width: u32,
        dropout: Dropout,
    }

    /// The backward pass of a dropout, or of noise, which has no mask.
    DropoutBackward {
        dy: u32,
        width: u32,
        mask: Option<u32>,
        dx: u32,
    }

    /// Normal noise.
    GaussianNoise {
        x: u32,
        width: u32,
        y: u32,
        /// Standard deviation; 0 outside of training.
        std: f32,
        /// Key of the random numbers.
        key: u32,
    }

    /// A batch normalization.
    BatchNormForward {
        x: u32,
        width: u32,
        y: u32,
        /// Offsets in `parameters`; `None` without the parameter.
        gamma: Option<u32>,
        beta: Option<u32>,
        /// Offsets of the running statistics in `parameters`.
        mean: u32,
        variance: u32,
        /// Mean, 1 / sqrt(variance + epsilon) and two sums of the backward pass: `width` numbers each.
        scratch: u32,
        epsilon: f32,
        /// Whether the statistics are those of the batch.
        of_batch: bool,
        /// Momentum of the running statistics; below 0 they do not change.
        momentum: f32,
    }

    /// The backward pass of a batch normalization.
    BatchNormBackward {
        x: u32,
        width: u32,
        dy: u32,
        dx: u32,
        /// Offset in `parameters`; `None` without the parameter.
        gamma: Option<u32>,
        /// Offsets in `gradient`; `None` where the parameter is not trained.
        gamma_gradient: Option<u32>,
        beta_gradient: Option<u32>,
        /// As in `BatchNormForward`.
        scratch: u32,
        of_batch: bool,
    }
}
