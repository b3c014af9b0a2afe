//! The loss, alone or with the last layer around it, and what penalties add to it.

use super::{Groups, Places, Scheduler, activation_part, output_of, penalized};
use crate::engine::gpu::kernel::TAIL_LANES;
use crate::engine::gpu::loops::{MOST_ITERATIONS, of_tail};
use crate::engine::gpu::numbers;
use crate::engine::gpu::records::{
    Activation, ActivityPenalty, DenseTail, Loss, LossOfRow, PenalizedPiece, Strengths, WeightPenalty,
};
use crate::engine::plan::Operation;

impl Scheduler<'_> {
    /// The last dense layer, where the loss observes its output, or that of its activation, and it has few units.
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

    /// The loss of each example, as a kernel of its own.
    pub(super) fn loss(&mut self, places: Places, slopes: bool) {
        let loss = self.loss_of_row(places, slopes);
        self.push_lines(Groups::Rows, self.loss.value.width.max(self.targets), &Loss { loss });
    }

    fn loss_of_row(&self, places: Places, slopes: bool) -> LossOfRow {
        let loss = self.loss.loss;
        LossOfRow {
            values: self.layout.value(self.loss.value),
            width: self.loss.value.width as u32,
            delta: slopes.then(|| self.layout.delta(self.loss.value)),
            targets: self.targets as u32,
            kind: loss.kind_number(),
            parameter: loss.kind_parameter(),
            losses: places.losses as u32,
            outputs: places.outputs.map(|outputs| outputs as u32),
            fused: self.loss.fused == 1,
        }
    }

    pub(super) fn dense_tail(&mut self, at: usize, end: usize, places: Places) {
        let (plan, layout) = (self.plan, self.layout);
        let Operation::Dense { input, output, weights, bias } = &plan.operations[at] else { return };
        let (activation, a, da) = match self.block(at, end).activation.map(|at| &plan.operations[at]) {
            Some(Operation::Activate { activation, output, .. }) => {
                (activation_part(*activation), layout.value(*output), layout.delta(*output))
            }
            _ => (Activation::NONE, 0, 0),
        };
        let record = DenseTail {
            inputs: input.width as u32,
            units: output.width as u32,
            x: self.input(*input),
            weights: self.offset(*weights),
            bias: bias.map(|bias| self.offset(bias)),
            z: layout.value(*output),
            dz: layout.delta(*output),
            activation,
            a,
            da,
            continues: at > plan.first_trained,
            producer: self.producer(at).1,
            loss: self.loss_of_row(places, true),
        };
        self.push(Groups::Rows, &record);
    }

    pub(super) fn activity_penalty(&mut self, at: usize, places: Places, slopes: bool) {
        let Operation::ActivityPenalty { value, penalty } = &self.plan.operations[at] else { return };
        let (strengths, mean) = numbers::strengths(penalty.penalty);
        let record = ActivityPenalty {
            values: self.layout.value(*value),
            width: value.width as u32,
            delta: slopes.then(|| self.layout.delta(*value)),
            penalty: Strengths::of(strengths),
            mean,
            losses: places.losses as u32,
        };
        self.push_lines(Groups::Rows, value.width, &record);
    }

    pub(super) fn weight_penalties(&mut self, places: Places) {
        let pieces = penalized(self.plan).map(|(parameter, piece)| PenalizedPiece {
            start: piece.start as u32,
            length: piece.len() as u32,
            penalty: Strengths::of(numbers::strengths_for(parameter.spec.penalty, parameter.length())),
        });
        let pieces: Vec<_> = pieces.collect();
        if !pieces.is_empty() {
            let groups = Groups::Fixed(pieces.len());
            self.push(groups, &WeightPenalty { penalties: places.penalties as u32, pieces });
        }
    }
}
