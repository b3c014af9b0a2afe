// A = g(Z) where that is not part of another kernel: after a normalization, and for maxout and softmax.
//
// CPU twin: `src/activation/mod.rs`, `Activation::forward`.
// Shapes: Z rows x width; A the same, with maxout rows x (width / pieces).
// Workgroups: one per example.
// Record: `ActivationForward` of `src/engine/gpu/records/layers.rs`.
// Uses: bindings, elementary, activation, reduction.

fn run(group: u32, groups: u32, lane: u32) {
    let width = record_width();
    let kind = record_activation_kind();
    for (var row = group; row < batch_rows(); row += groups) {
        let z = record_z() + row * width;
        if kind == SOFTMAX {
            var most = LOWEST;
            for (var at = lane; at < width; at += THREADS) {
                most = select(most, arena[z + at], arena[z + at] > most);
            }
            most = greatest_over_lanes(lane, most);
            var sum = 0.0;
            for (var at = lane; at < width; at += THREADS) {
                sum += exp(arena[z + at] - most);
            }
            sum = sum_over_lanes(lane, sum);
            for (var at = lane; at < width; at += THREADS) {
                arena[record_a() + row * width + at] = exp(arena[z + at] - most) / sum;
            }
        } else if kind == MAXOUT {
            let pieces = record_pieces();
            let units = width / pieces;
            for (var unit = lane; unit < units; unit += THREADS) {
                var greatest = arena[z + unit * pieces];
                for (var piece = 1u; piece < pieces; piece++) {
                    let other = arena[z + unit * pieces + piece];
                    greatest = select(greatest, other, other > greatest || is_nan(other));
                }
                arena[record_a() + row * units + unit] = greatest;
            }
        } else {
            for (var at = lane; at < width; at += THREADS) {
                let a = activate(kind, record_activation_parameter(), arena[z + at]);
                arena[record_a() + row * width + at] = a;
            }
        }
    }
}
