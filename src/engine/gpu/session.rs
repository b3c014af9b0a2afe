//! A training on the device, with its buffers there. Prediction and evaluation are sessions without steps.

use std::sync::Arc;

use super::context::Gpu;
use super::epoch::Pass;
use super::kernel::Kernel;
use super::layout::Layout;
use super::loops::MOST_ITERATIONS;
use super::resident::Resident;
use super::results::Room;
use super::schedule::{AfterGradient, Scheduler, slots_of};
use super::tiles::Tiles;
use crate::engine::EVALUATED_ROWS;
use crate::engine::plan::Plan;
use crate::engine::work::{Counts, Data, Job};
use crate::error::{Error, Result};

/// The most numbers that come back at a time, and that results have room for: larger pieces would save nothing.
const MOST_BACK: usize = 1 << 26;

/// The most slots of an optimizer's state; each has a buffer.
const MOST_SLOTS: usize = 3;

/// The buffers that all data sets of a session share.
pub(super) struct Buffers {
    /// Records of the dispatches.
    pub table: wgpu::Buffer,
    pub parameters: wgpu::Buffer,
    pub gradient: wgpu::Buffer,
    /// The optimizer's state.
    pub slots: [wgpu::Buffer; MOST_SLOTS],
    /// Values, their derivatives and scratch values.
    pub arena: wgpu::Buffer,
    pub results: wgpu::Buffer,
}

/// Limits that tests set; otherwise those of the device apply.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    pub tiles: Option<Tiles>,
    /// Rows of data that are on the device at a time.
    pub window: Option<usize>,
    /// Numbers that the results have room for.
    pub results: Option<usize>,
    /// Numbers that come back at a time.
    pub back: Option<usize>,
}

/// A network and its data on a device. Dropping it frees its memory there.
pub(crate) struct Session<'a> {
    pub(super) gpu: Arc<Gpu>,
    pub(super) job: Job<'a>,
    pub(super) layout: Layout,
    /// Slots of the optimizer's state.
    pub(super) slots: usize,
    pub(super) pipelines: Vec<wgpu::ComputePipeline>,
    pub(super) training: Option<Pass<'a>>,
    pub(super) evaluated: Option<Pass<'a>>,
    pub(super) buffers: Buffers,
    pub(super) results_length: usize,
    pub(super) staging: wgpu::Buffer,
    pub(super) staging_length: usize,
    pub(super) last: Option<wgpu::SubmissionIndex>,
    pub counts: Counts,
}

impl<'a> Session<'a> {
    /// Copies parameters, the optimizer's state and data to the device. `evaluated` is evaluated after each epoch, or alone.
    pub fn new(
        gpu: Arc<Gpu>,
        job: Job<'a>,
        parameters: &[f32],
        slots: &[f32],
        training: Option<Data<'a>>,
        evaluated: Option<Data<'a>>,
    ) -> Result<Self> {
        Session::with(gpu, job, parameters, slots, training, evaluated, Limits::default())
    }

    /// [`new`](Session::new) within these limits.
    pub(crate) fn with(
        gpu: Arc<Gpu>,
        job: Job<'a>,
        parameters: &[f32],
        slots: &[f32],
        training: Option<Data<'a>>,
        evaluated: Option<Data<'a>>,
        limits: Limits,
    ) -> Result<Self> {
        let plan = job.plan;
        let after = job.optimizer.map_or(AfterGradient::Keep, |(optimizer, clip)| AfterGradient::Step(optimizer, clip));
        let slots_each = training.map_or(0, |_| slots_of(after));
        let expected = slots_each * plan.trained;
        if slots.len() != expected {
            let what = "state of the optimizer, perhaps of another kind".into();
            let (expected, found) = (format!("{expected} values"), slots.len().to_string());
            return Err(Error::Shape { what, expected, found });
        }
        // As many rows at a time as fit.
        let mut most = evaluated.map_or(0, |data| data.rows.min(EVALUATED_ROWS).min(Resident::fit(&gpu, &data, false)));
        let trained = training.is_some();
        let layout = |most: usize| Layout::new(plan, training.map_or(0, |_| job.batch).max(most), trained);
        while most > 1 && layout(most).bytes() > gpu.info.largest_buffer {
            most /= 2;
        }
        let layout = layout(most);
        require_room(&gpu, plan, &layout, trained)?;
        let numbers = usize::try_from(gpu.info.largest_buffer / 4).unwrap_or(usize::MAX).min(MOST_BACK);
        // Training and validation share the results.
        let each = limits.results.unwrap_or(numbers) / if trained && evaluated.is_some() { 2 } else { 1 };
        let outputs = if job.outputs { plan.output.width } else { 0 };
        let room = |begin: usize, data: Option<Data<'_>>, batch: usize, penalties: usize| {
            data.map_or(Room::default(), |data| Room::new(begin, data.rows, batch.max(1), [penalties, outputs], each))
        };
        let training_room = room(0, training, job.batch, Scheduler::penalties(plan));
        let evaluated_room = room(training_room.range().end, evaluated, most, 0);
        let results_length = training_room.range().end.max(evaluated_room.range().end);

        let mut scheduler = Scheduler::new(&job, &layout, gpu.capabilities, limits.tiles);
        let step = match training {
            Some(data) => scheduler.training(job.mode, data.targets, training_room.places(), after),
            None => vec![],
        };
        let evaluation = match evaluated {
            Some(data) if data.targets > 0 => scheduler.evaluating(most, data.targets, evaluated_room.places()),
            Some(_) => scheduler.predicting(most),
            None => vec![],
        };
        require_short_loops(&gpu, scheduler.longest)?;
        let pipelines = gpu.pipelines(&scheduler.kernels)?;

        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
        let storage = |what: &str, numbers: usize| gpu.buffer(what, 4 * numbers as u64, usage);
        let gradient = if trained { plan.trained } else { 0 };
        let slot = |at: usize| storage("the state of the optimizer", if at < slots_each { plan.trained } else { 0 });
        let buffers = Buffers {
            table: storage("the table of records", scheduler.table.len())?,
            parameters: storage("the parameters", plan.length)?,
            gradient: storage("the gradient", gradient)?,
            slots: [slot(0)?, slot(1)?, slot(2)?],
            arena: storage("the values of a batch", layout.length)?,
            results: storage("the losses and outputs", results_length)?,
        };
        let back = results_length + if trained { plan.length + slots.len() } else { 0 };
        let staging_length = back.min(limits.back.unwrap_or(numbers)).max(1);
        let read = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let staging = gpu.buffer("the results to read back", 4 * staging_length as u64, read)?;
        gpu.guard("copying the network", || {
            gpu.queue.write_buffer(&buffers.table, 0, bytemuck::cast_slice(&scheduler.table));
            gpu.queue.write_buffer(&buffers.parameters, 0, bytemuck::cast_slice(parameters));
            for (buffer, slot) in buffers.slots.iter().zip(slots.chunks(plan.trained.max(1))) {
                gpu.queue.write_buffer(buffer, 0, bytemuck::cast_slice(slot));
            }
            Ok(())
        })?;
        let pass = |data: Data<'a>, half: bool, room: Room, batch: usize, dispatches| -> Result<Pass<'a>> {
            let resident = Resident::new(&gpu, data, half, &room, &buffers, limits.window)?;
            Ok(Pass { resident, room, batch, dispatches, known: false })
        };
        let training = training.map(|data| pass(data, gpu.is_mixed(), training_room, job.batch, step)).transpose()?;
        let evaluated = evaluated.map(|data| pass(data, false, evaluated_room, most.max(1), evaluation)).transpose()?;
        Ok(Session {
            job,
            layout,
            slots: slots_each,
            pipelines,
            training,
            evaluated,
            buffers,
            results_length,
            staging,
            staging_length,
            last: None,
            counts: Counts::default(),
            gpu,
        })
    }

    /// Whether trainings multiply in `f16`.
    pub fn is_mixed(&self) -> bool {
        self.gpu.is_mixed()
    }

    /// The gradient, and the arena with its layout.
    #[cfg(test)]
    pub(crate) fn inside(&mut self) -> Result<(Vec<f32>, Layout, Vec<f32>)> {
        let (gradient, arena) = (self.job.plan.trained, self.layout.length);
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let gradient = self.read_back(&mut encoder, &[(self.buffers.gradient.clone(), 0..gradient)])?;
        let arena = self.read_back(&mut encoder, &[(self.buffers.arena.clone(), 0..arena)])?;
        Ok((gradient, self.layout.clone(), arena))
    }

    /// Fills all buffers but parameters and the optimizer's state with NaN, which no kernel may read before it writes.
    #[cfg(test)]
    pub(crate) fn poison(&self) {
        let nan = |buffer: &wgpu::Buffer, length: usize| {
            let poison = vec![f32::NAN; length];
            self.gpu.queue.write_buffer(buffer, 0, bytemuck::cast_slice(&poison));
        };
        nan(&self.buffers.gradient, self.job.plan.trained);
        nan(&self.buffers.arena, self.layout.length);
        nan(&self.buffers.results, self.results_length);
    }
}

/// Refuses a batch whose values do not fit, with the size of one that does. Where not even one example fits, allocating the
/// buffer returns the error.
fn require_room(gpu: &Gpu, plan: &Plan, layout: &Layout, trained: bool) -> Result<()> {
    let [none, one] = [0, 1].map(|rows| Layout::new(plan, rows, trained).bytes());
    let most = gpu.info.largest_buffer;
    if layout.bytes() <= most || one > most {
        return Ok(());
    }
    Err(gpu.error(format!(
        "has too little memory: the values of {} examples at a time need {:.0} MB, and {}; use batches of at most {}, or \
         `Device::Cpu`",
        layout.capacity,
        layout.bytes() as f64 / 1e6,
        gpu.limit(),
        (most - none) / (one - none).max(1)
    )))
}

/// Refuses loops that a device would end too early.
fn require_short_loops(gpu: &Gpu, longest: Option<(Kernel, usize)>) -> Result<()> {
    match longest {
        Some((kernel, iterations)) if gpu.capabilities.ends_loops && iterations > MOST_ITERATIONS => {
            let way_out = match kernel {
                Kernel::BatchNormForward | Kernel::BatchNormBackward => "use smaller batches or `Device::Cpu`",
                _ => "use narrower layers or `Device::Cpu`",
            };
            let name = kernel.name().replace('_', " ");
            Err(gpu.error(format!(
                "ends loops after 65535 iterations, {MOST_ITERATIONS} are safe, and the kernel `{name}` would need \
                 {iterations}; {way_out}"
            )))
        }
        _ => Ok(()),
    }
}
