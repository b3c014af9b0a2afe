//! The loss, alone or with the last layer around it, and what penalties add to it.

use super::{Groups, NONE, Places, Scheduler, bits, output_of, penalized};
use crate::engine::gpu::kernel::{Kernel, TAIL_LANES};
use crate::engine::gpu::loops::{MOST_ITERATIONS, of_tail};
use crate::engine::gpu::numbers;
use crate::engine::plan::Operation;

impl Scheduler<'_> {
    /// The last dense layer, where the loss looks at it, or at its activation, and it has few outputs.
    pub(super) fn tail_begin(&self, end: usize) -> Option<usize> {
        let dense = self.plan.operations[..end].iter().rposition(|at| matches!(at, Operation::Dense { .. }))?;
        let block = self.block(dense, end);
        let output = match block.activation {
            Some(at) => output_of(&self.plan.operations[at]),
            None => output_of(&self.plan.operations[dense]),
        };
        let Operation::Dense { input, .. } = &self.plan.operations[dense] else { return None };
        let few = output.width <= TAIL_LANES && of_tail(input.width, output.width) <= MOST_ITERATIONS;
        let fits = block.end == end && block.dropout.is_none() && dense >= self.plan.first_trained;
        (fits && output == self.loss.value && few).then_some(dense)
    }

    pub(super) fn loss_record(&self, places: Places, slopes: bool) -> Vec<u32> {
        let [kind, parameter] = numbers::loss(self.loss.loss);
        vec![
            self.layout.value(self.loss.value),
            self.loss.value.width as u32,
            if slopes { self.layout.delta(self.loss.value) } else { NONE },
            self.targets as u32,
            kind,
            parameter,
            places.losses as u32,
            places.outputs.map_or(NONE, |outputs| outputs as u32),
            self.loss.fused as u32,
        ]
    }

    pub(super) fn dense_tail(&mut self, at: usize, end: usize, places: Places) {
        let (plan, layout) = (self.plan, self.layout);
        let Operation::Dense { input, output, weights, bias } = &plan.operations[at] else { return };
        let mut record = vec![input.width as u32, output.width as u32, self.input(*input)];
        record.extend([self.offset(Some(*weights)), self.offset(*bias), layout.value(*output), layout.delta(*output)]);
        record.push(u32::from(at > plan.first_trained));
        match self.block(at, end).activation.map(|at| &plan.operations[at]) {
            Some(Operation::Activate { activation, output, .. }) => {
                record.extend(numbers::activation(*activation));
                record.extend([layout.value(*output), layout.delta(*output)]);
            }
            _ => record.extend([0; 4]),
        }
        record.extend(self.way_back(at).1);
        record.extend(self.loss_record(places, true));
        self.push(Kernel::DenseTail, Groups::Rows, record);
    }

    pub(super) fn activity_penalty(&mut self, at: usize, places: Places, slopes: bool) {
        let Operation::ActivityPenalty { value, penalty } = &self.plan.operations[at] else { return };
        let ([l1, l2], mean) = numbers::strengths(penalty.penalty);
        let record = vec![
            self.layout.value(*value),
            value.width as u32,
            if slopes { self.layout.delta(*value) } else { NONE },
            bits(l1),
            bits(l2),
            u32::from(mean),
            places.losses as u32,
        ];
        self.push_lines(Kernel::ActivityPenalty, Groups::Rows, value.width, record);
    }

    pub(super) fn weight_penalties(&mut self, places: Places) {
        let count = Scheduler::penalties(self.plan);
        if count == 0 {
            return;
        }
        let mut record = vec![count as u32, places.penalties as u32];
        for (parameter, piece) in penalized(self.plan) {
            let [l1, l2] = numbers::strengths_for(parameter.spec.penalty, parameter.length());
            record.extend([piece.start as u32, piece.len() as u32, bits(l1), bits(l2)]);
        }
        self.push(Kernel::WeightPenalty, Groups::Fixed(count), record);
    }
}
