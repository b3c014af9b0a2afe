// dZ from dA, where activation_forward.wgsl computed A = g(Z).
//
// CPU twin: `src/activation/mod.rs`, `Activation::backward`.
// Shapes: Z and dZ rows x width; A and dA the same, with maxout rows x (width / pieces).
// Workgroups: one per example.
// Record: `ActivationBackward` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings, elementary, activation, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let width = record_width();
    let kind = record_activation_kind();
    for (var row = group; row < batch_rows(); row += groups) {
        let z = record_z() + row * width;
        let dz = record_dz() + row * width;
        if kind == SOFTMAX {
            let a = record_a() + row * width;
            let da = record_da() + row * width;
            var mean = 0.0;
            for (var at = lane; at < width; at += THREADS) {
                mean += arena[a + at] * arena[da + at];
            }
            mean = sum_over_lanes(lane, mean);
            for (var at = lane; at < width; at += THREADS) {
                arena[dz + at] = arena[a + at] * (arena[da + at] - mean);
            }
        } else if kind == MAXOUT {
            let pieces = record_pieces();
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
                    let upstream = arena[record_da() + row * units + unit];
                    arena[dz + unit * pieces + piece] = select(0.0, upstream, piece == most);
                }
            }
        } else {
            for (var at = lane; at < width; at += THREADS) {
                let a = arena[record_a() + row * width + at];
                let slope = activation_slope(kind, record_activation_parameter(), arena[z + at], a);
                arena[dz + at] = arena[record_da() + row * width + at] * slope;
            }
        }
    }
}
