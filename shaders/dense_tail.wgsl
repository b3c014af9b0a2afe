// The end of a network with few outputs, one example per workgroup, several kernels in one: Z = X W + b of the last layer,
// the loss with its derivative dZ, and dX = dZ W' with the backward pass through the dropout and the activation that
// produced X. Where the loss observes A = g(Z), with an element-wise activation, that is computed in between.
//
// CPU twin: `src/engine/cpu/dense.rs`, `forward` and `backward_input`, with `loss.rs` between them.
// Shapes: X rows x inputs, W inputs x units with at most THREADS units, Z and A rows x units.
// Workgroups: one per example.
// Record: `DenseTail` of `src/engine/gpu/records/dense.rs`.
// Uses: bindings, elementary, activation, reduction, backward, loss.

fn run(group: u32, groups: u32, lane: u32) {
    let width = record_inputs();
    let units = record_units();
    let x = record_x();
    let w = record_weights();
    let kind = record_activation_kind();
    // Adjacent lanes take adjacent columns; each column has `shares` lanes, a power of two.
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
            // Four at a time, so that no load waits for the one before it.
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
            if record_bias() != NONE {
                sum += parameters[record_bias() + lane];
            }
            arena[record_z() + row * units + lane] = sum;
            if kind != 0u {
                arena[record_a() + row * units + lane] = activate(kind, record_activation_parameter(), sum);
            }
        }
        storageBarrier();
        workgroupBarrier();
        loss_of_row(row, lane);
        storageBarrier();
        workgroupBarrier();
        if kind != 0u {
            if lane < units {
                let at = row * units + lane;
                let z = arena[record_z() + at];
                let slope = activation_slope(kind, record_activation_parameter(), z, arena[record_a() + at]);
                arena[record_dz() + at] = arena[record_da() + at] * slope;
            }
            storageBarrier();
            workgroupBarrier();
        }
        if record_continues() {
            let slopes_row = record_dz() + row * units;
            for (var k = lane; k < width; k += THREADS) {
                var derivative = 0.0;
                for (var first = 0u; first < units; first += 4u) {
                    let unit = min(first + FOUR, vec4<u32>(units - 1u));
                    let slopes = read_four(slopes_row + unit);
                    let weights = read_four_parameters(w + k * units + unit);
                    derivative += dot(select(vec4<f32>(), slopes, first + FOUR < vec4<u32>(units)), weights);
                }
                backward(row * width + k, derivative);
            }
        }
    }
}
