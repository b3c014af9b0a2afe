// Batch normalization: gamma (x - mean) / sqrt(variance + epsilon) + beta of each column.
//
// CPU twin: `src/engine/cpu/batch_norm.rs`, `forward`, `update_mean`, `update_variance`.
// Shapes: rows x width; scratch values 4 x width: mean, 1 / sqrt(variance + epsilon), two sums of the backward pass.
// Workgroups: one per column.
// Record: `BatchNormForward` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings, reduction.

// How many terms are summed before their sum is added to the lane's.
const BLOCK: u32 = 128u;

fn run(group: u32, groups: u32, lane: u32) {
    let width = record_width();
    let x = record_x();
    let count = f32(batch_rows());
    for (var column = group; column < width; column += groups) {
        var mean = parameters[record_mean() + column];
        var variance = parameters[record_variance() + column];
        if record_of_batch() {
            // Distances from one of the numbers, and sums in blocks: one long sum would lose digits.
            let origin = arena[x + column];
            var sum = 0.0;
            var block = 0.0;
            for (var row = lane; row < batch_rows(); row += THREADS) {
                block += arena[x + row * width + column] - origin;
                if (row / THREADS) % BLOCK == BLOCK - 1u {
                    sum += block;
                    block = 0.0;
                }
            }
            let batch_mean = origin + sum_over_lanes(lane, sum + block) / count;
            sum = 0.0;
            block = 0.0;
            for (var row = lane; row < batch_rows(); row += THREADS) {
                let distance = arena[x + row * width + column] - batch_mean;
                block += distance * distance;
                if (row / THREADS) % BLOCK == BLOCK - 1u {
                    sum += block;
                    block = 0.0;
                }
            }
            let batch_variance = sum_over_lanes(lane, sum + block) / count;
            let momentum = record_momentum();
            if lane == 0u && momentum >= 0.0 {
                parameters[record_mean() + column] = momentum * mean + (1.0 - momentum) * batch_mean;
                parameters[record_variance() + column] = momentum * variance + (1.0 - momentum) * batch_variance;
            }
            mean = batch_mean;
            variance = batch_variance;
        }
        let inverse = 1.0 / sqrt(variance + record_epsilon());
        if lane == 0u {
            arena[record_scratch() + column] = mean;
            arena[record_scratch() + width + column] = inverse;
        }
        for (var row = lane; row < batch_rows(); row += THREADS) {
            var value = (arena[x + row * width + column] - mean) * inverse;
            if record_gamma() != NONE {
                value *= parameters[record_gamma() + column];
            }
            if record_beta() != NONE {
                value += parameters[record_beta() + column];
            }
            arena[record_y() + row * width + column] = value;
        }
    }
}
