// X + deviation * N(0, 1).
//
// CPU twin: `src/engine/cpu/gaussian_noise.rs`, `forward`.
// Shapes: rows x width.
// Workgroups: one 256 numbers.
// Record: X, width, output, deviation (0 outside of training), key.
// Uses: bindings, elementary, random.

@compute @workgroup_size(256)
fn main(
    @builtin(global_invocation_id) thread: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    for (var at = thread.x; at < batch_rows() * word(1u); at += workgroups.x * 256u) {
        arena[word(2u) + at] = arena[word(0u) + at] + number(3u) * random_normal(word(4u), at);
    }
}
