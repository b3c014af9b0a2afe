// The optimizer's step of all trained parameters along the gradient.
//
// CPU twin: `src/optim/`, `Update::step`, with `clip/`.
// Shapes: parameters, gradient and each slot as one vector.
// Workgroups: one per 256 parameters.
// Record: `Optimizer` of `src/engine/gpu/records/update.rs`.
// Uses: bindings, optimizer.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < record_trained(); at += groups * THREADS) {
        var g = gradient[at];
        if record_factors() != NONE {
            var tensor = 0u;
            while tensor + 1u < record_tensors_count() && at >= record_tensors_end(tensor) {
                tensor++;
            }
            g *= arena[record_factors() + tensor];
        }
        take_step(record_kind(), at, clip_by_value(g, record_clip()));
    }
}
