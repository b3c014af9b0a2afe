// The end of a network with few outputs, one example a workgroup: Z = X W + b of the last layer, the loss with its
// derivative dZ, and dX = dZ W' on through the dropout and the activation that X came from. Several kernels in one. Where
// the loss looks at A = g(Z), with an activation of one number, that lies between.
//
// CPU twin: `src/engine/cpu/dense.rs`, `forward` and `backward_input`, with `loss.rs` between them.
// Shapes: X rows x inputs, W inputs x units with at most THREADS units, Z and A rows x units.
// Workgroups: one an example.
// Record: inputs, units, X (NONE: the batch's row of the data set), W, b (NONE without), Z, dZ, whether dX is wanted, kind of
// the activation (0 without), its parameter, A, dA; then that of common/backward.wgsl, then that of common/loss.wgsl.
// Uses: bindings, elementary, activation, reduction, backward, loss.

fn run(group: u32, groups: u32, lane: u32) {
    let width = word(0u);
    let units = word(1u);
    let x = word(2u);
    let w = word(3u);
    // Lanes side by side take columns side by side; each column has so many lanes, a power of two.
    let shares = 1u << firstLeadingBit(THREADS / units);
    let column = lane % units;
    let share = lane / units;
    for (var row = group; row < batch_rows(); row += groups) {
        var sum = 0.0;
        if share < shares {
            var line = x + row * width;
            if x == NONE {
                line = example(row) * width;
            }
            // Four at a time, so that no reading waits for the one before it.
            for (var first = share; first < width; first += 4u * shares) {
                let ks = first + shares * FOUR;
                let k = min(ks, vec4<u32>(width - 1u));
                let values = read_four_inputs(x, line + k);
                let weights = read_four_parameters(w + k * units + column);
                sum += dot(select(vec4<f32>(), values, ks < vec4<u32>(width)), weights);
            }
        }
        lane_numbers[lane] = sum;
        workgroupBarrier();
        for (var half = shares / 2u; half > 0u; half /= 2u) {
            if share < half {
                lane_numbers[lane] += lane_numbers[lane + half * units];
            }
            workgroupBarrier();
        }
        if lane < units {
            sum = lane_numbers[lane];
            if word(4u) != NONE {
                sum += parameters[word(4u) + lane];
            }
            arena[word(5u) + row * units + lane] = sum;
            if word(8u) != 0u {
                arena[word(10u) + row * units + lane] = activate(word(8u), number(9u), sum);
            }
        }
        storageBarrier();
        workgroupBarrier();
        loss_of_row(12u + WAY_BACK_WORDS, row, lane);
        storageBarrier();
        workgroupBarrier();
        if word(8u) != 0u {
            if lane < units {
                let at = row * units + lane;
                let slope = activation_slope(word(8u), number(9u), arena[word(5u) + at], arena[word(10u) + at]);
                arena[word(6u) + at] = arena[word(11u) + at] * slope;
            }
            storageBarrier();
            workgroupBarrier();
        }
        if word(7u) != 0u {
            let slopes_row = word(6u) + row * units;
            for (var k = lane; k < width; k += THREADS) {
                var derivative = 0.0;
                for (var first = 0u; first < units; first += 4u) {
                    let unit = min(first + FOUR, vec4<u32>(units - 1u));
                    let slopes = read_four(slopes_row + unit);
                    let weights = read_four_parameters(w + k * units + unit);
                    derivative += dot(select(vec4<f32>(), slopes, first + FOUR < vec4<u32>(units)), weights);
                }
                way_back(12u, row * width + k, derivative);
            }
        }
    }
}
