// The norm of each piece of the gradient: its greatest number, and the sum of the squares as shares of that one, which do
// not overflow.
//
// CPU twin: `src/real/sum.rs`, `norm`, of a whole tensor; clip_by_norm.wgsl puts the pieces together.
// Shapes: each piece as one vector.
// Workgroups: one a piece.
// Record: how many pieces, place of the two numbers of each; then for each piece: place, length.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    for (var piece = group; piece < word(0u); piece += groups) {
        let start = word(2u + 2u * piece);
        let end = start + word(3u + 2u * piece);
        var most = 0.0;
        for (var at = start + lane; at < end; at += THREADS) {
            let size = abs(gradient[at]);
            most = greater(most, size);
        }
        most = greatest_over_lanes(lane, most);
        var sum = 0.0;
        if most != 0.0 {
            for (var at = start + lane; at < end; at += THREADS) {
                let share = gradient[at] / most;
                sum += share * share;
            }
        }
        sum = sum_over_lanes(lane, sum);
        if lane == 0u {
            arena[word(1u) + 2u * piece] = most;
            arena[word(1u) + 2u * piece + 1u] = sum;
        }
    }
}
