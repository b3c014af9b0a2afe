// What each tensor's gradient, or the whole, is multiplied by so that its norm is at most a limit.
//
// CPU twin: `src/optim/clip/by_norm.rs`, `clip_by_norm`, whose factor this is.
// Shapes: each tensor as one vector.
// Workgroups: one a tensor.
// Record: factors, limit; then for each tensor: place of its gradient, length.
// Uses: bindings, reduction.

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let start = word(2u + 2u * workgroup.x);
    let end = start + word(3u + 2u * workgroup.x);
    // Squares of huge numbers would overflow.
    var most = 0.0;
    for (var at = start + lane; at < end; at += LANES) {
        let size = abs(arena[at]);
        most = select(most, size, size > most || is_nan(size));
    }
    most = greatest_over_lanes(lane, most);
    var sum = 0.0;
    if most > 0.0 {
        for (var at = start + lane; at < end; at += LANES) {
            let share = arena[at] / most;
            sum += share * share;
        }
    }
    // The norm as a share of the greatest number.
    let share = sqrt(sum_over_lanes(lane, sum));
    if lane == 0u {
        // Where the gradient is infinite or no number the factor is none, and the loss after it: it is seen.
        arena[word(0u) + workgroup.x] = select(number(1u) / most / share, 1.0, most * share <= number(1u));
    }
}
