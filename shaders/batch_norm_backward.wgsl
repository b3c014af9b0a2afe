// The way back through a batch normalization: the sums of dY and of dY * x, where x is normalized, over each column, which
// are the derivatives by beta and gamma; and dX = gamma / sqrt(variance + epsilon) * (dY - share * (sum + x * other sum)).
//
// CPU twin: `src/engine/cpu/batch_norm.rs`, `backward`.
// Shapes: rows x width; the notes as in batch_norm_forward.wgsl.
// Workgroups: one a column.
// Record: X, width, dY, dX, gamma (NONE without), derivative by gamma (NONE: not wanted), derivative by beta (NONE: not
// wanted), notes, whether the statistics are the batch's.
// Uses: bindings, reduction.

// So many terms are summed before the sum goes to a lane's own.
const BLOCK: u32 = 128u;

fn run(group: u32, groups: u32, lane: u32) {
    let width = word(1u);
    for (var column = group; column < width; column += groups) {
        let mean = arena[word(7u) + column];
        let inverse = arena[word(7u) + width + column];
        // The sums by beta and gamma, in blocks: one long sum would lose digits.
        var sums = vec2<f32>();
        var block = vec2<f32>();
        for (var row = lane; row < batch_rows(); row += THREADS) {
            let derivative = arena[word(2u) + row * width + column];
            block += derivative * vec2<f32>(1.0, (arena[word(0u) + row * width + column] - mean) * inverse);
            if (row / THREADS) % BLOCK == BLOCK - 1u {
                sums += block;
                block = vec2<f32>();
            }
        }
        sums += block;
        let beta_sum = sum_over_lanes(lane, sums.x);
        let gamma_sum = sum_over_lanes(lane, sums.y);
        if lane == 0u {
            arena[word(7u) + 2u * width + column] = beta_sum;
            arena[word(7u) + 3u * width + column] = gamma_sum;
            if word(5u) != NONE {
                gradient[word(5u) + column] = gamma_sum;
            }
            if word(6u) != NONE {
                gradient[word(6u) + column] = beta_sum;
            }
        }
        var factor = inverse;
        if word(4u) != NONE {
            factor *= parameters[word(4u) + column];
        }
        let share = select(0.0, 1.0 / f32(batch_rows()), word(8u) != 0u);
        for (var row = lane; row < batch_rows(); row += THREADS) {
            let at = row * width + column;
            let normal = (arena[word(0u) + at] - mean) * inverse;
            arena[word(3u) + at] = factor * (arena[word(2u) + at] - share * (beta_sum + normal * gamma_sum));
        }
    }
}
