// What each tensor's gradient, or the whole, is multiplied by so that its norm is at most a limit.
//
// CPU twin: `src/optim/clip/by_norm.rs`, `clip_by_norm`, whose factor this is.
// Shapes: each tensor as so many pieces, two numbers each.
// Workgroups: one a tensor.
// Record: factors, limit, place of the pieces' numbers, how many tensors; then for each tensor: its first piece, how many.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    if group >= word(3u) {
        return;
    }
    let first = word(4u + 2u * group);
    let end = first + word(5u + 2u * group);
    var most = 0.0;
    for (var piece = first + lane; piece < end; piece += THREADS) {
        let of_piece = arena[word(2u) + 2u * piece];
        most = greater(most, of_piece);
    }
    most = greatest_over_lanes(lane, most);
    var sum = 0.0;
    if most != 0.0 {
        for (var piece = first + lane; piece < end; piece += THREADS) {
            let share = arena[word(2u) + 2u * piece] / most;
            sum += arena[word(2u) + 2u * piece + 1u] * share * share;
        }
    }
    // The norm as a share of the greatest number.
    let share = sqrt(sum_over_lanes(lane, sum));
    if lane == 0u {
        // Where the gradient is infinite or no number the factor is none, and the loss after it: it is seen.
        arena[word(0u) + group] = select(number(1u) / most / share, 1.0, most * share <= number(1u));
    }
}
