// The loss of one example, by a workgroup, and its derivative by each output, as in `src/loss`. The file of each loss there
// has the name of its constant; an unknown kind makes the loss NaN. The record of the kernel has a `LossOfRow`.

// The least distance of probabilities from 0 and 1.
const LEAST_PROBABILITY: f32 = 2.220446e-16;

// -ln p of a probability; near 1 it keeps its digits.
fn minus_log(p: f32) -> f32 {
    if p > 0.6 {
        return ln_1_plus(max(1.0 - p, 0.0) / p);
    }
    return -log(p);
}

// 0, or NaN for an output that is not finite: a loss that uses only some of the outputs, or clips them, would hide it.
fn strangeness(output: f32) -> f32 {
    let bits = bitcast<u32>(output);
    return select(0.0, bitcast<f32>(bits | 0x00400000u), (bits & 0x7f800000u) == 0x7f800000u);
}

// Whether a loss takes the outputs of an example together; the others are means over the outputs.
fn takes_all_outputs(kind: u32) -> bool {
    switch kind {
        case CATEGORICAL_PROBABILITY, CATEGORICAL_LOGIT, SPARSE_PROBABILITY, SPARSE_LOGIT, WESTON_WATKINS, CRAMMER_SINGER: {
            return true;
        }
        default: {
            return false;
        }
    }
}

// One output's loss and derivative.
fn loss_of_output(kind: u32, parameter: f32, y: f32, output: f32) -> vec2<f32> {
    if is_nan(output) {
        return vec2<f32>(output, output);
    }
    let residual = output - y;
    switch kind {
        case MEAN_SQUARED: {
            return vec2<f32>(residual * residual, 2.0 * residual);
        }
        case HALF_MEAN_SQUARED: {
            return vec2<f32>(0.5 * residual * residual, residual);
        }
        case MEAN_ABSOLUTE: {
            return vec2<f32>(abs(residual), sign(residual));
        }
        case HUBER: {
            let size = abs(residual);
            let loss = select(parameter * size - 0.5 * parameter * parameter, 0.5 * residual * residual, size <= parameter);
            return vec2<f32>(loss, clamp(residual, -parameter, parameter));
        }
        case BINARY_PROBABILITY: {
            let p = max(output, LEAST_PROBABILITY);
            let rest = max(1.0 - output, LEAST_PROBABILITY);
            return vec2<f32>(y * minus_log(p) + (1.0 - y) * minus_log(rest), (1.0 - y) / rest - y / p);
        }
        case BINARY_LOGIT: {
            let small = exp(-abs(output));
            return vec2<f32>(max(output, 0.0) - y * output + ln_1_plus(small), logistic(output) - y);
        }
        // Classes are -1 and 1, or 0 and 1.
        case HINGE, SQUARED_HINGE: {
            let side = select(y, -1.0, y == 0.0);
            let short = max(1.0 - side * output, 0.0);
            if kind == SQUARED_HINGE {
                return vec2<f32>(short * short, -2.0 * side * short);
            }
            return vec2<f32>(short, select(0.0, -side, short > 0.0));
        }
        default: {
            return vec2<f32>(bitcast<f32>(0x7fc00000u | kind));
        }
    }
}

// The class in a row of targets, the first of several.
fn true_class(truth: u32, count: u32, lane: u32) -> u32 {
    if count == 1u {
        return u32(targets[truth]);
    }
    var ahead = 0u;
    for (var at = lane; at < count; at += THREADS) {
        if targets[truth + at] == 1.0 {
            ahead = max(ahead, count - at);
        }
    }
    let most = u32(greatest_over_lanes(lane, f32(ahead)));
    return select(count - most, 0u, most == 0u);
}

// Writes the loss of this row of the batch, and where requested its derivatives and the outputs of the network.
fn loss_of_row(row: u32, lane: u32) {
    let width = record_loss_width();
    let values = record_loss_values() + row * width;
    let slopes = record_loss_delta();
    let slope_row = slopes + row * width;
    let count = record_loss_targets();
    let kind = record_loss_kind();
    let truth = example(row) * (count + 1u);
    let position = steps[dispatch.step].first + row;
    let weight = targets[truth + count];
    let factor = weight / f32(batch_rows());
    let outputs = record_loss_outputs();
    let output_row = outputs + position * width;
    var loss = 0.0;
    var strange = 0.0;
    if !takes_all_outputs(kind) {
        let share = 1.0 / f32(width);
        for (var at = lane; at < width; at += THREADS) {
            let output = arena[values + at];
            strange += strangeness(output);
            let pair = loss_of_output(kind, record_loss_parameter(), targets[truth + at], output) * share;
            loss += pair.x;
            if slopes != NONE {
                arena[slope_row + at] = factor * pair.y;
            }
            if outputs != NONE {
                let is_logit = kind == BINARY_LOGIT && record_loss_fused();
                results[output_row + at] = select(output, logistic(output), is_logit);
            }
        }
    } else if kind == CATEGORICAL_LOGIT || kind == SPARSE_LOGIT {
        // -ln softmax: m + ln(1 + sum of the others' exponentials) - z, where m is the greatest score, so that the loss of a
        // confident and correct prediction keeps its digits.
        var most = LOWEST;
        for (var at = lane; at < width; at += THREADS) {
            most = select(most, arena[values + at], arena[values + at] > most);
        }
        most = greatest_over_lanes(lane, most);
        var others = 0.0;
        var equals = 0.0;
        for (var at = lane; at < width; at += THREADS) {
            let score = arena[values + at];
            strange += strangeness(score);
            if score == most {
                equals += 1.0;
            } else {
                others += exp(score - most);
            }
        }
        others = sum_over_lanes(lane, others);
        equals = sum_over_lanes(lane, equals);
        let sum = others + equals;
        let logarithm = ln_1_plus(others + (equals - 1.0));
        var named = width;
        var whole = 1.0;
        if kind == SPARSE_LOGIT {
            named = true_class(truth, count, lane);
        } else {
            whole = 0.0;
            for (var at = lane; at < count; at += THREADS) {
                whole += targets[truth + at];
            }
            whole = sum_over_lanes(lane, whole);
        }
        for (var at = lane; at < width; at += THREADS) {
            let score = arena[values + at];
            let probability = exp(score - most) / sum;
            var y = select(0.0, 1.0, at == named);
            if kind == CATEGORICAL_LOGIT {
                y = targets[truth + at];
            }
            if y != 0.0 {
                loss += y * ((most - score) + logarithm);
            }
            if slopes != NONE {
                arena[slope_row + at] = factor * (whole * probability - y);
            }
            if outputs != NONE {
                results[output_row + at] = select(score, probability, record_loss_fused());
            }
        }
    } else {
        var named = 0u;
        if kind != CATEGORICAL_PROBABILITY {
            named = true_class(truth, count, lane);
        }
        let own = arena[values + named];
        var near = 0.0;
        var worst = LOWEST;
        for (var at = lane; at < width; at += THREADS) {
            let output = arena[values + at];
            strange += strangeness(output);
            var slope = 0.0;
            if kind == CATEGORICAL_PROBABILITY {
                let p = max(output, LEAST_PROBABILITY);
                slope = -targets[truth + at] / p;
                loss += targets[truth + at] * select(minus_log(p), output, is_nan(output));
            } else if kind == SPARSE_PROBABILITY {
                if at == named {
                    let p = max(output, LEAST_PROBABILITY);
                    slope = -1.0 / p;
                    loss = select(minus_log(p), output, is_nan(output));
                }
            } else if at != named {
                let short = output - own + 1.0;
                if kind == WESTON_WATKINS && (short > 0.0 || is_nan(short)) {
                    loss += short;
                    near += 1.0;
                    slope = 1.0;
                }
                worst = select(worst, output, output > worst || is_nan(output));
            }
            if slopes != NONE {
                arena[slope_row + at] = factor * slope;
            }
            if outputs != NONE {
                results[output_row + at] = output;
            }
        }
        near = sum_over_lanes(lane, near);
        worst = greatest_over_lanes(lane, worst);
        if kind == CRAMMER_SINGER {
            let short = worst - own + 1.0;
            if lane == 0u {
                loss = select(short, 0.0, short < 0.0);
            }
            // The last of equals, as on the CPU.
            var place = -1.0;
            for (var at = lane; at < width; at += THREADS) {
                if at != named && arena[values + at] == worst {
                    place = f32(at);
                }
            }
            place = greatest_over_lanes(lane, place);
            near = select(0.0, 1.0, short > 0.0);
            if lane == u32(max(place, 0.0)) % THREADS && near > 0.0 && slopes != NONE {
                arena[slope_row + u32(place)] = factor;
            }
        }
        if (kind == WESTON_WATKINS || kind == CRAMMER_SINGER) && lane == named % THREADS && slopes != NONE {
            arena[slope_row + named] = -factor * near;
        }
    }
    loss = sum_over_lanes(lane, loss + strange);
    if lane == 0u {
        results[record_loss_losses() + position] = weight * loss;
    }
}
