//! A plan as a list of dispatches: which kernel, with which record, over how many workgroups.

mod backward;
mod forward;
mod loss;
mod update;

use std::ops::Range;

use super::capabilities::Capabilities;
use super::kernel::{Kernel, THREADS, Tiles};
use super::layout::{Layout, pieces};
use super::numbers;
use crate::engine::cpu::LossAt;
use crate::engine::plan::{Mode, Operation, Parameter, Plan, Value};
use crate::engine::work::Job;
use crate::optim::{Clip, Optimizer, Update};

/// In a record: there is no such thing.
pub(super) const NONE: u32 = u32::MAX;

/// More workgroups than this side by side a device need not take; the others follow in a second dimension.
const MOST_GROUPS: usize = 65_535;

/// How many workgroups a dispatch has for the rows of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Groups {
    Fixed(usize),
    /// One a row.
    Rows,
    /// One for as many numbers of this width as it has threads.
    Numbers(usize),
    /// One a tile of this width.
    Tiles(Tiles, usize),
}

/// One kernel's work in a step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dispatch {
    /// Position in the schedule's kernels.
    pub pipeline: usize,
    /// Where its record begins in the table.
    pub record: u32,
    groups: Groups,
}

impl Dispatch {
    /// In two dimensions, at least as many as there is work for.
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

/// Where a pass over data leaves what it finds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Places {
    /// One loss an example.
    pub losses: usize,
    /// A number for each penalty of parameters, each step.
    pub penalties: usize,
    /// The outputs of each example, where they are wanted.
    pub outputs: Option<usize>,
}

/// What a step does with the gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum AfterGradient<'a> {
    /// Nothing: it stays in its buffer.
    Keep,
    /// The optimizer steps along it, clipped or not.
    Step(&'a Optimizer, Option<Clip>),
}

/// Makes lists of dispatches, and the table with their records.
#[derive(Debug)]
pub(super) struct Scheduler<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
    loss: &'a LossAt,
    targets: usize,
    /// For which tiles are chosen.
    rows: usize,
    capabilities: Capabilities,
    /// Given instead of those that would be chosen.
    tiles: Option<Tiles>,
    pub table: Vec<u32>,
    pub kernels: Vec<(Kernel, Tiles)>,
    list: Vec<Dispatch>,
    /// The kernel with the longest loops that cannot be sliced, and how many iterations they take.
    pub longest: Option<(Kernel, usize)>,
}

/// A dense layer with what follows it, as far as one kernel does it all.
struct Block {
    activation: Option<usize>,
    dropout: Option<usize>,
    /// The first operation behind it.
    end: usize,
}

fn bits(number: f64) -> u32 {
    (number as f32).to_bits()
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
            None => {
                let record = self.loss_record(places, true);
                self.push_lines(Kernel::Loss, Groups::Rows, self.loss.value.width.max(targets), record);
            }
        }
        self.backward(mode, tail.unwrap_or(end), end, places);
        self.weight_penalties(places);
        self.update(after);
        std::mem::take(&mut self.list)
    }

    /// The dispatches that judge so many rows; the penalties of parameters are no part of them.
    pub fn evaluating(&mut self, rows: usize, targets: usize, places: Places) -> Vec<Dispatch> {
        self.targets = targets;
        let mut batch = self.predicting(rows);
        let record = self.loss_record(Places { outputs: None, ..places }, false);
        self.push_lines(Kernel::Loss, Groups::Rows, self.loss.value.width.max(targets), record);
        for at in 0..self.plan.operations.len() {
            self.activity_penalty(at, places, false);
        }
        batch.append(&mut self.list);
        batch
    }

    /// The dispatches that predict so many rows.
    pub fn predicting(&mut self, rows: usize) -> Vec<Dispatch> {
        self.rows = rows;
        // What is judged is judged in full precision.
        let products = std::mem::take(&mut self.capabilities.products);
        self.forward(Mode::Predict, 0..self.plan.operations.len(), false);
        self.capabilities.products = products;
        std::mem::take(&mut self.list)
    }

    /// How many numbers the penalties of parameters are in each step.
    pub fn penalties(plan: &Plan) -> usize {
        penalized(plan).count()
    }

    fn push(&mut self, kernel: Kernel, groups: Groups, record: Vec<u32>) {
        self.push_with(kernel, Tiles::SOFTWARE.with(self.capabilities.products), groups, record);
    }

    /// A kernel that goes over lines of this length.
    fn push_lines(&mut self, kernel: Kernel, groups: Groups, length: usize, record: Vec<u32>) {
        let iterations = kernel.iterations(length);
        if self.longest.is_none_or(|(_, most)| iterations > most) {
            self.longest = Some((kernel, iterations));
        }
        self.push(kernel, groups, record);
    }

    /// A product over an inner index of this length, in slices. Word `at` of the record is where the slice begins, the next
    /// one where it ends.
    fn push_product(
        &mut self,
        kernel: Kernel,
        tiles: Tiles,
        groups: Groups,
        length: usize,
        mut record: Vec<u32>,
        at: usize,
    ) {
        record.splice(at..at, [0, NONE]);
        for begin in (0..length.max(1)).step_by(tiles.slice()) {
            let end = begin + tiles.slice();
            record[at] = begin as u32;
            record[at + 1] = if end < length { end as u32 } else { NONE };
            self.push_with(kernel, tiles, groups, record.clone());
        }
    }

    fn push_with(&mut self, kernel: Kernel, tiles: Tiles, groups: Groups, record: Vec<u32>) {
        let key = (kernel, tiles);
        let pipeline = self.kernels.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.kernels.push(key);
            self.kernels.len() - 1
        });
        self.list.push(Dispatch { pipeline, record: self.table.len() as u32, groups });
        self.table.extend(record);
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

    fn offset(&self, id: Option<usize>) -> u32 {
        id.map_or(NONE, |id| self.parameter(id).offset as u32)
    }

    /// Where an operation finds its input: a dense layer takes the batch's rows of the data set itself.
    fn input(&self, value: Value) -> u32 {
        if value == self.plan.input && self.gathers_itself() { NONE } else { self.layout.value(value) }
    }

    fn gathers_itself(&self) -> bool {
        matches!(self.plan.operations.first(), Some(Operation::Dense { .. }))
    }

    /// What of the operations from this dense layer on one kernel can do.
    fn block(&self, dense: usize, end: usize) -> Block {
        let mut block = Block { activation: None, dropout: None, end: dense + 1 };
        if let Some(Operation::Activate { activation, .. }) = self.plan.operations[..end].get(block.end)
            && numbers::is_element_wise(*activation)
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

/// The optimizer's memory of a parameter, in numbers.
pub(super) fn slots_of(after: AfterGradient<'_>) -> usize {
    match after {
        AfterGradient::Keep => 0,
        AfterGradient::Step(optimizer, _) => optimizer.slots(),
    }
}

/// The parameters whose penalties are part of the loss, in pieces of which each is a workgroup's: the host adds them up.
fn penalized(plan: &Plan) -> impl Iterator<Item = (&Parameter, Range<usize>)> {
    let parameters = plan.parameters.iter().filter(|parameter| parameter.trained && parameter.spec.penalty.is_some());
    parameters.flat_map(|parameter| pieces(parameter.range()).map(move |piece| (parameter, piece)))
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
