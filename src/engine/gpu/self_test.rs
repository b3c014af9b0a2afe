//! A device's quicker ways are tried before they are used, and whether it goes through long loops to their end: on small
//! problems whose answers the processor knows.

use super::context::{BINDINGS, Gpu, IMMEDIATES};
use super::kernel::{Kernel, Tiles};
use super::resident::{Step, in_half};
use super::schedule::NONE;
use crate::error::Result;

/// Larger than any tile, and no multiple of one or of a subgroup.
const ROWS: usize = 131;
const WIDTH: usize = 133;
const UNITS: usize = 137;

/// Iterations of a long loop: more than 16 bits count.
const LONG: usize = 70_000;

/// Where a slice of a product ends and the next one begins, in the middle of a tile.
const SLICE: u32 = 70;

/// Workgroups: fewer than tiles, so that they go round.
const GROUPS: u32 = 2;

/// Greatest number and sum of squares of a vector by 256 threads, mean and deviation of a column by 64.
pub(super) fn reductions(gpu: &Gpu) -> Result<()> {
    let mut numbers: Vec<f32> = (0..1000).map(|at| integer(at) as f32 - 20.0).collect();
    // One thread alone sees it.
    numbers[997] = 33.0;
    let length = numbers.len() as u32;
    let [norm, scratch, column] = [0, 2, 6].map(|at| length + at);
    let mut arena = numbers.clone();
    arena.extend(vec![0.0; 6 + ROWS]);
    let tiles = Tiles::SOFTWARE.with(gpu.capabilities.products);
    let epsilon = 1e-3_f32;
    let without_momentum = (-1.0_f32).to_bits();
    let column_record = vec![0, 1, column, NONE, NONE, 0, 1, scratch, epsilon.to_bits(), 1, without_momentum];
    let work =
        [(Kernel::GradientNorm, tiles, vec![1, norm, 0, length]), (Kernel::BatchNormForward, tiles, column_record)];
    // Of the running statistics.
    let inside = Numbers { parameters: vec![0.0; 2], gradient: numbers.clone(), arena };
    let arena = run(gpu, &[], inside, &work)?.arena;
    let most = numbers.iter().fold(0.0_f32, |most, number| most.max(number.abs()));
    let squares = numbers.iter().map(|number| (number / most).powi(2)).sum();
    expect(gpu, "norm", &arena[norm as usize..], &[most, squares], 1e-5)?;
    let seen = &numbers[..ROWS];
    let mean = seen.iter().sum::<f32>() / ROWS as f32;
    let variance = seen.iter().map(|number| (number - mean).powi(2)).sum::<f32>() / ROWS as f32;
    expect(gpu, "statistics", &arena[scratch as usize..], &[mean, 1.0 / (variance + epsilon).sqrt()], 1e-5)
}

/// A step of one parameter, which is the last tensor's of many: a thread looks for it one by one.
pub(super) fn long_loop(gpu: &Gpu) -> Result<()> {
    let mut record = vec![0, 1, 0, 0, LONG as u32];
    // Where each tensor ends.
    record.extend(vec![0; LONG]);
    let mut factors = vec![0.0; LONG];
    factors[LONG - 1] = 5.0;
    let numbers = Numbers { parameters: vec![0.0], gradient: vec![3.0], arena: factors };
    let tiles = Tiles::SOFTWARE.with(gpu.capabilities.products);
    let numbers = run(gpu, &[], numbers, &[(Kernel::Optimizer, tiles, record)])?;
    expect(gpu, "long loop", &numbers.parameters, &[-15.0], 1e-6)
}

/// The three products of a dense layer on integers that `f16` holds, whose sums it does not, by all tiles of the device.
/// What is no number, and what `f16` cannot hold, must not come out as a number.
pub(super) fn products(gpu: &Gpu) -> Result<()> {
    Tiles::all(gpu.capabilities).into_iter().try_for_each(|tiles| products_by(gpu, tiles))
}

fn products_by(gpu: &Gpu, tiles: Tiles) -> Result<()> {
    if tiles.products != gpu.capabilities.products {
        return Err(gpu.error("has too little memory for a workgroup".into()));
    }
    let numbers = |from: usize, count: usize| (from..from + count).map(|at| integer(at) as f32).collect::<Vec<_>>();
    let (mut x, w, b, mut dz) =
        (numbers(1, ROWS * WIDTH), numbers(5000, WIDTH * UNITS), numbers(300, UNITS), numbers(9000, ROWS * UNITS));
    x[7 * WIDTH + 5] = f32::NAN;
    dz[3 * UNITS + 4] = f32::INFINITY;
    let (mut z, mut dx) = (vec![0.0; ROWS * UNITS], vec![0.0; ROWS * WIDTH]);
    // Behind the gradient of W lies that of b.
    let mut gradient = vec![0.0; (WIDTH + 1) * UNITS];
    for row in 0..ROWS {
        for unit in 0..UNITS {
            z[row * UNITS + unit] = b[unit];
            gradient[WIDTH * UNITS + unit] += dz[row * UNITS + unit];
        }
        for k in 0..WIDTH {
            for unit in 0..UNITS {
                z[row * UNITS + unit] += x[row * WIDTH + k] * w[k * UNITS + unit];
                dx[row * WIDTH + k] += dz[row * UNITS + unit] * w[k * UNITS + unit];
                gradient[k * UNITS + unit] += x[row * WIDTH + k] * dz[row * UNITS + unit];
            }
        }
    }
    if gpu.is_mixed() {
        dz[3 * UNITS + 4] = 1e6;
    }
    let bias = (WIDTH * UNITS) as u32;
    let z_at = dz.len() as u32;
    let dx_at = z_at + z.len() as u32;
    let arena = [dz, vec![f32::NAN; z.len() + dx.len()]].concat();
    let numbers = Numbers { parameters: [w, b].concat(), gradient: vec![f32::NAN; gradient.len()], arena };
    let (width, units) = (WIDTH as u32, UNITS as u32);
    let across = UNITS.div_ceil(tiles.columns as usize);
    let count = ((WIDTH + 1).div_ceil(tiles.rows as usize) * across) as u32;
    let without_dropout = (-1.0_f32).to_bits();
    let forward = [width, units, NONE, 0, bias, z_at, 0, 0, 0, without_dropout, 0, 0, 0, 0];
    let input = [width, units, 0, 0, 1, dx_at, NONE, 0, 0, 0, 0, 0, 0];
    let slices = [[0, SLICE], [SLICE, NONE]];
    let layer = [0, width, units, NONE, 0, 0, bias, 0, 0, 0, 0, count];
    let mut work = vec![];
    for slice in slices {
        let backward = [&[1, 0, 0, 0, 1][..], &slice, &layer].concat();
        work.extend([
            (Kernel::DenseForward, tiles, [&forward[..], &slice].concat()),
            (Kernel::DenseBackwardInput, tiles, [&input[..], &slice].concat()),
            (Kernel::DenseBackwardWeights, tiles, backward),
        ]);
    }
    let found = run(gpu, &x, numbers, &work)?;
    expect(gpu, "products", &found.arena[z_at as usize..], &[z, dx].concat(), 1e-6)?;
    expect(gpu, "gradient", &found.gradient, &gradient, 1e-6)
}

/// Integers from 0 to 12 that follow no pattern.
fn integer(at: usize) -> u32 {
    ((at as u32).wrapping_mul(2_654_435_761) >> 16) % 13
}

fn expect(gpu: &Gpu, what: &str, found: &[f32], wanted: &[f32], within: f32) -> Result<()> {
    for (found, wanted) in found.iter().zip(wanted) {
        let near = (found - wanted).abs() <= within * wanted.abs().max(1.0);
        let right = if wanted.is_finite() { near } else { !found.is_finite() };
        if !right {
            return Err(gpu.error(format!("gave {found} instead of {wanted} in its {what}")));
        }
    }
    Ok(())
}

/// What kernels find in these buffers, and leave there.
struct Numbers {
    parameters: Vec<f32>,
    gradient: Vec<f32>,
    arena: Vec<f32>,
}

/// The numbers after these kernels with their records, on one batch of all examples.
fn run(gpu: &Gpu, x: &[f32], numbers: Numbers, work: &[(Kernel, Tiles, Vec<u32>)]) -> Result<Numbers> {
    let keys: Vec<_> = work.iter().map(|(kernel, tiles, _)| (*kernel, *tiles)).collect();
    let pipelines = gpu.pipelines(&keys)?;
    let table: Vec<u32> = work.iter().flat_map(|(.., record)| record).copied().collect();
    let step = [Step { rows: ROWS as u32, coefficients: [1.0; 8], ..Step::default() }];
    let order: Vec<u32> = (0..ROWS as u32).collect();
    let half = gpu.is_mixed().then(|| in_half(x));
    let inputs = half.as_deref().map_or(bytemuck::cast_slice(x), bytemuck::cast_slice);
    let contents: [&[u8]; BINDINGS as usize] = [
        bytemuck::cast_slice(&table),
        bytemuck::cast_slice(&step),
        bytemuck::cast_slice(&order),
        inputs,
        &[],
        bytemuck::cast_slice(&numbers.parameters),
        bytemuck::cast_slice(&numbers.gradient),
        &[],
        &[],
        &[],
        bytemuck::cast_slice(&numbers.arena),
        &[],
    ];
    let back = [(5, numbers.parameters.len()), (6, numbers.gradient.len()), (10, numbers.arena.len())];
    let length: usize = back.iter().map(|(_, length)| length).sum();
    let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
    // As for the data set, with room for a number more.
    let buffers = contents.map(|content| gpu.buffer("a test", content.len() as u64 + 4, usage));
    let buffers = buffers.into_iter().collect::<Result<Vec<_>>>()?;
    let read = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
    let staging = gpu.buffer("a test", 4 * length as u64, read)?;
    gpu.guard("testing it", || {
        for (buffer, content) in buffers.iter().zip(contents) {
            gpu.queue.write_buffer(buffer, 0, content);
        }
        let bind_group = gpu.bind(&buffers.iter().collect::<Vec<_>>());
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_bind_group(0, &bind_group, &[]);
        let mut record = 0;
        for ((.., words), pipeline) in work.iter().zip(&pipelines) {
            pass.set_pipeline(pipeline);
            let immediates: [u32; IMMEDIATES as usize / 4] = [record, 0];
            pass.set_immediates(0, bytemuck::cast_slice(&immediates));
            // In the second dimension, where those are that a device need not take side by side.
            pass.dispatch_workgroups(1, GROUPS, 1);
            record += words.len() as u32;
        }
        drop(pass);
        let mut to = 0;
        for (binding, length) in back {
            let bytes = 4 * length as u64;
            encoder.copy_buffer_to_buffer(&buffers[binding], 0, &staging, to, Some(bytes));
            to += bytes;
        }
        gpu.queue.submit([encoder.finish()]);
        let mut parameters = vec![];
        gpu.read(&staging, length, &mut parameters)?;
        let mut gradient = parameters.split_off(back[0].1);
        let arena = gradient.split_off(back[1].1);
        Ok(Numbers { parameters, gradient, arena })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::gpu::capabilities::Products;
    use crate::engine::gpu::preferred;

    #[test]
    fn what_fails_its_test_is_not_used_and_said() {
        // A device that was opened without subgroups and f16 refuses the kernels that need them.
        let mut gpu = Gpu::plain(&preferred().unwrap().name).unwrap();
        let matrices = Products::Matrices { side: 16, subgroup_min: 8, subgroup_max: 8 };
        gpu.try_capabilities(true, Some(&[matrices, Products::Half]));
        assert_eq!((gpu.capabilities.subgroups, gpu.capabilities.products), (false, Products::Full));
        assert!(gpu.how.starts_with("without subgroups, which failed their test"), "{}", gpu.how);
        assert!(gpu.how.contains("; in f32, since it failed its test in f16"), "{}", gpu.how);
        // It goes on in the plain way, and one that has none of the quicker ones says so.
        reductions(&gpu).unwrap();
        products(&gpu).unwrap();
        gpu.try_capabilities(false, Some(&[]));
        assert_eq!(gpu.how, "in f32, since it gives no f16");
        // llvmpipe ends loops; what passes has no need of slices, which do no harm.
        assert!(long_loop(&gpu).is_ok() || gpu.capabilities.ends_loops);
        // Wrong numbers, and none, are told from right ones.
        assert!(expect(&gpu, "sums", &[1.0, 2.0], &[1.0, 2.0], 1e-3).is_ok());
        for wrong in [2.1, f32::NAN, f32::INFINITY] {
            let error = expect(&gpu, "sums", &[1.0, wrong], &[1.0, 2.0], 1e-3).unwrap_err().to_string();
            assert!(error.contains("instead of 2 in its sums"), "{error}");
        }
        assert!(expect(&gpu, "sums", &[f32::INFINITY, f32::NAN], &[f32::NAN, f32::INFINITY], 1e-3).is_ok());
        assert!(expect(&gpu, "sums", &[65_504.0], &[f32::INFINITY], 1e-3).is_err());
    }

    #[test]
    fn the_quicker_ways_pass_their_test() {
        let gpu = Gpu::open(&preferred().unwrap().name, true).unwrap();
        assert!(gpu.capabilities.subgroups && gpu.capabilities.products != Products::Full, "{}", gpu.how);
    }
}
