//! A plan as a list of dispatches: which kernel, with which record, over how many workgroups.

use std::ops::Range;

use super::kernel::{Kernel, TAIL_LANES, Tiles};
use super::layout::Layout;
use super::numbers;
use crate::engine::cpu::LossAt;
use crate::engine::plan::{Mode, Operation, Parameter, Plan, Value};
use crate::optim::{Clip, Optimizer, Update};

/// In a record: there is no such thing.
const NONE: u32 = u32::MAX;

/// More workgroups than this a device need not take; kernels go round.
const MOST_GROUPS: usize = 65_535;

/// How many workgroups a dispatch has for the rows of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Groups {
    Fixed(usize),
    /// One a row.
    Rows,
    /// One for 256 numbers of this width.
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
    pub fn groups(&self, rows: usize) -> u32 {
        let groups = match self.groups {
            Groups::Fixed(groups) => groups,
            Groups::Rows => rows,
            Groups::Numbers(width) => (rows * width).div_ceil(256),
            Groups::Tiles(tiles, width) => rows.div_ceil(tiles.rows as usize) * width.div_ceil(tiles.columns as usize),
        };
        groups.clamp(1, MOST_GROUPS) as u32
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
pub(super) enum Ending<'a> {
    /// It stays where it is, to be looked at.
    Gradient,
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
    /// Given instead of those that would be chosen.
    tiles: Option<Tiles>,
    pub table: Vec<u32>,
    pub kernels: Vec<(Kernel, Tiles)>,
    list: Vec<Dispatch>,
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
    pub fn new(plan: &'a Plan, layout: &'a Layout, loss: &'a LossAt, rows: usize, tiles: Option<Tiles>) -> Self {
        Scheduler { plan, layout, loss, targets: 0, rows, tiles, table: vec![], kernels: vec![], list: vec![] }
    }

    /// The dispatches of a training step.
    pub fn training(&mut self, mode: Mode, targets: usize, places: Places, ending: Ending<'_>) -> Vec<Dispatch> {
        self.targets = targets;
        let plan = self.plan;
        let end = plan.operations.len() - self.loss.fused;
        let tail = self.tail_begin(end);
        let updates = matches!(ending, Ending::Step(..));
        self.forward(mode, 0..tail.unwrap_or(end), updates);
        match tail {
            Some(dense) => self.dense_tail(dense, end, places),
            None => {
                let record = self.loss_record(places, true);
                self.push(Kernel::Loss, Groups::Rows, record);
            }
        }
        self.backward(mode, tail.unwrap_or(end), end, places);
        self.weight_penalties(places);
        self.update(ending);
        std::mem::take(&mut self.list)
    }

    /// The dispatches that judge a batch; the penalties of parameters are in the second list, once for all batches.
    pub fn judging(&mut self, targets: usize, places: Places) -> [Vec<Dispatch>; 2] {
        self.targets = targets;
        let mut batch = self.predicting();
        let record = self.loss_record(Places { outputs: None, ..places }, false);
        self.push(Kernel::Loss, Groups::Rows, record);
        for at in 0..self.plan.operations.len() {
            self.activity_penalty(at, places, false);
        }
        batch.append(&mut self.list);
        self.weight_penalties(places);
        [batch, std::mem::take(&mut self.list)]
    }

    /// The dispatches that predict a batch.
    pub fn predicting(&mut self) -> Vec<Dispatch> {
        self.forward(Mode::Predict, 0..self.plan.operations.len(), false);
        std::mem::take(&mut self.list)
    }

    /// How many parameters have penalties.
    pub fn penalties(plan: &Plan) -> usize {
        penalized(plan).count()
    }

    fn push(&mut self, kernel: Kernel, groups: Groups, record: Vec<u32>) {
        let tiles = match groups {
            Groups::Tiles(tiles, _) => tiles,
            _ => Tiles::ALL[0],
        };
        self.push_with(kernel, tiles, groups, record);
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
        self.tiles.unwrap_or_else(|| Tiles::for_shape(rows, columns))
    }

    fn parameter(&self, id: usize) -> &'a Parameter {
        &self.plan.parameters[id]
    }

    fn place(&self, id: Option<usize>) -> u32 {
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

    /// The last dense layer, where the loss looks at it, or at its activation, and it has few outputs.
    fn tail_begin(&self, end: usize) -> Option<usize> {
        let dense = self.plan.operations[..end].iter().rposition(|at| matches!(at, Operation::Dense { .. }))?;
        let block = self.block(dense, end);
        let output = match block.activation {
            Some(at) => output_of(&self.plan.operations[at]),
            None => output_of(&self.plan.operations[dense]),
        };
        let fits = block.end == end && block.dropout.is_none() && dense >= self.plan.first_trained;
        (fits && output == self.loss.value && output.width <= TAIL_LANES).then_some(dense)
    }

    fn forward(&mut self, mode: Mode, operations: Range<usize>, updates: bool) {
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
                    self.push(Kernel::ActivationForward, Groups::Rows, record);
                }
                Operation::Dropout { input, mask, output, .. } => {
                    let [rate, kept, key] = self.dropout_numbers(mode, at);
                    let places = [layout.value(*mask), layout.value(*output)];
                    let record = vec![layout.value(*input), input.width as u32, places[0], places[1], rate, kept, key];
                    self.push(Kernel::DropoutForward, Groups::Numbers(input.width), record);
                }
                Operation::GaussianNoise { input, output, deviation } => {
                    let (deviation, key) = match mode.stream(at) {
                        Some(stream) => (*deviation, stream.key()),
                        None => (0.0, 0),
                    };
                    let record =
                        vec![layout.value(*input), input.width as u32, layout.value(*output), bits(deviation), key];
                    self.push(Kernel::GaussianNoise, Groups::Numbers(input.width), record);
                }
                Operation::BatchNorm(normalization) => {
                    let batch = mode != Mode::Predict && !normalization.frozen;
                    let record = vec![
                        layout.value(normalization.input),
                        normalization.input.width as u32,
                        layout.value(normalization.output),
                        self.place(normalization.gamma),
                        self.place(normalization.beta),
                        self.place(Some(normalization.mean)),
                        self.place(Some(normalization.variance)),
                        (layout.notes + normalization.notes) as u32,
                        bits(normalization.epsilon),
                        u32::from(batch),
                        bits(if batch && updates { normalization.momentum } else { -1.0 }),
                    ];
                    self.push(Kernel::BatchNormForward, Groups::Fixed(normalization.input.width), record);
                }
                // Behind the loss, to which it adds.
                Operation::ActivityPenalty { .. } => {}
            }
            at = next;
        }
    }

    /// Rate, what kept numbers are multiplied by, and the key of a dropout.
    fn dropout_numbers(&self, mode: Mode, at: usize) -> [u32; 3] {
        match (&self.plan.operations[at], mode.stream(at)) {
            (Operation::Dropout { rate, .. }, Some(stream)) => [bits(*rate), bits(1.0 / (1.0 - rate)), stream.key()],
            _ => [bits(0.0), bits(1.0), 0],
        }
    }

    /// A dense layer with what follows it; gives the first operation behind.
    fn dense_forward(&mut self, mode: Mode, at: usize, end: usize) -> usize {
        let (plan, layout) = (self.plan, self.layout);
        let Operation::Dense { input, output, weights, bias } = &plan.operations[at] else { return at + 1 };
        let block = self.block(at, end);
        let mut record = vec![input.width as u32, output.width as u32, self.input(*input)];
        record.extend([self.place(Some(*weights)), self.place(*bias), layout.value(*output)]);
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
        self.push(Kernel::DenseForward, Groups::Tiles(tiles, output.width), record);
        block.end
    }

    fn loss_record(&self, places: Places, slopes: bool) -> Vec<u32> {
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

    fn dense_tail(&mut self, at: usize, end: usize, places: Places) {
        let (plan, layout) = (self.plan, self.layout);
        let Operation::Dense { input, output, weights, bias } = &plan.operations[at] else { return };
        let mut record = vec![input.width as u32, output.width as u32, self.input(*input)];
        record.extend([self.place(Some(*weights)), self.place(*bias), layout.value(*output), layout.delta(*output)]);
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

    /// The record of the way back from a dense layer's input through what made it, and the first operation of that.
    fn way_back(&self, dense: usize) -> (usize, Vec<u32>) {
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
    fn backward(&mut self, mode: Mode, tail: usize, end: usize, places: Places) {
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
                            self.place(Some(*weights)),
                        ];
                        record.extend(back);
                        let tiles = self.tiles_for(self.rows, input.width);
                        self.push(Kernel::DenseBackwardInput, Groups::Tiles(tiles, input.width), record);
                        at = first;
                    }
                }
                Operation::Activate { input, output, activation } => {
                    let [kind, parameter] = numbers::activation(*activation);
                    let mut record =
                        vec![layout.value(*input), input.width as u32, layout.value(*output), kind, parameter];
                    record.extend([layout.delta(*output), layout.delta(*input)]);
                    self.push(Kernel::ActivationBackward, Groups::Rows, record);
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
                        trained.map_or(NONE, |parameter| (layout.gradient + parameter.offset) as u32)
                    };
                    let record = vec![
                        layout.value(normalization.input),
                        normalization.input.width as u32,
                        layout.delta(normalization.output),
                        layout.delta(normalization.input),
                        self.place(normalization.gamma),
                        gradient(normalization.gamma),
                        gradient(normalization.beta),
                        (layout.notes + normalization.notes) as u32,
                        u32::from(mode != Mode::Predict && !normalization.frozen),
                    ];
                    self.push(Kernel::BatchNormBackward, Groups::Fixed(normalization.input.width), record);
                }
                Operation::ActivityPenalty { .. } => self.activity_penalty(at, places, true),
            }
        }
        // What adds to the loss before the first layer that is trained.
        for at in 0..plan.first_trained {
            self.activity_penalty(at, places, false);
        }
    }

    fn activity_penalty(&mut self, at: usize, places: Places, slopes: bool) {
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
        self.push(Kernel::ActivityPenalty, Groups::Rows, record);
    }

    fn weight_penalties(&mut self, places: Places) {
        let count = Scheduler::penalties(self.plan);
        if count == 0 {
            return;
        }
        let mut record = vec![count as u32, places.penalties as u32];
        for parameter in penalized(self.plan) {
            let [l1, l2] = numbers::strengths_for(parameter.wanted.penalty, parameter.length());
            record.extend([parameter.offset as u32, parameter.length() as u32, bits(l1), bits(l2)]);
        }
        self.push(Kernel::WeightPenalty, Groups::Fixed(count), record);
    }

    /// The gradient of all weights and what comes of it.
    fn update(&mut self, ending: Ending<'_>) {
        let (plan, layout) = (self.plan, self.layout);
        let trains = |id: usize| plan.parameters[id].trained;
        let dense = plan.operations.iter().filter_map(|operation| match operation {
            Operation::Dense { input, output, weights, bias } if trains(*weights) => {
                Some((*input, *output, *weights, *bias))
            }
            _ => None,
        });
        let dense: Vec<_> = dense.collect();
        let covered = |id: &usize| dense.iter().any(|(_, _, weights, bias)| weights == id || *bias == Some(*id));
        let all_dense = (0..plan.parameters.len()).filter(|id| trains(*id)).all(|id| covered(&id));
        let (optimizer, clip) = match ending {
            Ending::Gradient => (None, None),
            Ending::Step(optimizer, clip) => (Some(optimizer), clip),
        };
        let limit = match clip {
            Some(Clip::Value(limit)) => bits(limit),
            _ => 0,
        };
        let norm = match clip {
            Some(Clip::Norm(limit)) => Some((limit, false)),
            Some(Clip::GlobalNorm(limit)) => Some((limit, true)),
            _ => None,
        };
        let at_once = optimizer.is_some() && norm.is_none() && all_dense;
        let kind = optimizer.map_or(0, Optimizer::kernel);
        let (slots, trained, gradient) = (layout.slots as u32, plan.trained as u32, layout.gradient as u32);
        if !dense.is_empty() {
            let widest = dense.iter().max_by_key(|(input, output, ..)| input.width * output.width);
            let shape = widest.map_or((1, 1), |(input, output, ..)| (input.width + 1, output.width));
            let tiles = self.tiles_for(shape.0, shape.1);
            let mut record = vec![dense.len() as u32, u32::from(at_once), kind, slots, trained, gradient, limit];
            let mut count = 0;
            for (input, output, weights, bias) in &dense {
                record.extend([count, input.width as u32, output.width as u32]);
                record.extend([self.input(*input), layout.delta(*output), self.place(Some(*weights))]);
                record.push(self.place(*bias));
                for id in [Some(*weights), *bias] {
                    let strengths = id.map(|id| self.parameter(id));
                    let strengths = strengths.map_or([0.0; 2], |parameter| {
                        numbers::strengths_for(parameter.wanted.penalty, parameter.length())
                    });
                    record.extend(strengths.map(bits));
                }
                let rows = input.width + usize::from(bias.is_some());
                let across = output.width.div_ceil(tiles.columns as usize);
                count += (rows.div_ceil(tiles.rows as usize) * across) as u32;
            }
            record.push(count);
            self.push_with(Kernel::DenseBackwardWeights, tiles, Groups::Fixed(count as usize), record);
        }
        let Some(optimizer) = optimizer else { return };
        if !at_once {
            let tensors: Vec<Range<usize>> = match norm {
                Some((_, true)) => std::iter::once(0..plan.trained).collect(),
                _ => {
                    let mut places: Vec<_> =
                        plan.parameters.iter().filter(|p| p.trained).map(Parameter::place).collect();
                    places.sort_by_key(|place| place.start);
                    places
                }
            };
            if let Some((limit, _)) = norm {
                let mut record = vec![layout.factors as u32, bits(limit)];
                for tensor in &tensors {
                    record.extend([(layout.gradient + tensor.start) as u32, tensor.len() as u32]);
                }
                self.push(Kernel::ClipByNorm, Groups::Fixed(tensors.len()), record);
            }
            let factors = if norm.is_some() { layout.factors as u32 } else { NONE };
            let mut record = vec![optimizer.kernel(), slots, trained, gradient, limit, factors, tensors.len() as u32];
            record.extend(tensors.iter().map(|tensor| tensor.end as u32));
            self.push(Kernel::Optimizer, Groups::Fixed(plan.trained.div_ceil(256)), record);
        }
        for parameter in plan.parameters.iter().filter(|parameter| parameter.trained) {
            let Some(constraint) = parameter.wanted.constraint else { continue };
            let (kind, most, axis) = numbers::constraint(constraint);
            let [rows, columns] = parameter.wanted.shape;
            let record = vec![parameter.offset as u32, rows as u32, columns as u32, kind, bits(most), axis];
            self.push(Kernel::Constraint, Groups::Fixed(if axis == 0 { columns } else { rows }), record);
        }
    }
}

/// The optimizer's memory of a parameter, in numbers.
pub(super) fn slots_of(ending: Ending<'_>) -> usize {
    match ending {
        Ending::Gradient => 0,
        Ending::Step(optimizer, _) => optimizer.slots(),
    }
}

/// The parameters whose penalties are part of the loss.
fn penalized(plan: &Plan) -> impl Iterator<Item = &Parameter> {
    plan.parameters.iter().filter(|parameter| parameter.trained && parameter.wanted.penalty.is_some())
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
