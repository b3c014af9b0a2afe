// The way back through a batch normalization: the sums of dY and of dY * x, where x is normalized, over each column, which
// are the derivatives by beta and gamma; and dX = gamma / sqrt(variance + epsilon) * (dY - share * (sum + x * other sum)).
//
// CPU twin: `src/engine/cpu/batch_norm.rs`, `backward`.
// Shapes: rows x width; the notes as in batch_norm_forward.wgsl.
// Workgroups: one a column.
// Record: X, width, dY, dX, gamma (NONE without), derivative by gamma (NONE: not wanted), derivative by beta (NONE: not
// wanted), notes, whether the statistics are the batch's.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let width = word(1u);
    for (var column = group; column < width; column += groups) {
        let mean = arena[word(7u) + column];
        let inverse = arena[word(7u) + width + column];
        var beta_sum = 0.0;
        var gamma_sum = 0.0;
        for (var row = lane; row < batch_rows(); row += THREADS) {
            let derivative = arena[word(2u) + row * width + column];
            beta_sum += derivative;
            gamma_sum += derivative * (arena[word(0u) + row * width + column] - mean) * inverse;
        }
        beta_sum = sum_over_lanes(lane, beta_sum);
        gamma_sum = sum_over_lanes(lane, gamma_sum);
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
