// A penalty of a layer's outputs: added to each example's loss, and its slope to the derivative by the outputs.
//
// CPU twin: `src/regularize/activity.rs`, `Activity::value` and `add_gradient`.
// Shapes: values rows x width.
// Workgroups: one an example, behind the loss' own kernel.
// Record: values, width, derivative (NONE where not wanted), strengths of L1 and L2, whether L2 is divided by the number of
// values, losses among the results.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let width = word(1u);
    var square = number(4u);
    if word(5u) != 0u {
        square /= f32(width * batch_rows());
    }
    for (var row = group; row < batch_rows(); row += groups) {
        var sum = 0.0;
        for (var at = lane; at < width; at += THREADS) {
            let value = arena[word(0u) + row * width + at];
            sum += number(3u) * abs(value) + square * value * value;
            if word(2u) != NONE {
                let slope = number(3u) * sign(value) + 2.0 * square * value;
                arena[word(2u) + row * width + at] += slope / f32(batch_rows());
            }
        }
        sum = sum_over_lanes(lane, sum);
        if lane == 0u {
            results[word(6u) + steps[dispatch.step].first + row] += sum;
        }
    }
}
