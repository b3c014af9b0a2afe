// A dropout's mask and output where they are not part of another kernel.
//
// CPU twin: `src/engine/cpu/dropout.rs`, `forward`.
// Shapes: rows x width.
// Workgroups: one 256 numbers.
// Record: X, width, mask, output, rate, what kept numbers are multiplied by, key.
// Uses: bindings, elementary, random.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < batch_rows() * word(1u); at += groups * THREADS) {
        let mask = select(number(5u), 0.0, random_uniform(word(6u), at) < number(4u));
        arena[word(2u) + at] = mask;
        arena[word(3u) + at] = arena[word(0u) + at] * mask;
    }
}
