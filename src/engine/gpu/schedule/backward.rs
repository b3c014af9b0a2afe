//! The backward pass from the loss to the first layer that is trained.

use super::{Groups, Places, Scheduler, activation_part, pieces_of};
use crate::activation::{Activation as _, AnyActivation};
use crate::engine::gpu::loops;
use crate::engine::gpu::numbers;
use crate::engine::gpu::records::{
    ActivationBackward, BatchNormBackward, DenseBackwardInput, DropoutBackward, Producer,
};
use crate::engine::plan::{BatchNormalization, Mode, Operation, Value};

impl Scheduler<'_> {
    /// What produced a dense layer's input, and the first operation of that.
    pub(super) fn producer(&self, dense: usize) -> (usize, Producer) {
        let (plan, layout) = (self.plan, self.layout);
        let mut value = plan.operations[dense].input();
        let mut first = dense;
        let mut producer = Producer::of(layout.delta(value));
        let before = |first: usize| (first > plan.first_trained).then(|| &plan.operations[first - 1]);
        if let Some(Operation::Dropout { input, mask, .. }) = before(first) {
            producer.mask = Some(layout.value(*mask));
            producer.dropout_delta = layout.delta(*input);
            (value, first) = (*input, first - 1);
        }
        if let Some(Operation::Activate { input, output, activation }) = before(first)
            && activation.is_element_wise()
            && *output == value
        {
            producer.activation = activation_part(*activation);
            producer.activation_input = layout.value(*input);
            producer.activation_output = layout.value(*output);
            producer.activation_delta = layout.delta(*input);
            first -= 1;
        }
        (first, producer)
    }

    /// The backward pass from the loss; a tail that begins at `tail` includes its first part.
    pub(super) fn backward(&mut self, mode: Mode, tail: usize, end: usize, places: Places) {
        let (plan, layout) = (self.plan, self.layout);
        let mut at = end;
        if tail < end {
            at = if tail > plan.first_trained { self.producer(tail).0 } else { tail };
        }
        while at > plan.first_trained {
            at -= 1;
            match &plan.operations[at] {
                Operation::Dense { input, output, weights, .. } => {
                    if at > plan.first_trained {
                        at = self.dense_backward_input(at, *input, *output, *weights);
                    }
                }
                Operation::Activate { input, output, activation } => {
                    self.activation_backward(*input, *output, *activation);
                }
                Operation::Dropout { input, mask, output, .. } => {
                    self.dropout_backward(*input, Some(layout.value(*mask)), *output);
                }
                Operation::GaussianNoise { input, output, .. } => self.dropout_backward(*input, None, *output),
                Operation::BatchNorm(normalization) => self.batch_norm_backward(normalization, mode),
                Operation::ActivityPenalty { .. } => self.activity_penalty(at, places, true),
            }
        }
        // Penalties before the first layer that is trained only add to the loss.
        for at in 0..plan.first_trained {
            self.activity_penalty(at, places, false);
        }
    }

    /// Returns the first operation of what it covers.
    fn dense_backward_input(&mut self, at: usize, input: Value, output: Value, weights: usize) -> usize {
        let (first, producer) = self.producer(at);
        let dz = self.layout.delta(output);
        let (weights, mean_over) = (self.offset(weights), numbers::mean_over(self.loss));
        let (inputs, units) = (input.width as u32, output.width as u32);
        let tiles = self.tiles_for(self.rows, input.width);
        self.push_product(tiles, Groups::Tiles(tiles, input.width), output.width, |slice| {
            let producer = producer.clone();
            DenseBackwardInput { inputs, units, dz, weights, mean_over, producer, slice }
        });
        first
    }

    fn activation_backward(&mut self, input: Value, output: Value, activation: AnyActivation) {
        let record = ActivationBackward {
            z: self.layout.value(input),
            width: input.width as u32,
            a: self.layout.value(output),
            activation: activation_part(activation),
            pieces: pieces_of(activation),
            da: self.layout.delta(output),
            dz: self.layout.delta(input),
        };
        self.push_lines(Groups::Rows, loops::line_of(activation, input.width), &record);
    }

    fn dropout_backward(&mut self, input: Value, mask: Option<u32>, output: Value) {
        let (dy, dx) = (self.layout.delta(output), self.layout.delta(input));
        let record = DropoutBackward { dy, width: input.width as u32, mask, dx };
        self.push(Groups::Numbers(input.width), &record);
    }

    fn batch_norm_backward(&mut self, normalization: &BatchNormalization, mode: Mode) {
        let gradient = |id: Option<usize>| {
            let trained = id.map(|id| self.parameter(id)).filter(|parameter| parameter.trained);
            trained.map(|parameter| parameter.offset as u32)
        };
        let record = BatchNormBackward {
            x: self.layout.value(normalization.input),
            width: normalization.input.width as u32,
            dy: self.layout.delta(normalization.output),
            dx: self.layout.delta(normalization.input),
            gamma: normalization.gamma.map(|gamma| self.offset(gamma)),
            gamma_gradient: gradient(normalization.gamma),
            beta_gradient: gradient(normalization.beta),
            scratch: self.scratch(normalization),
            of_batch: normalization.uses_batch(mode),
        };
        self.push_lines(Groups::Fixed(normalization.input.width), self.rows, &record);
    }
}
