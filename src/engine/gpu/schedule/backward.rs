//! The way back from the loss to the first layer that is trained.

use super::{Groups, NONE, Places, Scheduler};
use crate::engine::gpu::kernel::Kernel;
use crate::engine::gpu::loops;
use crate::engine::gpu::numbers;
use crate::engine::plan::{Mode, Operation};

impl Scheduler<'_> {
    /// The record of the way back from a dense layer's input through what made it, and the first operation of that.
    pub(super) fn way_back(&self, dense: usize) -> (usize, Vec<u32>) {
        let (plan, layout) = (self.plan, self.layout);
        let mut value = plan.operations[dense].input();
        let mut first = dense;
        let mut record = vec![layout.delta(value), NONE, 0];
        let before = |first: usize| (first > plan.first_trained).then(|| &plan.operations[first - 1]);
        if let Some(Operation::Dropout { input, mask, .. }) = before(first) {
            record = vec![layout.delta(value), layout.value(*mask), layout.delta(*input)];
            (value, first) = (*input, first - 1);
        }
        match before(first) {
            Some(Operation::Activate { input, output, activation })
                if numbers::is_element_wise(*activation) && *output == value =>
            {
                record.extend(numbers::activation(*activation));
                record.extend([layout.value(*input), layout.value(*output), layout.delta(*input)]);
                first -= 1;
            }
            _ => record.extend([0; 5]),
        }
        (first, record)
    }

    /// The way back from the loss; a tail that began at `tail` has gone the first part.
    pub(super) fn backward(&mut self, mode: Mode, tail: usize, end: usize, places: Places) {
        let (plan, layout) = (self.plan, self.layout);
        let mut at = end;
        if tail < end {
            at = if tail > plan.first_trained { self.way_back(tail).0 } else { tail };
        }
        while at > plan.first_trained {
            at -= 1;
            match &plan.operations[at] {
                Operation::Dense { input, output, weights, .. } => {
                    if at > plan.first_trained {
                        let (first, back) = self.way_back(at);
                        let mut record = vec![
                            input.width as u32,
                            output.width as u32,
                            layout.delta(*output),
                            self.offset(Some(*weights)),
                            numbers::mean_over(self.loss),
                        ];
                        record.extend(back);
                        let tiles = self.tiles_for(self.rows, input.width);
                        let (groups, end) = (Groups::Tiles(tiles, input.width), record.len());
                        self.push_product(Kernel::DenseBackwardInput, tiles, groups, output.width, record, end);
                        at = first;
                    }
                }
                Operation::Activate { input, output, activation } => {
                    let [kind, parameter] = numbers::activation(*activation);
                    let mut record =
                        vec![layout.value(*input), input.width as u32, layout.value(*output), kind, parameter];
                    record.extend([layout.delta(*output), layout.delta(*input)]);
                    let line = loops::line_of(*activation, input.width);
                    self.push_lines(Kernel::ActivationBackward, Groups::Rows, line, record);
                }
                Operation::Dropout { input, mask, output, .. } => {
                    let record =
                        vec![layout.delta(*output), input.width as u32, layout.value(*mask), layout.delta(*input)];
                    self.push(Kernel::DropoutBackward, Groups::Numbers(input.width), record);
                }
                Operation::GaussianNoise { input, output, .. } => {
                    let record = vec![layout.delta(*output), input.width as u32, NONE, layout.delta(*input)];
                    self.push(Kernel::DropoutBackward, Groups::Numbers(input.width), record);
                }
                Operation::BatchNorm(normalization) => {
                    let gradient = |id: Option<usize>| {
                        let trained = id.map(|id| self.parameter(id)).filter(|parameter| parameter.trained);
                        trained.map_or(NONE, |parameter| parameter.offset as u32)
                    };
                    let record = vec![
                        layout.value(normalization.input),
                        normalization.input.width as u32,
                        layout.delta(normalization.output),
                        layout.delta(normalization.input),
                        self.offset(normalization.gamma),
                        gradient(normalization.gamma),
                        gradient(normalization.beta),
                        (layout.scratch + normalization.scratch) as u32,
                        u32::from(mode != Mode::Predict && !normalization.frozen),
                    ];
                    let groups = Groups::Fixed(normalization.input.width);
                    self.push_lines(Kernel::BatchNormBackward, groups, self.rows, record);
                }
                Operation::ActivityPenalty { .. } => self.activity_penalty(at, places, true),
            }
        }
        // What adds to the loss before the first layer that is trained.
        for at in 0..plan.first_trained {
            self.activity_penalty(at, places, false);
        }
    }
}
