// Restores the constraint of a matrix of weights after a step.
//
// CPU twin: `src/regularize/constraint.rs`, `Constraint::apply`.
// Shapes: inputs x units.
// Workgroups: one per row or column, whichever has a norm.
// Record: `Constraint` of `src/engine/gpu/records/update.rs`.
// Uses: bindings, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let rows = record_rows();
    let columns = record_columns();
    let along_rows = record_axis() == 1u;
    let lines = select(columns, rows, along_rows);
    let length = select(rows, columns, along_rows);
    let stride = select(columns, 1u, along_rows);
    for (var line = group; line < lines; line += groups) {
        let start = record_weights() + line * select(1u, columns, along_rows);
        var sum = 0.0;
        for (var at = lane; at < length; at += THREADS) {
            let w = parameters[start + at * stride];
            sum += w * w;
        }
        let norm = sqrt(sum_over_lanes(lane, sum));
        var factor = 1.0;
        if record_kind() == 1u && norm > record_most() {
            factor = record_most() / norm;
        }
        if record_kind() == 2u && norm != 0.0 {
            factor = 1.0 / norm;
        }
        for (var at = lane; at < length; at += THREADS) {
            let w = parameters[start + at * stride];
            if record_kind() == 0u {
                parameters[start + at * stride] = select(w, 0.0, w < 0.0);
            } else {
                parameters[start + at * stride] = w * factor;
            }
        }
    }
}
