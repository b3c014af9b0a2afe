// dX = mask * dY of a dropout, and dX = dY of a noise, which has no mask.
//
// CPU twin: `src/engine/cpu/dropout.rs`, `backward`.
// Shapes: rows x width.
// Workgroups: one per 256 numbers.
// Record: `DropoutBackward` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < batch_rows() * record_width(); at += groups * THREADS) {
        var derivative = arena[record_dy() + at];
        if record_mask() != NONE {
            derivative *= arena[record_mask() + at];
        }
        arena[record_dx() + at] = derivative;
    }
}
