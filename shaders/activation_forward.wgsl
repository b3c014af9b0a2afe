// A = g(Z) where that is not part of another kernel: behind a normalization, and for maxout and softmax.
//
// CPU twin: `src/activation/mod.rs`, `Activation::forward`.
// Shapes: Z rows x width; A the same, with maxout rows x (width / pieces).
// Workgroups: one an example.
// Record: Z, width, A, kind, its parameter (maxout: the number of pieces, as an integer).
// Uses: bindings, elementary, activation, reduction.

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let width = word(1u);
    let kind = word(3u);
    for (var row = workgroup.x; row < batch_rows(); row += workgroups.x) {
        let z = word(0u) + row * width;
        if kind == SOFTMAX {
            var most = LOWEST;
            for (var at = lane; at < width; at += LANES) {
                most = select(most, arena[z + at], arena[z + at] > most);
            }
            most = greatest_over_lanes(lane, most);
            var sum = 0.0;
            for (var at = lane; at < width; at += LANES) {
                sum += exp(arena[z + at] - most);
            }
            sum = sum_over_lanes(lane, sum);
            for (var at = lane; at < width; at += LANES) {
                arena[word(2u) + row * width + at] = exp(arena[z + at] - most) / sum;
            }
        } else if kind == MAXOUT {
            let pieces = word(4u);
            let units = width / pieces;
            for (var unit = lane; unit < units; unit += LANES) {
                var greatest = arena[z + unit * pieces];
                for (var piece = 1u; piece < pieces; piece++) {
                    let other = arena[z + unit * pieces + piece];
                    greatest = select(greatest, other, other > greatest || is_nan(other));
                }
                arena[word(2u) + row * units + unit] = greatest;
            }
        } else {
            for (var at = lane; at < width; at += LANES) {
                arena[word(2u) + row * width + at] = activate(kind, number(4u), arena[z + at]);
            }
        }
    }
}
