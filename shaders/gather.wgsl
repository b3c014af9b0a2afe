// Copies the batch's rows of the data set to the arena, for a network that does not begin with a dense layer.
//
// CPU twin: `src/nn/step.rs`, `gather`.
// Shapes: rows x width.
// Workgroups: one per 256 numbers.
// Record: `Gather` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings.

fn run(group: u32, groups: u32, thread: u32) {
    let width = record_width();
    for (var at = group * THREADS + thread; at < batch_rows() * width; at += groups * THREADS) {
        arena[record_output() + at] = f32(inputs[example(at / width) * width + at % width]);
    }
}
