// dX = mask * dY of a dropout, and dX = dY of a noise, which has no mask.
//
// CPU twin: `src/engine/cpu/dropout.rs`, `backward`.
// Shapes: rows x width.
// Workgroups: one 256 numbers.
// Record: dY, width, mask (NONE without), dX.
// Uses: bindings.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < batch_rows() * word(1u); at += groups * THREADS) {
        var derivative = arena[word(0u) + at];
        if word(2u) != NONE {
            derivative *= arena[word(2u) + at];
        }
        arena[word(3u) + at] = derivative;
    }
}
