// Batch normalization: gamma (x - mean) / sqrt(variance + epsilon) + beta of each column.
//
// CPU twin: `src/engine/cpu/batch_norm.rs`, `forward`, `update_mean`, `update_variance`.
// Shapes: rows x width; the notes hold mean, 1 / sqrt(variance + epsilon) and two sums of the way back, width of each.
// Workgroups: one a column.
// Record: X, width, output, gamma (NONE without), beta (NONE without), running mean, running variance, notes, epsilon,
// whether to take the batch's statistics, momentum of the running ones (below 0: they stay).
// Uses: bindings, reduction.

// So many terms are summed before the sum goes to a lane's own.
const BLOCK: u32 = 128u;

fn run(group: u32, groups: u32, lane: u32) {
    let width = word(1u);
    let count = f32(batch_rows());
    for (var column = group; column < width; column += groups) {
        var mean = parameters[word(5u) + column];
        var variance = parameters[word(6u) + column];
        if word(9u) != 0u {
            // Distances from one of the numbers, and sums in blocks: one long sum would lose digits.
            let origin = arena[word(0u) + column];
            var sum = 0.0;
            var block = 0.0;
            for (var row = lane; row < batch_rows(); row += THREADS) {
                block += arena[word(0u) + row * width + column] - origin;
                if (row / THREADS) % BLOCK == BLOCK - 1u {
                    sum += block;
                    block = 0.0;
                }
            }
            let batch_mean = origin + sum_over_lanes(lane, sum + block) / count;
            sum = 0.0;
            block = 0.0;
            for (var row = lane; row < batch_rows(); row += THREADS) {
                let distance = arena[word(0u) + row * width + column] - batch_mean;
                block += distance * distance;
                if (row / THREADS) % BLOCK == BLOCK - 1u {
                    sum += block;
                    block = 0.0;
                }
            }
            let batch_variance = sum_over_lanes(lane, sum + block) / count;
            if lane == 0u && number(10u) >= 0.0 {
                parameters[word(5u) + column] = number(10u) * mean + (1.0 - number(10u)) * batch_mean;
                parameters[word(6u) + column] = number(10u) * variance + (1.0 - number(10u)) * batch_variance;
            }
            mean = batch_mean;
            variance = batch_variance;
        }
        let inverse = 1.0 / sqrt(variance + number(8u));
        if lane == 0u {
            arena[word(7u) + column] = mean;
            arena[word(7u) + width + column] = inverse;
        }
        for (var row = lane; row < batch_rows(); row += THREADS) {
            var value = (arena[word(0u) + row * width + column] - mean) * inverse;
            if word(3u) != NONE {
                value *= parameters[word(3u) + column];
            }
            if word(4u) != NONE {
                value += parameters[word(4u) + column];
            }
            arena[word(2u) + row * width + column] = value;
        }
    }
}
