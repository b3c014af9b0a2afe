// The optimizer's step of all trained parameters along the gradient.
//
// CPU twin: `src/optim/`, `Update::step`, with `clip/`.
// Shapes: parameters, gradient and each slot as one vector.
// Workgroups: one 256 parameters.
// Record: optimizer, trained parameters, bound of clipping by value (0 without), factors of clipping by norm (NONE without),
// tensors; then where each of them ends.
// Uses: bindings, optimizer.

fn run(group: u32, groups: u32, thread: u32) {
    for (var at = group * THREADS + thread; at < word(1u); at += groups * THREADS) {
        var g = gradient[at];
        if word(3u) != NONE {
            var tensor = 0u;
            while tensor + 1u < word(4u) && at >= word(5u + tensor) {
                tensor++;
            }
            g *= arena[word(3u) + tensor];
        }
        take_step(word(0u), at, clip_by_value(g, number(2u)));
    }
}
