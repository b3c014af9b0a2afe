// The step of one parameter, for all optimizers of `src/optim`; `src/optim/coefficients.rs` numbers them and computes the
// coefficients of a step.

fn take_step(kind: u32, at: u32, g: f32) {
    let c = steps[dispatch.step].coefficients;
    var w = parameters[at];
    switch kind {
        // SGD
        case 0u: {
            w -= c[0] * g;
        }
        // Momentum
        case 1u: {
            let v = c[1] * first_slot[at] - c[0] * g;
            first_slot[at] = v;
            w += v;
        }
        // Averaged momentum
        case 2u: {
            let v = c[1] * first_slot[at] + c[2] * g;
            first_slot[at] = v;
            w -= c[0] * v;
        }
        // Nesterov
        case 3u: {
            let push = c[0] * g;
            let v = c[1] * first_slot[at] - push;
            first_slot[at] = v;
            w += c[1] * v - push;
        }
        // Adagrad
        case 4u: {
            let s = first_slot[at] + g * g;
            first_slot[at] = s;
            w -= c[0] * g / (sqrt(s + c[1]) + c[2]);
        }
        // Adadelta
        case 5u: {
            let s = c[1] * first_slot[at] + c[2] * g * g;
            let d = second_slot[at];
            let push = sqrt(d + c[3]) * g / sqrt(s + c[3]);
            first_slot[at] = s;
            second_slot[at] = c[1] * d + c[2] * push * push;
            w -= c[0] * push;
        }
        // RMSprop
        case 6u: {
            let s = c[1] * first_slot[at] + c[2] * g * g;
            let v = c[3] * second_slot[at] + c[0] * g / (sqrt(s + c[4]) + c[5]);
            first_slot[at] = s;
            second_slot[at] = v;
            w -= v;
        }
        // RMSprop, centered
        case 7u: {
            let s = c[1] * first_slot[at] + c[2] * g * g;
            let a = c[1] * third_slot[at] + c[2] * g;
            // Rounding can make the variance of a constant gradient negative.
            let variance = select(s - a * a, 0.0, s - a * a < 0.0);
            let v = c[3] * second_slot[at] + c[0] * g / (sqrt(variance + c[4]) + c[5]);
            first_slot[at] = s;
            second_slot[at] = v;
            third_slot[at] = a;
            w -= v;
        }
        // Adam, AdamW (with a decay), AMSGrad (with the greatest v)
        case 8u, 9u, 10u: {
            let m = first_slot[at] + (g - first_slot[at]) * c[0];
            var v = second_slot[at] + (g * g - second_slot[at]) * c[1];
            first_slot[at] = m;
            second_slot[at] = v;
            if kind == 10u {
                let greatest = third_slot[at];
                v = select(v, greatest, greatest > v);
                third_slot[at] = v;
            }
            w -= w * c[5];
            w -= m * c[2] / (sqrt(v + c[3]) + c[4]);
        }
        // Adamax
        case 11u: {
            let m = first_slot[at] + (g - first_slot[at]) * c[0];
            let past = c[1] * second_slot[at];
            let size = abs(g);
            let u = select(size, past, past > size);
            first_slot[at] = m;
            second_slot[at] = u;
            w -= c[3] * m / (u + c[2]);
        }
        // Nadam
        default: {
            let m = first_slot[at] + (g - first_slot[at]) * c[0];
            let v = second_slot[at] + (g * g - second_slot[at]) * c[1];
            first_slot[at] = m;
            second_slot[at] = v;
            w -= c[6] * (c[3] * m + c[4] * g) / (sqrt(v * c[5]) + c[2]);
        }
    }
    parameters[at] = w;
}

// Clips g to +-limit; a limit of 0 means no clipping, and NaN stays NaN.
fn clip_by_value(g: f32, limit: f32) -> f32 {
    if limit == 0.0 {
        return g;
    }
    let below = select(g, limit, g > limit);
    return select(below, -limit, below < -limit);
}
