// The norm of each piece of the gradient: its greatest number, and the sum of the squares of its numbers' shares of that
// one, which do not overflow.
//
// CPU twin: `src/real/sum.rs`, `norm`, of a whole tensor; clip_by_norm.wgsl combines the pieces.
// Shapes: each piece as one vector.
// Workgroups: one per piece.
// Record: `GradientNorm` of `src/engine/gpu/records/update.rs`.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    for (var piece = group; piece < record_pieces_count(); piece += groups) {
        let start = record_pieces_start(piece);
        let end = start + record_pieces_length(piece);
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
            arena[record_norms() + 2u * piece] = most;
            arena[record_norms() + 2u * piece + 1u] = sum;
        }
    }
}
