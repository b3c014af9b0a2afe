//! A plan as a list of dispatches: the kernel of each, its record, and its number of workgroups.

mod backward;
mod forward;
mod loss;
mod update;

use std::ops::Range;

use super::capabilities::Capabilities;
use super::kernel::Kernel;
use super::layout::{Layout, pieces};
use super::records::{self, Record, Slice};
use super::tiles::{THREADS, Tiles};
use crate::activation::{Activation as _, AnyActivation};
use crate::engine::cpu::LossAt;
use crate::engine::plan::{BatchNormalization, Mode, Operation, Parameter, Plan, Value};
use crate::engine::work::Job;
use crate::optim::{AnyOptimizer, Clip, Optimizer};

/// The most workgroups that every device takes in one dimension; the others follow in a second one.
const MOST_GROUPS: usize = 65_535;

/// How many workgroups a dispatch has for the rows of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Groups {
    Fixed(usize),
    /// One per row.
    Rows,
    /// Enough for this many numbers per row, one per thread.
    Numbers(usize),
    /// One per tile of a matrix with this many columns.
    Tiles(Tiles, usize),
}

/// One kernel's work in a step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dispatch {
    /// Position in the schedule's kernels.
    pub pipeline: usize,
    /// Offset of its record in the table.
    pub record: u32,
    groups: Groups,
}

impl Dispatch {
    /// The workgroups in two dimensions, at least as many as there is work for.
    pub fn groups(&self, rows: usize) -> [u32; 2] {
        let groups = match self.groups {
            Groups::Fixed(groups) => groups,
            Groups::Rows => rows,
            Groups::Numbers(width) => (rows * width).div_ceil(THREADS as usize),
            Groups::Tiles(tiles, width) => rows.div_ceil(tiles.rows as usize) * width.div_ceil(tiles.columns as usize),
        };
        let lines = groups.div_ceil(MOST_GROUPS).max(1);
        [groups.div_ceil(lines).max(1) as u32, lines as u32]
    }
}

/// Offsets in the results of a pass over data.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Places {
    /// One loss per example.
    pub losses: usize,
    /// A number for each penalized piece of parameters in each step.
    pub penalties: usize,
    /// The outputs of each example, where they are requested.
    pub outputs: Option<usize>,
}

/// What a step does with the gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum AfterGradient<'a> {
    /// Nothing: it stays in its buffer.
    Keep,
    /// The optimizer steps along it, clipped or not.
    Step(&'a AnyOptimizer, Option<Clip>),
}

/// Builds lists of dispatches, and the table of their records.
#[derive(Debug)]
pub(super) struct Scheduler<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
    loss: &'a LossAt,
    targets: usize,
    /// Rows of a batch, for the choice of tiles.
    rows: usize,
    capabilities: Capabilities,
    /// Tiles that replace those that would be chosen.
    tiles: Option<Tiles>,
    pub table: Vec<u32>,
    pub kernels: Vec<(Kernel, Tiles)>,
    list: Vec<Dispatch>,
    /// The kernel with the longest loops that cannot be sliced, and how many iterations they take.
    pub longest: Option<(Kernel, usize)>,
}

/// A dense layer with what follows it in the same kernel.
struct Block {
    activation: Option<usize>,
    dropout: Option<usize>,
    /// The first operation after it.
    end: usize,
}

impl<'a> Scheduler<'a> {
    pub fn new(job: &Job<'a>, layout: &'a Layout, capabilities: Capabilities, tiles: Option<Tiles>) -> Self {
        let &Job { plan, loss, .. } = job;
        Scheduler {
            plan,
            layout,
            loss,
            targets: 0,
            rows: job.batch,
            capabilities,
            tiles,
            table: vec![],
            kernels: vec![],
            list: vec![],
            longest: None,
        }
    }

    /// The dispatches of a training step.
    pub fn training(&mut self, mode: Mode, targets: usize, places: Places, after: AfterGradient<'_>) -> Vec<Dispatch> {
        self.targets = targets;
        let plan = self.plan;
        let end = plan.operations.len() - self.loss.fused;
        let tail = self.tail_begin(end);
        let updates = matches!(after, AfterGradient::Step(..));
        self.forward(mode, 0..tail.unwrap_or(end), updates);
        match tail {
            Some(dense) => self.dense_tail(dense, end, places),
            None => self.loss(places, true),
        }
        self.backward(mode, tail.unwrap_or(end), end, places);
        self.weight_penalties(places);
        self.update(after);
        std::mem::take(&mut self.list)
    }

    /// The dispatches that evaluate a batch of this many rows, without the penalties of parameters.
    pub fn evaluating(&mut self, rows: usize, targets: usize, places: Places) -> Vec<Dispatch> {
        self.targets = targets;
        let mut batch = self.predicting(rows);
        self.loss(Places { outputs: None, ..places }, false);
        for at in 0..self.plan.operations.len() {
            self.activity_penalty(at, places, false);
        }
        batch.append(&mut self.list);
        batch
    }

    /// The dispatches that predict a batch of this many rows.
    pub fn predicting(&mut self, rows: usize) -> Vec<Dispatch> {
        self.rows = rows;
        // Only training is in mixed precision.
        let products = std::mem::take(&mut self.capabilities.products);
        self.forward(Mode::Predict, 0..self.plan.operations.len(), false);
        self.capabilities.products = products;
        std::mem::take(&mut self.list)
    }

    /// The number of penalized pieces of parameters.
    pub fn penalties(plan: &Plan) -> usize {
        penalized(plan).count()
    }

    fn push<R: Record>(&mut self, groups: Groups, record: &R) {
        self.push_with(Tiles::SOFTWARE.with(self.capabilities.products), groups, record);
    }

    /// A kernel whose threads loop over lines of this length.
    fn push_lines<R: Record>(&mut self, groups: Groups, length: usize, record: &R) {
        let iterations = R::KERNEL.iterations(length);
        if self.longest.is_none_or(|(_, most)| iterations > most) {
            self.longest = Some((R::KERNEL, iterations));
        }
        self.push(groups, record);
    }

    /// A product over an inner index of this length, in slices.
    fn push_product<R: Record>(&mut self, tiles: Tiles, groups: Groups, length: usize, record: impl Fn(Slice) -> R) {
        for begin in (0..length.max(1)).step_by(tiles.slice()) {
            let end = begin + tiles.slice();
            let slice = Slice { begin: begin as u32, end: (end < length).then_some(end as u32) };
            self.push_with(tiles, groups, &record(slice));
        }
    }

    fn push_with<R: Record>(&mut self, tiles: Tiles, groups: Groups, record: &R) {
        let key = (R::KERNEL, tiles);
        let pipeline = self.kernels.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.kernels.push(key);
            self.kernels.len() - 1
        });
        self.list.push(Dispatch { pipeline, record: self.table.len() as u32, groups });
        record.write(&mut self.table);
    }

    fn tiles_for(&self, rows: usize, columns: usize) -> Tiles {
        match self.tiles {
            Some(tiles) => tiles.with(self.capabilities.products),
            None => Tiles::for_shape(rows, columns, self.capabilities),
        }
    }

    fn parameter(&self, id: usize) -> &'a Parameter {
        &self.plan.parameters[id]
    }

    fn offset(&self, id: usize) -> u32 {
        self.parameter(id).offset as u32
    }

    /// The offset of a dense layer's input; `None` where the layer reads the rows of the data set itself.
    fn input(&self, value: Value) -> Option<u32> {
        let is_data = value == self.plan.input && self.gathers_itself();
        (!is_data).then(|| self.layout.value(value))
    }

    fn scratch(&self, normalization: &BatchNormalization) -> u32 {
        (self.layout.scratch + normalization.scratch) as u32
    }

    fn gathers_itself(&self) -> bool {
        matches!(self.plan.operations.first(), Some(Operation::Dense { .. }))
    }

    /// The operations that one kernel can do, from this dense layer on.
    fn block(&self, dense: usize, end: usize) -> Block {
        let mut block = Block { activation: None, dropout: None, end: dense + 1 };
        if let Some(Operation::Activate { activation, .. }) = self.plan.operations[..end].get(block.end)
            && activation.is_element_wise()
        {
            block.activation = Some(block.end);
            block.end += 1;
        }
        if let Some(Operation::Dropout { .. }) = self.plan.operations[..end].get(block.end) {
            block.dropout = Some(block.end);
            block.end += 1;
        }
        block
    }
}

/// The numbers of the optimizer's state per parameter.
pub(super) fn slots_of(after: AfterGradient<'_>) -> usize {
    match after {
        AfterGradient::Keep => 0,
        AfterGradient::Step(optimizer, _) => optimizer.slots(),
    }
}

/// The parameters whose penalties are part of the loss, in pieces, one per workgroup; the host adds them up.
fn penalized(plan: &Plan) -> impl Iterator<Item = (&Parameter, Range<usize>)> {
    let parameters = plan.parameters.iter().filter(|parameter| parameter.trained && parameter.spec.penalty.is_some());
    parameters.flat_map(|parameter| pieces(parameter.range()).map(move |piece| (parameter, piece)))
}

fn activation_part(activation: AnyActivation) -> records::Activation {
    records::Activation { kind: activation.kind_number(), parameter: activation.kind_parameter() }
}

/// How many pieces a maxout unit has.
fn pieces_of(activation: AnyActivation) -> u32 {
    match activation {
        AnyActivation::Maxout(maxout) => maxout.pieces as u32,
        _ => 1,
    }
}

fn output_of(operation: &Operation) -> Value {
    match operation {
        Operation::Dense { output, .. }
        | Operation::Activate { output, .. }
        | Operation::Dropout { output, .. }
        | Operation::GaussianNoise { output, .. } => *output,
        Operation::BatchNorm(normalization) => normalization.output,
        Operation::ActivityPenalty { value, .. } => *value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_workgroups_for_all_work() {
        let groups = |groups: Groups, rows: usize| Dispatch { pipeline: 0, record: 0, groups }.groups(rows);
        assert_eq!(groups(Groups::Rows, 0), [1, 1]);
        assert_eq!(groups(Groups::Rows, 65_535), [65_535, 1]);
        assert_eq!(groups(Groups::Rows, 65_536), [32_768, 2]);
        assert_eq!(groups(Groups::Numbers(3), 100), [2, 1]);
        let tiles = Tiles::SOFTWARE;
        assert_eq!(groups(Groups::Tiles(tiles, 65), 129), [6, 1]);
        for rows in [1, 1000, 65_537, 131_071, 10_000_001] {
            let [across, down] = groups(Groups::Rows, rows).map(|groups| groups as usize);
            assert!(across <= MOST_GROUPS && (rows..rows + down).contains(&(across * down)), "{rows}");
        }
    }
}
