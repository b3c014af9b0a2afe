// What the penalties of parameters add to the loss: one number for each piece of a parameter that has one, each step.
//
// CPU twin: `src/engine/cpu/mod.rs`, `penalties`.
// Shapes: each piece as one vector.
// Workgroups: one a piece.
// Record: how many pieces, place among the results; then for each: place, length, strengths of L1 and L2.
// Uses: bindings, reduction.

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    for (var at = workgroup.x; at < word(0u); at += workgroups.x) {
        let piece = 2u + 4u * at;
        var sum = 0.0;
        for (var inside = lane; inside < word(piece + 1u); inside += LANES) {
            let w = arena[word(piece) + inside];
            sum += number(piece + 2u) * abs(w) + number(piece + 3u) * w * w;
        }
        sum = sum_over_lanes(lane, sum);
        if lane == 0u {
            results[word(1u) + steps[dispatch.step].index * word(0u) + at] = sum;
        }
    }
}
