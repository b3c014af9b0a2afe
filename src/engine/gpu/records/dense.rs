//! Records of dense layers.

use super::records;
use super::{Activation, Dropout, LossOfRow, Producer, Slice, Strengths};

records! {
    /// A dense layer with the activation and the dropout after it.
    DenseForward {
        inputs: u32,
        units: u32,
        /// `None`: the batch's rows of the data set.
        x: Option<u32>,
        /// Offset of W in `parameters`.
        weights: u32,
        /// Offset of b in `parameters`; `None` without a bias.
        bias: Option<u32>,
        z: u32,
        activation: Activation,
        /// Output of the activation.
        a: u32,
        dropout: Dropout,
        slice: Slice,
    }

    /// The last dense layer, its activation, the loss, and the backward pass through all of them.
    DenseTail {
        inputs: u32,
        units: u32,
        /// `None`: the batch's row of the data set.
        x: Option<u32>,
        /// Offset of W in `parameters`.
        weights: u32,
        /// Offset of b in `parameters`; `None` without a bias.
        bias: Option<u32>,
        z: u32,
        dz: u32,
        activation: Activation,
        /// Output of the activation, and the derivative by it.
        a: u32,
        da: u32,
        /// Whether the backward pass continues before this layer.
        continues: bool,
        producer: Producer,
        loss: LossOfRow,
    }

    /// dX of a dense layer, and the backward pass through what produced X.
    DenseBackwardInput {
        inputs: u32,
        units: u32,
        dz: u32,
        /// Offset of W in `parameters`.
        weights: u32,
        /// Over how many outputs the loss is a mean.
        mean_over: u32,
        producer: Producer,
        slice: Slice,
    }

    /// The gradients of all dense layers.
    DenseBackwardWeights {
        /// Whether the optimizer steps at once; otherwise the gradient is kept.
        steps: bool,
        optimizer: u32,
        /// Bound of clipping by value; 0 without one.
        clip: f32,
        /// Over how many outputs the loss is a mean.
        mean_over: u32,
        slice: Slice,
        /// Tiles of all layers.
        tiles: u32,
        layers: Vec<DenseLayer>,
    }

    /// A dense layer whose weights are trained.
    DenseLayer {
        /// The number of its first tile.
        first_tile: u32,
        inputs: u32,
        units: u32,
        /// `None`: the batch's rows of the data set.
        x: Option<u32>,
        dz: u32,
        /// Offset of W in `parameters` and in `gradient`.
        weights: u32,
        /// Offset of b there; `None` without a bias.
        bias: Option<u32>,
        weights_penalty: Strengths,
        bias_penalty: Strengths,
    }
}
