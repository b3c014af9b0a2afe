// X + deviation * N(0, 1).
//
// CPU twin: `src/engine/cpu/gaussian_noise.rs`, `forward`.
// Shapes: rows x width.
// Workgroups: one 256 numbers.
// Record: X, width, output, deviation (0 outside of training), key.
// Uses: bindings, elementary, random.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < batch_rows() * word(1u); at += groups * THREADS) {
        arena[word(2u) + at] = arena[word(0u) + at] + number(3u) * random_normal(word(4u), at);
    }
}
