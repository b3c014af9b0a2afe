// The factor for the gradient of each tensor, or for the whole gradient, that keeps its norm within a limit.
//
// CPU twin: `src/optim/clip/by_norm.rs`, `clip_by_norm`, whose factor this is.
// Shapes: each tensor as pieces, with two numbers per piece.
// Workgroups: one per tensor.
// Record: `ClipByNorm` of `src/engine/gpu/records/update.rs`.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    if group >= record_tensors_count() {
        return;
    }
    let norms = record_norms();
    let first = record_tensors_first(group);
    let end = first + record_tensors_pieces(group);
    var most = 0.0;
    for (var piece = first + lane; piece < end; piece += THREADS) {
        let of_piece = arena[norms + 2u * piece];
        most = greater(most, of_piece);
    }
    most = greatest_over_lanes(lane, most);
    var sum = 0.0;
    if most != 0.0 {
        for (var piece = first + lane; piece < end; piece += THREADS) {
            let share = arena[norms + 2u * piece] / most;
            sum += arena[norms + 2u * piece + 1u] * share * share;
        }
    }
    // The norm as a share of the greatest number.
    let share = sqrt(sum_over_lanes(lane, sum));
    if lane == 0u {
        // Of a gradient that is not finite the factor is NaN or 0, which the next loss shows.
        let limit = record_limit();
        arena[record_factors() + group] = select(limit / most / share, 1.0, most * share <= limit);
    }
}
