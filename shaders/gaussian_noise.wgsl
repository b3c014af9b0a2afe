// Y = X + std * N(0, 1).
//
// CPU twin: `src/engine/cpu/gaussian_noise.rs`, `forward`.
// Shapes: rows x width.
// Workgroups: one per 256 numbers.
// Record: `GaussianNoise` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings, elementary, random.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < batch_rows() * record_width(); at += groups * THREADS) {
        arena[record_y() + at] = arena[record_x() + at] + record_std() * random_normal(record_key(), at);
    }
}
