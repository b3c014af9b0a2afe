//! Parts that several records share.

use super::records;

records! {
    /// An element-wise activation; of the others only the kind.
    Activation {
        /// As `numbers.rs` has it; 0 without an activation.
        kind: u32,
        parameter: f32,
    }

    Dropout {
        /// Below 0 without dropout.
        rate: f32,
        /// What kept numbers are multiplied by.
        scale: f32,
        /// Key of the random numbers.
        key: u32,
        mask: u32,
        output: u32,
    }

    /// The range of the inner index that a dispatch of a product sums over.
    Slice {
        begin: u32,
        /// `None` for the last slice.
        end: Option<u32>,
    }

    /// The activation and the dropout that produced the input of a dense layer, for the backward pass through them.
    Producer {
        /// Derivative by the layer's input.
        delta: u32,
        /// Mask of the dropout; `None` without one.
        mask: Option<u32>,
        /// Derivative by the input of the dropout.
        dropout_delta: u32,
        activation: Activation,
        activation_input: u32,
        activation_output: u32,
        /// Derivative by the input of the activation.
        activation_delta: u32,
    }

    /// The strengths of L1 and L2 penalties, 0 without one.
    Strengths {
        l1: f32,
        l2: f32,
    }

    /// The loss of an example, for `loss_of_row` of `shaders/common/loss.wgsl`.
    LossOfRow {
        /// The values that the loss observes: outputs of the network, or scores before its last activation.
        values: u32,
        width: u32,
        /// Derivative by these values; `None` outside of training.
        delta: Option<u32>,
        /// Targets per example.
        targets: u32,
        kind: u32,
        parameter: f32,
        /// Offset of the losses in `results`.
        losses: u32,
        /// Offset of the network's outputs in `results`; `None` where they are not requested.
        outputs: Option<u32>,
        /// Whether the loss includes the activation that turns the values into probabilities.
        fused: bool,
    }
}

impl Activation {
    /// No activation.
    pub const NONE: Self = Activation { kind: 0, parameter: 0.0 };
}

impl Dropout {
    /// No dropout.
    pub const NONE: Self = Dropout { rate: -1.0, scale: 0.0, key: 0, mask: 0, output: 0 };
}

impl Producer {
    /// Nothing but the value with this derivative.
    pub fn of(delta: u32) -> Self {
        Producer {
            delta,
            mask: None,
            dropout_delta: 0,
            activation: Activation::NONE,
            activation_input: 0,
            activation_output: 0,
            activation_delta: 0,
        }
    }
}

impl Strengths {
    /// No penalty.
    pub const NONE: Self = Strengths { l1: 0.0, l2: 0.0 };

    pub fn of([l1, l2]: [f64; 2]) -> Self {
        Strengths { l1: l1 as f32, l2: l2 as f32 }
    }
}
