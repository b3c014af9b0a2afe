//! The work of a session: passes over data in rounds and batches, and reading results back.

use std::ops::Range;

use super::context::IMMEDIATES;
use super::resident::{Resident, Step};
use super::results::Room;
use super::schedule::Dispatch;
use super::session::Session;
use crate::engine::work::{Epoch, Seen, StepNumbers};
use crate::error::Result;

/// The most steps of one submission: enough to make its cost negligible.
const STEPS_PER_SUBMIT: usize = 128;
/// The most operations of one submission: about a second on a small device; after two some drivers consider it hung.
const OPERATIONS_PER_SUBMIT: usize = 1_000_000_000_000;

/// A data set on the device, the dispatches for each batch of it, and the room for their results.
pub(super) struct Pass<'a> {
    pub resident: Resident<'a>,
    pub room: Room,
    /// Rows of a batch.
    pub batch: usize,
    pub dispatches: Vec<Dispatch>,
    /// Whether the device has the batches of its only round, which are the same in each epoch.
    pub known: bool,
}

impl Pass<'_> {
    /// The rows of each round.
    fn rounds(&self, rows: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let each = self.room.batches * self.batch;
        (0..rows).step_by(each).map(move |start| start..rows.min(start + each))
    }

    /// The rows and batches of the last round.
    fn last_round(&self, rows: usize) -> [usize; 2] {
        let rows = self.rounds(rows).last().unwrap_or_default().len();
        [rows, rows.div_ceil(self.batch)]
    }
}

/// A batch of a pass: these dispatches on this many rows at this step.
struct Work<'d> {
    dispatches: &'d [Dispatch],
    step: u32,
    rows: usize,
}

impl<'a> Session<'a> {
    /// One pass over the training data in this order, a step per batch, then one over the data to evaluate.
    pub fn epoch(&mut self, order: &[usize], steps: &[StepNumbers]) -> Result<Epoch> {
        self.epoch_until(order, steps, &|| false)
    }

    /// [`epoch`](Session::epoch) that stops before the next submission once `stop` returns true.
    pub fn epoch_until(&mut self, order: &[usize], steps: &[StepNumbers], stop: &dyn Fn() -> bool) -> Result<Epoch> {
        let gpu = self.gpu.clone();
        gpu.guard("training", || self.run(order, steps, stop))
    }

    /// Losses and outputs of the data to evaluate.
    pub fn evaluate(&mut self) -> Result<Seen> {
        let gpu = self.gpu.clone();
        let epoch = gpu.guard("predicting", || self.run(&[], &[], &|| false))?;
        Ok(epoch.validation.unwrap_or_default())
    }

    fn run(&mut self, order: &[usize], numbers: &[StepNumbers], stop: &dyn Fn() -> bool) -> Result<Epoch> {
        let mut encoder = self.encoder();
        let mut epoch = Epoch::default();
        if let Some(mut training) = self.training.take() {
            let outcome = self.train(&mut encoder, &mut training, order, numbers, &mut epoch.training, stop);
            self.training = Some(training);
            epoch.stopped_after = outcome?;
        }
        let stopped = epoch.stopped_after.is_some();
        if let Some(mut evaluated) = self.evaluated.take_if(|_| !stopped) {
            let outcome = self.evaluate_batches(&mut encoder, &mut evaluated, epoch.validation.insert(Seen::default()));
            self.evaluated = Some(evaluated);
            outcome?;
        }
        // The results of the last rounds and the parameters come back together.
        let results = self.results_length;
        let mut parts = vec![(self.buffers.results.clone(), 0..results)];
        if self.training.is_some() {
            let plan = self.job.plan;
            parts.push((self.buffers.parameters.clone(), 0..plan.length));
            parts.extend(self.buffers.slots.iter().take(self.slots).map(|slot| (slot.clone(), 0..plan.trained)));
        }
        let values = self.read_back(&mut encoder, &parts)?;
        let (results, rest) = values.split_at(results);
        if let Some(pass) = &self.training {
            let (parameters, slots) = rest.split_at(self.job.plan.length);
            (epoch.parameters, epoch.slots) = (parameters.to_vec(), slots.to_vec());
            if stopped {
                return Ok(epoch);
            }
            pass.room.take(&results[pass.room.range()], pass.last_round(order.len()), &mut epoch.training);
        }
        if let (Some(pass), Some(seen)) = (&self.evaluated, &mut epoch.validation) {
            pass.room.take(&results[pass.room.range()], pass.last_round(pass.resident.data.rows), seen);
        }
        Ok(epoch)
    }

    /// Trains on the data; the results of the last round remain on the device. Returns after how many steps it was stopped, if
    /// it was.
    fn train(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        pass: &mut Pass<'a>,
        order: &[usize],
        numbers: &[StepNumbers],
        seen: &mut Seen,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<usize>> {
        let batch = pass.batch;
        if pass.resident.window < batch {
            return Err(self.gpu.error(format!(
                "has room for {} of the batch's {batch} examples at a time, since {}; use batches of at most {0}, or \
                 `Device::Cpu`",
                pass.resident.window,
                self.gpu.limit()
            )));
        }
        let fit = if pass.resident.is_whole() { usize::MAX } else { pass.resident.window / batch };
        let at_once = self.at_once(6, batch).min(fit);
        for round in pass.rounds(order.len()) {
            if round.start > 0 {
                self.end_round(encoder, pass, seen)?;
            }
            let begun = round.start / batch;
            let numbers = &numbers[begun..];
            let order = &order[round];
            let rows = |index: usize| (order.len() - index * batch).min(batch);
            let step = |index: usize| Step {
                first: (index * batch) as u32,
                rows: rows(index) as u32,
                // The key depends on the upper 32 bits.
                number: numbers[index].number as u32,
                index: index as u32,
                coefficients: numbers[index].coefficients,
            };
            let steps: Vec<Step> = (0..order.len().div_ceil(batch)).map(step).collect();
            pass.resident.begin(&self.gpu, order.iter().map(|row| *row as u32).collect(), &steps);
            for first in (0..steps.len()).step_by(at_once) {
                if stop() {
                    return Ok(Some(begun + first));
                }
                if first > 0 {
                    self.submit(encoder)?;
                }
                let these = first..steps.len().min(first + at_once);
                pass.resident.load(&self.gpu, first * batch..order.len().min(these.end * batch))?;
                self.counts.steps += these.len() as u64;
                self.counts.dispatches += (these.len() * pass.dispatches.len()) as u64;
                let work =
                    these.map(|index| Work { dispatches: &pass.dispatches, step: index as u32, rows: rows(index) });
                self.record(encoder, &pass.resident, work);
            }
        }
        Ok(None)
    }

    /// Evaluates the data, batch by batch; the results of the last round remain on the device.
    fn evaluate_batches(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        pass: &mut Pass<'a>,
        seen: &mut Seen,
    ) -> Result<()> {
        let (rows, batch) = (pass.resident.data.rows, pass.batch);
        let at_once = self.at_once(2, batch);
        let width = self.job.plan.output.width;
        let outputs = pass.room.places().outputs;
        for round in pass.rounds(rows) {
            if round.start > 0 {
                self.end_round(encoder, pass, seen)?;
            }
            let step = |first: usize| Step {
                first: first as u32,
                rows: batch.min(round.len() - first) as u32,
                ..Step::default()
            };
            if !pass.known {
                let steps: Vec<Step> = (0..round.len()).step_by(batch).map(step).collect();
                pass.resident.begin(&self.gpu, (round.start as u32..round.end as u32).collect(), &steps);
                pass.known = round.len() == rows;
            }
            for (index, first) in (0..round.len()).step_by(batch).enumerate() {
                let count = batch.min(round.len() - first);
                // The next window overwrites this one.
                if index > 0 && (!pass.resident.is_whole() || index.is_multiple_of(at_once)) {
                    self.submit(encoder)?;
                }
                pass.resident.load(&self.gpu, first..first + count)?;
                let work = Work { dispatches: &pass.dispatches, step: index as u32, rows: count };
                self.record(encoder, &pass.resident, [work]);
                if let Some(outputs) = outputs {
                    let from = 4 * u64::from(self.layout.value(self.job.plan.output));
                    let to = 4 * (outputs + first * width) as u64;
                    let bytes = 4 * (count * width) as u64;
                    let (values, results) = (&self.buffers.arena, &self.buffers.results);
                    encoder.copy_buffer_to_buffer(values, from, results, to, Some(bytes));
                }
            }
        }
        Ok(())
    }

    /// Reads back the results of a round that is not the last.
    fn end_round(&mut self, encoder: &mut wgpu::CommandEncoder, pass: &Pass<'_>, seen: &mut Seen) -> Result<()> {
        let values = self.read_back(encoder, &[(self.buffers.results.clone(), pass.room.range())])?;
        pass.room.take(&values, [pass.room.rows, pass.room.batches], seen);
        Ok(())
    }

    /// How many batches of this many rows go into one submission, with this many operations per weight.
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

    /// Submits what was recorded, and waits until the submission before it is complete.
    fn submit(&mut self, encoder: &mut wgpu::CommandEncoder) -> Result<()> {
        let work = std::mem::replace(encoder, self.encoder()).finish();
        let index = self.gpu.queue.submit([work]);
        self.counts.submits += 1;
        match self.last.replace(index) {
            Some(before) => self.gpu.wait(Some(before)),
            None => Ok(()),
        }
    }

    /// Reads these parts of buffers, in this order, after what was recorded: together where the staging buffer has room for
    /// all, else as much at a time as it has room for.
    pub(super) fn read_back(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        parts: &[(wgpu::Buffer, Range<usize>)],
    ) -> Result<Vec<f32>> {
        let mut values = vec![];
        let mut filled = 0;
        for (buffer, part) in parts {
            let mut from = part.start;
            while from < part.end {
                if filled == self.staging_length {
                    self.fetch(encoder, filled, &mut values)?;
                    filled = 0;
                }
                let count = (part.end - from).min(self.staging_length - filled);
                let bytes = |numbers: usize| 4 * numbers as u64;
                encoder.copy_buffer_to_buffer(buffer, bytes(from), &self.staging, bytes(filled), Some(bytes(count)));
                (from, filled) = (from + count, filled + count);
            }
        }
        self.fetch(encoder, filled, &mut values)?;
        Ok(values)
    }

    /// Submits what was recorded and appends this many numbers of the staging buffer.
    fn fetch(&mut self, encoder: &mut wgpu::CommandEncoder, numbers: usize, values: &mut Vec<f32>) -> Result<()> {
        self.submit(encoder)?;
        self.counts.read_backs += 1;
        self.counts.bytes_back += 4 * numbers as u64;
        self.gpu.read(&self.staging, numbers, values)
    }
}
