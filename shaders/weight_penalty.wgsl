// What the penalties of parameters add to the loss: one number for each piece of a parameter that has one, each step.
//
// CPU twin: `src/engine/cpu/mod.rs`, `penalties`.
// Shapes: each piece as one vector.
// Workgroups: one a piece.
// Record: how many pieces, place among the results; then for each: place, length, strengths of L1 and L2.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    for (var at = group; at < word(0u); at += groups) {
        let piece = 2u + 4u * at;
        var sum = 0.0;
        for (var inside = lane; inside < word(piece + 1u); inside += THREADS) {
            let w = parameters[word(piece) + inside];
            sum += number(piece + 2u) * abs(w) + number(piece + 3u) * w * w;
        }
        sum = sum_over_lanes(lane, sum);
        if lane == 0u {
            results[word(1u) + steps[dispatch.step].index * word(0u) + at] = sum;
        }
    }
}
