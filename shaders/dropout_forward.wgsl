// The mask and the output of a dropout that is not part of another kernel.
//
// CPU twin: `src/engine/cpu/dropout.rs`, `forward`.
// Shapes: rows x width.
// Workgroups: one per 256 numbers.
// Record: `DropoutForward` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings, elementary, random.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < batch_rows() * record_width(); at += groups * THREADS) {
        let is_dropped = random_uniform(record_dropout_key(), at) < record_dropout_rate();
        let mask = select(record_dropout_scale(), 0.0, is_dropped);
        arena[record_dropout_mask() + at] = mask;
        arena[record_dropout_output() + at] = arena[record_x() + at] * mask;
    }
}
