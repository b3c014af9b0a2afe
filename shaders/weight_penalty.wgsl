// What the penalties of parameters add to the loss of a step: one number for each piece of a parameter that has a penalty.
//
// CPU twin: `src/engine/cpu/mod.rs`, `penalties`.
// Shapes: each piece as one vector.
// Workgroups: one per piece.
// Record: `WeightPenalty` of `src/engine/gpu/records/loss.rs`.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    for (var piece = group; piece < record_pieces_count(); piece += groups) {
        let start = record_pieces_start(piece);
        var sum = 0.0;
        for (var at = lane; at < record_pieces_length(piece); at += THREADS) {
            let w = parameters[start + at];
            sum += record_pieces_penalty_l1(piece) * abs(w) + record_pieces_penalty_l2(piece) * w * w;
        }
        sum = sum_over_lanes(lane, sum);
        if lane == 0u {
            results[record_penalties() + steps[dispatch.step].index * record_pieces_count() + piece] = sum;
        }
    }
}
