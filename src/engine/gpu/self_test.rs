//! Tests of a device: its faster kernels before they are used, and whether it completes long loops, on small problems whose
//! results the CPU computes too.

use super::context::{BINDINGS, Gpu, IMMEDIATES};
use super::kernel::Kernel;
use super::records::{
    Activation, BatchNormForward, DenseBackwardInput, DenseBackwardWeights, DenseForward, DenseLayer, Dropout,
    GradientNorm, Optimizer, Piece, Producer, Record, Slice, Strengths, Tensor,
};
use super::resident::{Step, in_half};
use super::tiles::Tiles;
use crate::error::Result;

/// Larger than any tile, and not a multiple of a tile or a subgroup.
const ROWS: usize = 131;
const WIDTH: usize = 133;
const UNITS: usize = 137;

/// Iterations of a long loop: more than fit into 16 bits.
const LONG: usize = 70_000;

/// The end of the first slice of a product, in the middle of a tile.
const SLICE: u32 = 70;

/// Workgroups: fewer than tiles, so that each computes several.
const GROUPS: u32 = 2;

/// Tests the greatest number and the sum of squares of a vector by 256 threads, mean and deviation of a column by 64.
pub(super) fn reductions(gpu: &Gpu) -> Result<()> {
    let mut numbers: Vec<f32> = (0..1000).map(|at| integer(at) as f32 - 20.0).collect();
    // Only one thread reads it.
    numbers[997] = 33.0;
    let length = numbers.len() as u32;
    let [norm, scratch, column] = [0, 2, 6].map(|at| length + at);
    let mut arena = numbers.clone();
    arena.extend(vec![0.0; 6 + ROWS]);
    let tiles = Tiles::SOFTWARE.with(gpu.capabilities.products);
    let epsilon = 1e-3_f32;
    let gradient_norm = GradientNorm { norms: norm, pieces: vec![Piece { start: 0, length }] };
    let batch_norm = BatchNormForward {
        x: 0,
        width: 1,
        y: column,
        gamma: None,
        beta: None,
        mean: 0,
        variance: 1,
        scratch,
        epsilon,
        of_batch: true,
        momentum: -1.0,
    };
    let work = [work(tiles, &gradient_norm), work(tiles, &batch_norm)];
    // The parameters are the running statistics.
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

/// Tests a step of one parameter in the last of many tensors, among which a thread searches one by one.
pub(super) fn long_loop(gpu: &Gpu) -> Result<()> {
    let tensors = vec![Tensor { end: 0 }; LONG];
    let record = Optimizer { kind: 0, trained: 1, clip: 0.0, factors: Some(0), tensors };
    let mut factors = vec![0.0; LONG];
    factors[LONG - 1] = 5.0;
    let numbers = Numbers { parameters: vec![0.0], gradient: vec![3.0], arena: factors };
    let tiles = Tiles::SOFTWARE.with(gpu.capabilities.products);
    let numbers = run(gpu, &[], numbers, &[work(tiles, &record)])?;
    expect(gpu, "long loop", &numbers.parameters, &[-15.0], 1e-6)
}

/// Tests the three products of a dense layer, by all tiles of the device, on integers that `f16` represents, unlike their
/// sums. NaN, and what `f16` cannot represent, must not become numbers.
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
    // The gradient of W, then that of b.
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
    let layer = DenseLayer {
        first_tile: 0,
        inputs: width,
        units,
        x: None,
        dz: 0,
        weights: 0,
        bias: Some(bias),
        weights_penalty: Strengths::NONE,
        bias_penalty: Strengths::NONE,
    };
    let mut works = vec![];
    for slice in [Slice { begin: 0, end: Some(SLICE) }, Slice { begin: SLICE, end: None }] {
        let forward = DenseForward {
            inputs: width,
            units,
            x: None,
            weights: 0,
            bias: Some(bias),
            z: z_at,
            activation: Activation::NONE,
            a: 0,
            dropout: Dropout::NONE,
            slice: slice.clone(),
        };
        let producer = Producer::of(dx_at);
        let input = DenseBackwardInput {
            inputs: width,
            units,
            dz: 0,
            weights: 0,
            mean_over: 1,
            producer,
            slice: slice.clone(),
        };
        let weights = DenseBackwardWeights {
            steps: false,
            optimizer: 0,
            clip: 0.0,
            mean_over: 1,
            slice,
            tiles: count,
            layers: vec![layer.clone()],
        };
        works.extend([work(tiles, &forward), work(tiles, &input), work(tiles, &weights)]);
    }
    let found = run(gpu, &x, numbers, &works)?;
    expect(gpu, "products", &found.arena[z_at as usize..], &[z, dx].concat(), 1e-6)?;
    expect(gpu, "gradient", &found.gradient, &gradient, 1e-6)
}

/// Integers from 0 to 12 without a pattern.
fn integer(at: usize) -> u32 {
    ((at as u32).wrapping_mul(2_654_435_761) >> 16) % 13
}

fn expect(gpu: &Gpu, what: &str, found: &[f32], expected: &[f32], within: f32) -> Result<()> {
    for (found, expected) in found.iter().zip(expected) {
        let near = (found - expected).abs() <= within * expected.abs().max(1.0);
        let right = if expected.is_finite() { near } else { !found.is_finite() };
        if !right {
            return Err(gpu.error(format!("gave {found} instead of {expected} in its {what}")));
        }
    }
    Ok(())
}

/// The content of these buffers, before or after kernels.
struct Numbers {
    parameters: Vec<f32>,
    gradient: Vec<f32>,
    arena: Vec<f32>,
}

/// A kernel with its tiles and its record.
type Work = (Kernel, Tiles, Vec<u32>);

fn work<R: Record>(tiles: Tiles, record: &R) -> Work {
    let mut words = vec![];
    record.write(&mut words);
    (R::KERNEL, tiles, words)
}

/// Runs these kernels on one batch of all examples. Returns the numbers after them.
fn run(gpu: &Gpu, x: &[f32], numbers: Numbers, work: &[Work]) -> Result<Numbers> {
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
    // With room for one number more, as for the data set.
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
            // In the second dimension, as where there are too many workgroups for the first.
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
    fn what_fails_its_test_is_not_used_and_reported() {
        // A device that was opened without subgroups and f16 refuses the kernels that need them.
        let mut gpu = Gpu::plain(&preferred().unwrap().name).unwrap();
        let matrices = Products::Matrices { side: 16, subgroup_min: 8, subgroup_max: 8 };
        gpu.try_capabilities(true, Some(&[matrices, Products::Half]));
        assert_eq!((gpu.capabilities.subgroups, gpu.capabilities.products), (false, Products::Full));
        assert!(gpu.how.starts_with("without subgroups, which failed their test"), "{}", gpu.how);
        assert!(gpu.how.contains("; in f32, since it failed its test in f16"), "{}", gpu.how);
        // It works without them, and a device that has none reports it.
        reductions(&gpu).unwrap();
        products(&gpu).unwrap();
        gpu.try_capabilities(false, Some(&[]));
        assert_eq!(gpu.how, "in f32, since it has no f16");
        // llvmpipe ends loops; a device that passes does not need slices, which do no harm.
        assert!(long_loop(&gpu).is_ok() || gpu.capabilities.ends_loops);
        // Wrong numbers, and none, are distinguished from right ones.
        assert!(expect(&gpu, "sums", &[1.0, 2.0], &[1.0, 2.0], 1e-3).is_ok());
        for wrong in [2.1, f32::NAN, f32::INFINITY] {
            let error = expect(&gpu, "sums", &[1.0, wrong], &[1.0, 2.0], 1e-3).unwrap_err().to_string();
            assert!(error.contains("instead of 2 in its sums"), "{error}");
        }
        assert!(expect(&gpu, "sums", &[f32::INFINITY, f32::NAN], &[f32::NAN, f32::INFINITY], 1e-3).is_ok());
        assert!(expect(&gpu, "sums", &[65_504.0], &[f32::INFINITY], 1e-3).is_err());
    }

    #[test]
    fn the_faster_kernels_pass_their_test() {
        let gpu = Gpu::open(&preferred().unwrap().name, true).unwrap();
        assert!(gpu.capabilities.subgroups && gpu.capabilities.products != Products::Full, "{}", gpu.how);
    }
}
