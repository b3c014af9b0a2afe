//! The way forward: products with what follows them, and what stands alone.

use std::ops::Range;

use super::{Groups, Scheduler, bits};
use crate::engine::gpu::kernel::Kernel;
use crate::engine::gpu::loops;
use crate::engine::gpu::numbers;
use crate::engine::plan::{Mode, Operation};

impl Scheduler<'_> {
    pub(super) fn forward(&mut self, mode: Mode, operations: Range<usize>, updates: bool) {
        let (plan, layout) = (self.plan, self.layout);
        if !self.gathers_itself() {
            let width = plan.input.width;
            self.push(Kernel::Gather, Groups::Numbers(width), vec![layout.value(plan.input), width as u32]);
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
                    let [kind, parameter] = numbers::activation(*activation);
                    let record = vec![layout.value(*input), input.width as u32, layout.value(*output), kind, parameter];
                    let line = loops::line_of(*activation, input.width);
                    self.push_lines(Kernel::ActivationForward, Groups::Rows, line, record);
                }
                Operation::Dropout { input, mask, output, .. } => {
                    let [rate, kept, key] = self.dropout_numbers(mode, at);
                    let places = [layout.value(*mask), layout.value(*output)];
                    let record = vec![layout.value(*input), input.width as u32, places[0], places[1], rate, kept, key];
                    self.push(Kernel::DropoutForward, Groups::Numbers(input.width), record);
                }
                Operation::GaussianNoise { input, output, std } => {
                    let (std, key) = match mode.stream(at) {
                        Some(stream) => (*std, stream.key()),
                        None => (0.0, 0),
                    };
                    let record = vec![layout.value(*input), input.width as u32, layout.value(*output), bits(std), key];
                    self.push(Kernel::GaussianNoise, Groups::Numbers(input.width), record);
                }
                Operation::BatchNorm(normalization) => {
                    let batch = mode != Mode::Predict && !normalization.frozen;
                    let record = vec![
                        layout.value(normalization.input),
                        normalization.input.width as u32,
                        layout.value(normalization.output),
                        self.offset(normalization.gamma),
                        self.offset(normalization.beta),
                        self.offset(Some(normalization.mean)),
                        self.offset(Some(normalization.variance)),
                        (layout.scratch + normalization.scratch) as u32,
                        bits(normalization.epsilon),
                        u32::from(batch),
                        bits(if batch && updates { normalization.momentum } else { -1.0 }),
                    ];
                    let groups = Groups::Fixed(normalization.input.width);
                    self.push_lines(Kernel::BatchNormForward, groups, self.rows, record);
                }
                // Behind the loss, to which it adds.
                Operation::ActivityPenalty { .. } => {}
            }
            at = next;
        }
    }

    /// Rate, what kept numbers are multiplied by, and the key of a dropout.
    pub(super) fn dropout_numbers(&self, mode: Mode, at: usize) -> [u32; 3] {
        match (&self.plan.operations[at], mode.stream(at)) {
            (Operation::Dropout { rate, .. }, Some(stream)) => [bits(*rate), bits(1.0 / (1.0 - rate)), stream.key()],
            _ => [bits(0.0), bits(1.0), 0],
        }
    }

    /// A dense layer with what follows it; gives the first operation behind.
    pub(super) fn dense_forward(&mut self, mode: Mode, at: usize, end: usize) -> usize {
        let (plan, layout) = (self.plan, self.layout);
        let Operation::Dense { input, output, weights, bias } = &plan.operations[at] else { return at + 1 };
        let block = self.block(at, end);
        let mut record = vec![input.width as u32, output.width as u32, self.input(*input)];
        record.extend([self.offset(Some(*weights)), self.offset(*bias), layout.value(*output)]);
        match block.activation.map(|at| &plan.operations[at]) {
            Some(Operation::Activate { activation, output, .. }) => {
                record.extend(numbers::activation(*activation));
                record.push(layout.value(*output));
            }
            _ => record.extend([0, 0, 0]),
        }
        match block.dropout.map(|at| (at, &plan.operations[at])) {
            Some((at, Operation::Dropout { mask, output, .. })) => {
                record.extend(self.dropout_numbers(mode, at));
                record.extend([layout.value(*mask), layout.value(*output)]);
            }
            _ => record.extend([bits(-1.0), 0, 0, 0, 0]),
        }
        let tiles = self.tiles_for(self.rows, output.width);
        let (groups, end) = (Groups::Tiles(tiles, output.width), record.len());
        self.push_product(Kernel::DenseForward, tiles, groups, input.width, record, end);
        block.end
    }
}
