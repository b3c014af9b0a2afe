//! A training on the device: epochs of steps, with one read-back each. Prediction and evaluation are sessions without steps.

use std::sync::Arc;

use super::context::{Gpu, IMMEDIATES};
use super::kernel::{Kernel, Tiles};
use super::layout::Layout;
use super::loops::MOST_ITERATIONS;
use super::resident::{Data, Resident, Shared, Step};
use super::schedule::{Dispatch, Ending, Places, Scheduler, slots_of};
use crate::engine::JUDGED_ROWS;
use crate::engine::cpu::LossAt;
use crate::engine::plan::{Mode, Plan};
use crate::error::{Error, Result};
use crate::optim::{Clip, Optimizer};

/// Steps of one submission at most: enough that its cost does not count.
const STEPS_PER_SUBMIT: usize = 128;
/// Operations of one submission at most: about a second of a small device, after two some drivers take it for hung.
const OPERATIONS_PER_SUBMIT: usize = 1_000_000_000_000;

/// What is to be computed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job<'a> {
    pub plan: &'a Plan,
    pub loss: &'a LossAt,
    /// What masks and noise of the first step depend on.
    pub mode: Mode,
    /// The optimizer with its clipping; none where the gradient is looked at.
    pub optimizer: Option<(&'a Optimizer, Option<Clip>)>,
    pub batch: usize,
    /// Whether outputs are wanted beside losses.
    pub outputs: bool,
}

/// What a step is told beside its batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StepNumbers {
    /// Its number in the life of the network.
    pub number: u64,
    pub coefficients: [f32; 8],
}

/// Losses and outputs of examples, in the order in which they were seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// The losses with the penalties of activities, times the examples' weights.
    pub losses: Vec<f32>,
    /// What the penalties of parameters add in each step.
    pub penalties: Vec<f32>,
    /// Row after row; empty where not wanted.
    pub outputs: Vec<f32>,
}

/// What an epoch gives back.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Epoch {
    pub training: Seen,
    pub validation: Option<Seen>,
    /// All parameters after it.
    pub parameters: Vec<f32>,
    /// The optimizer's memory after it.
    pub slots: Vec<f32>,
}

/// What a session has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub steps: u64,
    /// Dispatches of steps, without those of validation.
    pub dispatches: u64,
    pub submits: u64,
    pub read_backs: u64,
    /// Bytes that came back.
    pub bytes_back: u64,
}

/// Where in the results a pass leaves what it finds, and how much that is.
#[derive(Clone, Copy, Debug, Default)]
struct Room {
    begin: usize,
    rows: usize,
    penalties: usize,
    outputs: usize,
}

impl Room {
    fn places(&self) -> Places {
        let penalties = self.begin + self.rows;
        let outputs = (self.outputs > 0).then_some(penalties + self.penalties);
        Places { losses: self.begin, penalties, outputs }
    }

    fn end(&self) -> usize {
        self.begin + self.rows + self.penalties + self.outputs
    }

    fn take(&self, results: &[f32]) -> Seen {
        let (losses, rest) = results[self.begin..self.end()].split_at(self.rows);
        let (penalties, outputs) = rest.split_at(self.penalties);
        Seen { losses: losses.to_vec(), penalties: penalties.to_vec(), outputs: outputs.to_vec() }
    }
}

/// Refuses what a device that ends long loops would get wrong.
fn require_short_loops(gpu: &Gpu, longest: Option<(Kernel, usize)>) -> Result<()> {
    match longest {
        Some((kernel, iterations)) if gpu.ways.ends_loops && iterations > MOST_ITERATIONS => {
            let way_out = match kernel {
                Kernel::BatchNormForward | Kernel::BatchNormBackward => "take smaller batches, or `Device::Cpu`",
                _ => "take narrower layers, or `Device::Cpu`",
            };
            let name = kernel.name().replace('_', " ");
            Err(gpu.error(format!(
                "ends loops after 65535 iterations, and the kernel `{name}` would need {iterations}: {way_out}"
            )))
        }
        _ => Ok(()),
    }
}

/// A network and its data on a device. What it holds there is given back when it goes.
pub(crate) struct Session<'a> {
    gpu: Arc<Gpu>,
    job: Job<'a>,
    layout: Layout,
    slots: usize,
    pipelines: Vec<wgpu::ComputePipeline>,
    step: Vec<Dispatch>,
    judge: Vec<Dispatch>,
    /// So many rows are judged at once.
    judged_rows: usize,
    training: Option<Resident<'a>>,
    judged: Option<Resident<'a>>,
    training_room: Room,
    judged_room: Room,
    arena: wgpu::Buffer,
    results: wgpu::Buffer,
    staging: wgpu::Buffer,
    last: Option<wgpu::SubmissionIndex>,
    pub counts: Counts,
}

/// Work for a pass: so many rows of a data set at this step.
struct Work<'d> {
    dispatches: &'d [Dispatch],
    step: u32,
    rows: usize,
}

impl<'a> Session<'a> {
    /// Takes parameters, the optimizer's memory and data to the device. `judged` is looked at after each epoch, or alone.
    pub fn new(
        gpu: Arc<Gpu>,
        job: Job<'a>,
        parameters: &[f32],
        slots: &[f32],
        training: Option<Data<'a>>,
        judged: Option<Data<'a>>,
    ) -> Result<Self> {
        Session::with(gpu, job, parameters, slots, training, judged, None, None)
    }

    /// [`new`](Session::new) with these tiles, and at most so many rows of data on the device at a time.
    #[expect(clippy::too_many_arguments, reason = "the two last are for tests")]
    pub(crate) fn with(
        gpu: Arc<Gpu>,
        job: Job<'a>,
        parameters: &[f32],
        slots: &[f32],
        training: Option<Data<'a>>,
        judged: Option<Data<'a>>,
        tiles: Option<Tiles>,
        window: Option<usize>,
    ) -> Result<Self> {
        let plan = job.plan;
        let ending = job.optimizer.map_or(Ending::Gradient, |(optimizer, clip)| Ending::Step(optimizer, clip));
        let slots_each = training.map(|_| slots_of(ending));
        let expected = slots_each.unwrap_or(0) * plan.trained;
        if slots.len() != expected {
            let what = "optimizer: its state, made by another kind?".into();
            let (expected, found) = (format!("{expected} values"), slots.len().to_string());
            return Err(Error::Shape { what, expected, found });
        }
        // As many rows at once as there is room for.
        let mut most = judged.map_or(0, |data| data.rows.min(JUDGED_ROWS).min(Resident::fit(&gpu, &data, false)));
        let layout = |most: usize| Layout::new(plan, training.map_or(0, |_| job.batch).max(most), slots_each);
        while most > 1 && 4 * layout(most).length as u64 > gpu.info.largest_buffer {
            most /= 2;
        }
        let layout = layout(most);
        let width = plan.output.width;
        let penalties = Scheduler::penalties(plan);
        let room = |begin: usize, data: Option<Data<'_>>, penalties: usize| {
            data.map_or(Room { begin, ..Room::default() }, |data| Room {
                begin,
                rows: data.rows,
                penalties,
                outputs: if job.outputs { data.rows * width } else { 0 },
            })
        };
        let steps = training.map_or(0, |data| data.rows.div_ceil(job.batch));
        let training_room = room(0, training, penalties * steps);
        let judged_room = room(training_room.end(), judged, 0);

        let mut scheduler = Scheduler::new(&job, &layout, gpu.ways, tiles);
        let step = match training {
            Some(data) => scheduler.training(job.mode, data.targets, training_room.places(), ending),
            None => vec![],
        };
        let judge = match judged {
            Some(data) if data.targets > 0 => scheduler.judging(most, data.targets, judged_room.places()),
            Some(_) => scheduler.predicting(most),
            None => vec![],
        };
        require_short_loops(&gpu, scheduler.longest)?;
        let pipelines = gpu.pipelines(&scheduler.kernels)?;

        let storage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
        let bytes = |numbers: usize| 4 * numbers as u64;
        let table = gpu.buffer("the table of records", bytes(scheduler.table.len()), storage)?;
        let arena = gpu.buffer("the network's parameters and values", bytes(layout.length), storage)?;
        let results = gpu.buffer("the losses and outputs", bytes(judged_room.end()), storage)?;
        let back = judged_room.end() + plan.length + slots.len();
        let read = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let staging = gpu.buffer("what is read back", bytes(back), read)?;
        gpu.guard("taking the network", || {
            gpu.queue.write_buffer(&table, 0, bytemuck::cast_slice(&scheduler.table));
            gpu.queue.write_buffer(&arena, 0, bytemuck::cast_slice(parameters));
            gpu.queue.write_buffer(&arena, bytes(layout.slots), bytemuck::cast_slice(slots));
            Ok(())
        })?;
        let shared = Shared { table: &table, arena: &arena, results: &results };
        let half = gpu.is_mixed();
        let training = training.map(|data| Resident::new(&gpu, data, half, steps, &shared, window)).transpose()?;
        let judged = judged
            .map(|data| {
                let batches = data.rows.div_ceil(most.max(1));
                let mut resident = Resident::new(&gpu, data, false, batches, &shared, window)?;
                let step = |index: usize| Step {
                    first: (index * most) as u32,
                    rows: (data.rows - index * most).min(most) as u32,
                    ..Step::default()
                };
                let steps: Vec<Step> = (0..batches).map(step).collect();
                gpu.guard("taking the data", || {
                    resident.begin(&gpu, (0..data.rows as u32).collect(), &steps);
                    Ok(())
                })?;
                Ok(resident)
            })
            .transpose()?;
        Ok(Session {
            gpu,
            job,
            layout,
            slots: slots.len(),
            pipelines,
            step,
            judge,
            judged_rows: most,
            training,
            judged,
            training_room,
            judged_room,
            arena,
            results,
            staging,
            last: None,
            counts: Counts::default(),
        })
    }

    /// Whether products of trainings are those of `f16`.
    pub fn is_mixed(&self) -> bool {
        self.gpu.is_mixed()
    }

    /// One pass over the training data in this order, a step each batch, then one over the data to judge by.
    pub fn epoch(&mut self, order: &[usize], steps: &[StepNumbers]) -> Result<Epoch> {
        let gpu = self.gpu.clone();
        gpu.guard("training", || self.run(order, steps))
    }

    /// Losses and outputs of the data to judge by.
    pub fn judge(&mut self) -> Result<Seen> {
        let gpu = self.gpu.clone();
        let epoch = gpu.guard("predicting", || self.run(&[], &[]))?;
        Ok(epoch.validation.unwrap_or_default())
    }

    fn run(&mut self, order: &[usize], numbers: &[StepNumbers]) -> Result<Epoch> {
        let mut encoder = self.encoder();
        if let Some(mut training) = self.training.take() {
            let outcome = self.train(&mut encoder, &mut training, order, numbers);
            self.training = Some(training);
            outcome?;
        }
        if let Some(judged) = self.judged.take() {
            let outcome = self.look(&mut encoder, &judged);
            self.judged = Some(judged);
            outcome?;
        }
        // All results and the parameters come back together.
        let results = self.judged_room.end();
        let parameters = if self.training.is_some() { self.job.plan.length } else { 0 };
        let slots = self.slots;
        if results > 0 {
            encoder.copy_buffer_to_buffer(&self.results, 0, &self.staging, 0, Some(4 * results as u64));
        }
        if parameters > 0 {
            let to = 4 * results as u64;
            encoder.copy_buffer_to_buffer(&self.arena, 0, &self.staging, to, Some(4 * parameters as u64));
        }
        if slots > 0 {
            let (from, to) = (4 * self.layout.slots as u64, 4 * (results + parameters) as u64);
            encoder.copy_buffer_to_buffer(&self.arena, from, &self.staging, to, Some(4 * slots as u64));
        }
        self.submit(&mut encoder)?;
        let values = self.read(results + parameters + slots)?;
        let (values, rest) = values.split_at(results);
        let (parameters, slots) = rest.split_at(parameters);
        Ok(Epoch {
            training: self.training_room.take(values),
            validation: self.judged.as_ref().map(|_| self.judged_room.take(values)),
            parameters: parameters.to_vec(),
            slots: slots.to_vec(),
        })
    }

    fn train(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        training: &mut Resident<'a>,
        order: &[usize],
        numbers: &[StepNumbers],
    ) -> Result<()> {
        let batch = self.job.batch;
        let rows = |index: usize| (order.len() - index * batch).min(batch);
        let steps = numbers.iter().enumerate().map(|(index, numbers)| Step {
            first: (index * batch) as u32,
            rows: rows(index) as u32,
            // The key holds what is beyond 32 bits.
            number: numbers.number as u32,
            index: index as u32,
            coefficients: numbers.coefficients,
        });
        let steps: Vec<Step> = steps.collect();
        training.begin(&self.gpu, order.iter().map(|row| *row as u32).collect(), &steps);
        if training.window < batch {
            return Err(self.gpu.error(format!(
                "can hold {} of the batch's {batch} examples at a time: take smaller batches, or `Device::Cpu`",
                training.window
            )));
        }
        let fit = if training.is_whole() { usize::MAX } else { training.window / batch };
        let at_once = self.at_once(6, batch).min(fit);
        for first in (0..steps.len()).step_by(at_once) {
            if first > 0 {
                self.submit(encoder)?;
            }
            let these = first..steps.len().min(first + at_once);
            training.load(&self.gpu, first * batch..order.len().min(these.end * batch))?;
            self.counts.steps += these.len() as u64;
            self.counts.dispatches += (these.len() * self.step.len()) as u64;
            let work = these.map(|index| Work { dispatches: &self.step, step: index as u32, rows: rows(index) });
            self.record(encoder, training, work);
        }
        Ok(())
    }

    /// The data to judge by, batch after batch.
    fn look(&mut self, encoder: &mut wgpu::CommandEncoder, judged: &Resident<'a>) -> Result<()> {
        let (rows, most) = (judged.data.rows, self.judged_rows);
        let at_once = self.at_once(2, most);
        let width = self.job.plan.output.width;
        let outputs = self.judged_room.places().outputs;
        for (index, first) in (0..rows).step_by(most).enumerate() {
            let count = most.min(rows - first);
            // The next window overwrites this one.
            if index > 0 && (!judged.is_whole() || index.is_multiple_of(at_once)) {
                self.submit(encoder)?;
            }
            judged.load(&self.gpu, first..first + count)?;
            self.record(encoder, judged, [Work { dispatches: &self.judge, step: index as u32, rows: count }]);
            if let Some(outputs) = outputs {
                let from = 4 * u64::from(self.layout.value(self.job.plan.output));
                let to = 4 * (outputs + first * width) as u64;
                let bytes = 4 * (count * width) as u64;
                encoder.copy_buffer_to_buffer(&self.arena, from, &self.results, to, Some(bytes));
            }
        }
        Ok(())
    }

    /// How many batches of so many rows go into one submission, with so many operations for each weight.
    fn at_once(&self, operations: usize, rows: usize) -> usize {
        let each = operations * rows * self.job.plan.length;
        (OPERATIONS_PER_SUBMIT / each.max(1)).clamp(1, STEPS_PER_SUBMIT)
    }

    fn encoder(&self) -> wgpu::CommandEncoder {
        self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
    }

    fn record<'d>(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        data: &Resident<'_>,
        work: impl IntoIterator<Item = Work<'d>>,
    ) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_bind_group(0, &data.bind_group, &[]);
        let mut current = usize::MAX;
        for Work { dispatches, step, rows } in work {
            for dispatch in dispatches {
                if dispatch.pipeline != current {
                    current = dispatch.pipeline;
                    pass.set_pipeline(&self.pipelines[current]);
                }
                let immediates: [u32; IMMEDIATES as usize / 4] = [dispatch.record, step];
                pass.set_immediates(0, bytemuck::cast_slice(&immediates));
                let [across, down] = dispatch.groups(rows);
                pass.dispatch_workgroups(across, down, 1);
            }
        }
    }

    /// Hands what was recorded to the device, which has at most one piece of work before it.
    fn submit(&mut self, encoder: &mut wgpu::CommandEncoder) -> Result<()> {
        let work = std::mem::replace(encoder, self.encoder()).finish();
        let index = self.gpu.queue.submit([work]);
        self.counts.submits += 1;
        match self.last.replace(index) {
            Some(before) => self.gpu.wait(Some(before)),
            None => Ok(()),
        }
    }

    fn read(&mut self, numbers: usize) -> Result<Vec<f32>> {
        self.counts.read_backs += 1;
        self.counts.bytes_back += 4 * numbers as u64;
        self.gpu.read(&self.staging, numbers)
    }

    /// The whole arena, with its layout.
    #[cfg(test)]
    pub(crate) fn arena(&self) -> Result<(Layout, Vec<f32>)> {
        let bytes = 4 * self.layout.length as u64;
        let read = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let staging = self.gpu.buffer("the arena", bytes, read)?;
        let mut encoder = self.encoder();
        encoder.copy_buffer_to_buffer(&self.arena, 0, &staging, 0, Some(bytes));
        self.gpu.queue.submit([encoder.finish()]);
        Ok((self.layout.clone(), self.gpu.read(&staging, self.layout.length)?))
    }

    /// Fills all but parameters and the optimizer's memory with what no kernel may read before it is written.
    #[cfg(test)]
    pub(crate) fn poison(&self) {
        let nan = |range: std::ops::Range<usize>| {
            let poison = vec![f32::NAN; range.len()];
            self.gpu.queue.write_buffer(&self.arena, 4 * range.start as u64, bytemuck::cast_slice(&poison));
        };
        nan(self.layout.gradient..self.layout.slots);
        nan(self.layout.values..self.layout.length);
        let results = vec![f32::NAN; self.judged_room.end()];
        self.gpu.queue.write_buffer(&self.results, 0, bytemuck::cast_slice(&results));
    }
}
