// dX = mask * dY of a dropout, and dX = dY of a noise, which has no mask.
//
// CPU twin: `src/engine/cpu/dropout.rs`, `backward`.
// Shapes: rows x width.
// Workgroups: one 256 numbers.
// Record: dY, width, mask (NONE without), dX.
// Uses: bindings.

@compute @workgroup_size(256)
fn main(
    @builtin(global_invocation_id) thread: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    for (var at = thread.x; at < batch_rows() * word(1u); at += workgroups.x * 256u) {
        var derivative = arena[word(0u) + at];
        if word(2u) != NONE {
            derivative *= arena[word(2u) + at];
        }
        arena[word(3u) + at] = derivative;
    }
}
