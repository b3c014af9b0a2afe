// A penalty of a layer's outputs: added to the loss of each example, and its slope to the derivative by the outputs.
//
// CPU twin: `src/regularize/activity.rs`, `Activity::value` and `add_gradient`.
// Shapes: values rows x width.
// Workgroups: one per example, after the kernel of the loss.
// Record: `ActivityPenalty` of `src/engine/gpu/records/loss.rs`.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let width = record_width();
    let l1 = record_penalty_l1();
    var l2 = record_penalty_l2();
    if record_mean() {
        l2 /= f32(width * batch_rows());
    }
    for (var row = group; row < batch_rows(); row += groups) {
        var sum = 0.0;
        for (var at = lane; at < width; at += THREADS) {
            let value = arena[record_values() + row * width + at];
            sum += l1 * abs(value) + l2 * value * value;
            if record_delta() != NONE {
                let slope = l1 * sign(value) + 2.0 * l2 * value;
                arena[record_delta() + row * width + at] += slope / f32(batch_rows());
            }
        }
        sum = sum_over_lanes(lane, sum);
        if lane == 0u {
            results[record_losses() + steps[dispatch.step].first + row] += sum;
        }
    }
}
