// dZ from dA, where A = g(Z) was made by activation_forward.wgsl.
//
// CPU twin: `src/activation/mod.rs`, `Activation::backward`.
// Shapes: Z and dZ rows x width; A and dA the same, with maxout rows x (width / pieces).
// Workgroups: one an example.
// Record: Z, width, A, kind, its parameter (maxout: the number of pieces, as an integer), dA, dZ.
// Uses: bindings, elementary, activation, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let width = word(1u);
    let kind = word(3u);
    for (var row = group; row < batch_rows(); row += groups) {
        let z = word(0u) + row * width;
        let dz = word(6u) + row * width;
        if kind == SOFTMAX {
            let a = word(2u) + row * width;
            let da = word(5u) + row * width;
            var mean = 0.0;
            for (var at = lane; at < width; at += THREADS) {
                mean += arena[a + at] * arena[da + at];
            }
            mean = sum_over_lanes(lane, mean);
            for (var at = lane; at < width; at += THREADS) {
                arena[dz + at] = arena[a + at] * (arena[da + at] - mean);
            }
        } else if kind == MAXOUT {
            let pieces = word(4u);
            let units = width / pieces;
            for (var unit = lane; unit < units; unit += THREADS) {
                var most = 0u;
                for (var piece = 1u; piece < pieces; piece++) {
                    let other = arena[z + unit * pieces + piece];
                    if other > arena[z + unit * pieces + most] || is_nan(other) {
                        most = piece;
                    }
                }
                for (var piece = 0u; piece < pieces; piece++) {
                    let upstream = arena[word(5u) + row * units + unit];
                    arena[dz + unit * pieces + piece] = select(0.0, upstream, piece == most);
                }
            }
        } else {
            for (var at = lane; at < width; at += THREADS) {
                let slope = activation_slope(kind, number(4u), arena[z + at], arena[word(2u) + row * width + at]);
                arena[dz + at] = arena[word(5u) + row * width + at] * slope;
            }
        }
    }
}
