// The backward pass of a batch normalization: the sums of dY and of dY * n over each column, where n is the normalized X,
// are the derivatives by beta and gamma; dX = gamma / sqrt(variance + epsilon) * (dY - share * (beta sum + n * gamma sum)).
//
// CPU twin: `src/engine/cpu/batch_norm.rs`, `backward`.
// Shapes: rows x width; the scratch values as in batch_norm_forward.wgsl.
// Workgroups: one per column.
// Record: `BatchNormBackward` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings, reduction.

// How many terms are summed before their sum is added to the lane's.
const BLOCK: u32 = 128u;

fn run(group: u32, groups: u32, lane: u32) {
    let width = record_width();
    let x = record_x();
    let dy = record_dy();
    let scratch = record_scratch();
    for (var column = group; column < width; column += groups) {
        let mean = arena[scratch + column];
        let inverse = arena[scratch + width + column];
        // The sums by beta and gamma, in blocks: one long sum would lose digits.
        var sums = vec2<f32>();
        var block = vec2<f32>();
        for (var row = lane; row < batch_rows(); row += THREADS) {
            let derivative = arena[dy + row * width + column];
            block += derivative * vec2<f32>(1.0, (arena[x + row * width + column] - mean) * inverse);
            if (row / THREADS) % BLOCK == BLOCK - 1u {
                sums += block;
                block = vec2<f32>();
            }
        }
        sums += block;
        let beta_sum = sum_over_lanes(lane, sums.x);
        let gamma_sum = sum_over_lanes(lane, sums.y);
        if lane == 0u {
            arena[scratch + 2u * width + column] = beta_sum;
            arena[scratch + 3u * width + column] = gamma_sum;
            if record_gamma_gradient() != NONE {
                gradient[record_gamma_gradient() + column] = gamma_sum;
            }
            if record_beta_gradient() != NONE {
                gradient[record_beta_gradient() + column] = beta_sum;
            }
        }
        var factor = inverse;
        if record_gamma() != NONE {
            factor *= parameters[record_gamma() + column];
        }
        let share = select(0.0, 1.0 / f32(batch_rows()), record_of_batch());
        for (var row = lane; row < batch_rows(); row += THREADS) {
            let at = row * width + column;
            let normal = (arena[x + at] - mean) * inverse;
            arena[record_dx() + at] = factor * (arena[dy + at] - share * (beta_sum + normal * gamma_sum));
        }
    }
}
