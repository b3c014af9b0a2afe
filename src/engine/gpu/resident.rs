//! A data set on the device: as a whole where it fits into one buffer, else one window after the other.

use std::borrow::Cow;
use std::ops::Range;

use half::f16;
use half::slice::HalfFloatSliceExt;
use half::vec::HalfFloatVecExt;

use super::context::Gpu;
use super::results::Room;
use super::session::Buffers;
use crate::engine::work::{Data, MOST_IN_HALF};
use crate::error::Result;

const _: () = assert!(MOST_IN_HALF == f16::MAX.to_f32_const());

/// These numbers in `f16`, in a multiple of four bytes.
pub(super) fn in_half(numbers: &[f32]) -> Vec<u16> {
    let mut narrow = vec![f16::ZERO; numbers.len().next_multiple_of(2)];
    narrow[..numbers.len()].convert_from_f32_slice(numbers);
    narrow.reinterpret_into()
}

/// What kernels know of a step: `Step` of `shaders/common/bindings.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Step {
    pub first: u32,
    pub rows: u32,
    pub number: u32,
    pub index: u32,
    pub coefficients: [f32; 8],
}

/// A data set in buffers of the device, bound to the kernels.
pub(super) struct Resident<'a> {
    pub data: Data<'a>,
    pub bind_group: wgpu::BindGroup,
    /// How many rows are on the device at a time.
    pub window: usize,
    /// Whether the features are in `f16` there.
    half: bool,
    order: wgpu::Buffer,
    steps: wgpu::Buffer,
    inputs: wgpu::Buffer,
    targets: wgpu::Buffer,
    /// The order of the rows in this round.
    rows: Vec<u32>,
}

fn feature_bytes(half: bool) -> usize {
    if half { 2 } else { 4 }
}

impl<'a> Resident<'a> {
    /// Allocates room for the data and for the steps of a round; at most `most` rows, if given, are on the device at a time.
    pub fn new(
        gpu: &Gpu,
        data: Data<'a>,
        half: bool,
        room: &Room,
        shared: &Buffers,
        most: Option<usize>,
    ) -> Result<Self> {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST;
        let window = Resident::fit(gpu, &data, half).min(most.unwrap_or(usize::MAX)).clamp(1, data.rows);
        let bytes = |numbers: usize| 4 * numbers as u64;
        let order = gpu.buffer("the order of the examples", bytes(room.rows), usage)?;
        let steps = gpu.buffer("the steps", (room.batches * size_of::<Step>()) as u64, usage)?;
        // Copies take multiples of four bytes, and the gradient of a bias reads one number past the last.
        let features = ((window * data.inputs + 1) * feature_bytes(half)).next_multiple_of(4);
        let inputs = gpu.buffer("the features", features as u64, usage)?;
        let targets = gpu.buffer("the targets", bytes(window * (data.targets + 1)), usage)?;
        let Buffers { table, parameters, gradient, slots: [first, second, third], arena, results } = shared;
        let of_data = [table, &steps, &order, &inputs, &targets];
        let of_network = [parameters, gradient, first, second, third, arena, results];
        let bind_group = gpu.guard("binding its buffers", || Ok(gpu.bind(&[&of_data[..], &of_network].concat())))?;
        let resident = Resident { data, bind_group, window, half, order, steps, inputs, targets, rows: vec![] };
        if resident.is_whole() {
            let all: Vec<u32> = (0..data.rows as u32).collect();
            resident.write(gpu, &all)?;
        }
        Ok(resident)
    }

    /// How many rows of the data fit into one buffer.
    pub fn fit(gpu: &Gpu, data: &Data<'_>, half: bool) -> usize {
        let widest = (data.inputs * feature_bytes(half)).max(4 * (data.targets + 1)) as u64;
        // One number more than the rows have.
        let rows = usize::try_from((gpu.info.largest_buffer - 4) / widest).unwrap_or(usize::MAX);
        // Kernels count features in 32 bits.
        rows.min(u32::MAX as usize / data.inputs.max(1))
    }

    /// Whether the whole data set is on the device at once.
    pub fn is_whole(&self) -> bool {
        self.window == self.data.rows
    }

    /// Writes these rows of the data to the buffers.
    fn write(&self, gpu: &Gpu, rows: &[u32]) -> Result<()> {
        let Data { inputs, targets, x, y, weights, .. } = self.data;
        let mut narrow = Vec::with_capacity(rows.len() * (targets + 1));
        for row in rows.iter().map(|row| *row as usize) {
            narrow.extend(y[row * targets..][..targets].iter().map(|y| *y as f32));
            narrow.push(weights.map_or(1.0, |weights| weights[row] as f32));
        }
        let mut features = Cow::Borrowed(x);
        if !self.is_whole() {
            features = rows.iter().flat_map(|row| &x[*row as usize * inputs..][..inputs]).copied().collect();
        }
        let half = self.half.then(|| in_half(&features));
        let features = half.as_deref().map_or(bytemuck::cast_slice(&features), bytemuck::cast_slice);
        gpu.guard("copying the data", || {
            gpu.queue.write_buffer(&self.targets, 0, bytemuck::cast_slice(&narrow));
            gpu.queue.write_buffer(&self.inputs, 0, features);
            Ok(())
        })
    }

    /// Writes the steps of a round, and the order of the rows in them.
    pub fn begin(&mut self, gpu: &Gpu, order: Vec<u32>, steps: &[Step]) {
        gpu.queue.write_buffer(&self.steps, 0, bytemuck::cast_slice(steps));
        if self.is_whole() {
            gpu.queue.write_buffer(&self.order, 0, bytemuck::cast_slice(&order));
        }
        self.rows = order;
    }

    /// Ensures that the rows at these positions of the round's order are on the device, at most a window of them.
    pub fn load(&self, gpu: &Gpu, positions: Range<usize>) -> Result<()> {
        if self.is_whole() {
            return Ok(());
        }
        self.write(gpu, &self.rows[positions.clone()])?;
        let inside: Vec<u32> = (0..positions.len() as u32).collect();
        gpu.queue.write_buffer(&self.order, 4 * positions.start as u64, bytemuck::cast_slice(&inside));
        Ok(())
    }
}
