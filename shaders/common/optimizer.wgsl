// One parameter's step along its derivative, for all optimizers of `src/optim`. The file of each optimizer there has the name
// of its constant and the coefficients of a step; an unknown kind makes the parameter NaN.

fn take_step(kind: u32, at: u32, g: f32) {
    let c = steps[dispatch.step].coefficients;
    var w = parameters[at];
    switch kind {
        case SGD: {
            w -= c[0] * g;
        }
        case MOMENTUM: {
            let v = c[1] * first_slot[at] - c[0] * g;
            first_slot[at] = v;
            w += v;
        }
        case AVERAGED_MOMENTUM: {
            let v = c[1] * first_slot[at] + c[2] * g;
            first_slot[at] = v;
            w -= c[0] * v;
        }
        case NESTEROV: {
            let push = c[0] * g;
            let v = c[1] * first_slot[at] - push;
            first_slot[at] = v;
            w += c[1] * v - push;
        }
        case ADAGRAD: {
            let s = first_slot[at] + g * g;
            first_slot[at] = s;
            w -= c[0] * g / (sqrt(s + c[1]) + c[2]);
        }
        case ADADELTA: {
            let s = c[1] * first_slot[at] + c[2] * g * g;
            let d = second_slot[at];
            let push = sqrt(d + c[3]) * g / sqrt(s + c[3]);
            first_slot[at] = s;
            second_slot[at] = c[1] * d + c[2] * push * push;
            w -= c[0] * push;
        }
        case RMSPROP: {
            let s = c[1] * first_slot[at] + c[2] * g * g;
            let v = c[3] * second_slot[at] + c[0] * g / (sqrt(s + c[4]) + c[5]);
            first_slot[at] = s;
            second_slot[at] = v;
            w -= v;
        }
        case RMSPROP_CENTERED: {
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
        case ADAM, ADAMW, AMSGRAD: {
            let m = first_slot[at] + (g - first_slot[at]) * c[0];
            var v = second_slot[at] + (g * g - second_slot[at]) * c[1];
            first_slot[at] = m;
            second_slot[at] = v;
            if kind == AMSGRAD {
                let greatest = third_slot[at];
                v = select(v, greatest, greatest > v);
                third_slot[at] = v;
            }
            w -= w * c[5];
            w -= m * c[2] / (sqrt(v + c[3]) + c[4]);
        }
        case ADAMAX: {
            let m = first_slot[at] + (g - first_slot[at]) * c[0];
            let past = c[1] * second_slot[at];
            let size = abs(g);
            let u = select(size, past, past > size);
            first_slot[at] = m;
            second_slot[at] = u;
            w -= c[3] * m / (u + c[2]);
        }
        case NADAM: {
            let m = first_slot[at] + (g - first_slot[at]) * c[0];
            let v = second_slot[at] + (g * g - second_slot[at]) * c[1];
            first_slot[at] = m;
            second_slot[at] = v;
            w -= c[6] * (c[3] * m + c[4] * g) / (sqrt(v * c[5]) + c[2]);
        }
        default: {
            w = bitcast<f32>(0x7fc00000u | kind);
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
