// The batch's rows of the data set into the arena, for a network that does not begin with a dense layer.
//
// CPU twin: `src/nn/step.rs`, `gather`.
// Shapes: rows x width.
// Workgroups: one 256 numbers.
// Record: place in the arena, width.
// Uses: bindings.

@compute @workgroup_size(256)
fn main(
    @builtin(global_invocation_id) thread: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let width = word(1u);
    for (var at = thread.x; at < batch_rows() * width; at += workgroups.x * 256u) {
        arena[word(0u) + at] = inputs[example(at / width) * width + at % width];
    }
}
