// The batch's rows of the data set into the arena, for a network that does not begin with a dense layer.
//
// CPU twin: `src/nn/step.rs`, `gather`.
// Shapes: rows x width.
// Workgroups: one 256 numbers.
// Record: place in the arena, width.
// Uses: bindings.

fn run(group: u32, groups: u32, thread: u32) {
    let width = word(1u);
    for (var at = group * THREADS + thread; at < batch_rows() * width; at += groups * THREADS) {
        arena[word(0u) + at] = f32(inputs[example(at / width) * width + at % width]);
    }
}
