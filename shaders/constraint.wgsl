// Puts a matrix of weights back inside its constraint after a step.
//
// CPU twin: `src/regularize/constraint.rs`, `Constraint::apply`.
// Shapes: inputs x units.
// Workgroups: one a row or column, whichever has a norm.
// Record: place, rows, columns, kind (0 non-negative, 1 greatest norm, 2 unit norm), the greatest norm, axis (0: each
// column has a norm; 1: each row).
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let columns = word(2u);
    let along_rows = word(5u) == 1u;
    let lines = select(columns, word(1u), along_rows);
    let length = select(word(1u), columns, along_rows);
    let stride = select(columns, 1u, along_rows);
    for (var line = group; line < lines; line += groups) {
        let start = word(0u) + line * select(1u, columns, along_rows);
        var sum = 0.0;
        for (var at = lane; at < length; at += THREADS) {
            let w = parameters[start + at * stride];
            sum += w * w;
        }
        let norm = sqrt(sum_over_lanes(lane, sum));
        var factor = 1.0;
        if word(3u) == 1u && norm > number(4u) {
            factor = number(4u) / norm;
        }
        if word(3u) == 2u && norm != 0.0 {
            factor = 1.0 / norm;
        }
        for (var at = lane; at < length; at += THREADS) {
            let w = parameters[start + at * stride];
            if word(3u) == 0u {
                parameters[start + at * stride] = select(w, 0.0, w < 0.0);
            } else {
                parameters[start + at * stride] = w * factor;
            }
        }
    }
}
