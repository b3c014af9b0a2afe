// What the penalties of parameters add to the loss: one number for each parameter that has one, each step.
//
// CPU twin: `src/engine/cpu/mod.rs`, `penalties`.
// Shapes: each parameter as one vector.
// Workgroups: one a parameter.
// Record: how many parameters, place among the results; then for each: place, length, strengths of L1 and L2.
// Uses: bindings, reduction.

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let parameter = 2u + 4u * workgroup.x;
    var sum = 0.0;
    for (var at = lane; at < word(parameter + 1u); at += LANES) {
        let w = arena[word(parameter) + at];
        sum += number(parameter + 2u) * abs(w) + number(parameter + 3u) * w * w;
    }
    sum = sum_over_lanes(lane, sum);
    if lane == 0u {
        results[word(1u) + steps[dispatch.step].index * word(0u) + workgroup.x] = sum;
    }
}
