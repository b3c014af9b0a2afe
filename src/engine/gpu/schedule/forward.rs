//! The forward pass: products with what follows them, and operations of their own.

use std::ops::Range;

use super::{Groups, Scheduler, activation_part, pieces_of};
use crate::activation::AnyActivation;
use crate::engine::gpu::loops;
use crate::engine::gpu::records::{
    self, ActivationForward, BatchNormForward, DenseForward, Dropout, DropoutForward, Gather, GaussianNoise,
};
use crate::engine::plan::{BatchNormalization, Mode, Operation, Value};

impl Scheduler<'_> {
    pub(super) fn forward(&mut self, mode: Mode, operations: Range<usize>, updates: bool) {
        let (plan, layout) = (self.plan, self.layout);
        if !self.gathers_itself() {
            let width = plan.input.width;
            let record = Gather { output: layout.value(plan.input), width: width as u32 };
            self.push(Groups::Numbers(width), &record);
        }
        let mut at = operations.start;
        while at < operations.end {
            let next = at + 1;
            match &plan.operations[at] {
                Operation::Dense { .. } => {
                    at = self.dense_forward(mode, at, operations.end);
                    continue;
                }
                Operation::Activate { input, output, activation } => {
                    self.activation_forward(*input, *output, *activation);
                }
                Operation::Dropout { input, mask, output, rate } => {
                    let dropout = self.dropout(mode, at, *rate, *mask, *output);
                    let record = DropoutForward { x: layout.value(*input), width: input.width as u32, dropout };
                    self.push(Groups::Numbers(input.width), &record);
                }
                Operation::GaussianNoise { input, output, std } => {
                    let (x, y) = (layout.value(*input), layout.value(*output));
                    let (std, key) = mode.stream(at).map_or((0.0, 0), |stream| (*std as f32, stream.key()));
                    let record = GaussianNoise { x, width: input.width as u32, y, std, key };
                    self.push(Groups::Numbers(input.width), &record);
                }
                Operation::BatchNorm(normalization) => self.batch_norm_forward(normalization, mode, updates),
                // After the loss, to which it adds.
                Operation::ActivityPenalty { .. } => {}
            }
            at = next;
        }
    }

    fn activation_forward(&mut self, input: Value, output: Value, activation: AnyActivation) {
        let record = ActivationForward {
            z: self.layout.value(input),
            width: input.width as u32,
            a: self.layout.value(output),
            activation: activation_part(activation),
            pieces: pieces_of(activation),
        };
        self.push_lines(Groups::Rows, loops::line_of(activation, input.width), &record);
    }

    /// A dropout, which keeps all numbers outside of training.
    fn dropout(&self, mode: Mode, at: usize, rate: f64, mask: Value, output: Value) -> Dropout {
        let (mask, output) = (self.layout.value(mask), self.layout.value(output));
        match mode.stream(at) {
            Some(stream) => {
                Dropout { rate: rate as f32, scale: (1.0 / (1.0 - rate)) as f32, key: stream.key(), mask, output }
            }
            None => Dropout { rate: 0.0, scale: 1.0, key: 0, mask, output },
        }
    }

    fn batch_norm_forward(&mut self, normalization: &BatchNormalization, mode: Mode, updates: bool) {
        let of_batch = normalization.uses_batch(mode);
        let record = BatchNormForward {
            x: self.layout.value(normalization.input),
            width: normalization.input.width as u32,
            y: self.layout.value(normalization.output),
            gamma: normalization.gamma.map(|gamma| self.offset(gamma)),
            beta: normalization.beta.map(|beta| self.offset(beta)),
            mean: self.offset(normalization.mean),
            variance: self.offset(normalization.variance),
            scratch: self.scratch(normalization),
            epsilon: normalization.epsilon as f32,
            of_batch,
            momentum: if of_batch && updates { normalization.momentum as f32 } else { -1.0 },
        };
        self.push_lines(Groups::Fixed(normalization.input.width), self.rows, &record);
    }

    /// A dense layer with what follows it. Returns the first operation after them.
    fn dense_forward(&mut self, mode: Mode, at: usize, end: usize) -> usize {
        let (plan, layout) = (self.plan, self.layout);
        let Operation::Dense { input, output, weights, bias } = &plan.operations[at] else { return at + 1 };
        let block = self.block(at, end);
        let (activation, a) = match block.activation.map(|at| &plan.operations[at]) {
            Some(Operation::Activate { activation, output, .. }) => {
                (activation_part(*activation), layout.value(*output))
            }
            _ => (records::Activation::NONE, 0),
        };
        let dropout = match block.dropout.map(|at| (at, &plan.operations[at])) {
            Some((at, Operation::Dropout { mask, output, rate, .. })) => self.dropout(mode, at, *rate, *mask, *output),
            _ => Dropout::NONE,
        };
        let (inputs, units) = (input.width as u32, output.width as u32);
        let (x, z) = (self.input(*input), layout.value(*output));
        let (weights, bias) = (self.offset(*weights), bias.map(|bias| self.offset(bias)));
        let tiles = self.tiles_for(self.rows, output.width);
        self.push_product(tiles, Groups::Tiles(tiles, output.width), input.width, |slice| {
            let (activation, dropout) = (activation.clone(), dropout.clone());
            DenseForward { inputs, units, x, weights, bias, z, activation, a, dropout, slice }
        });
        block.end
    }
}
