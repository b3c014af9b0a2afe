// One parameter's step along its derivative, for all optimizers of `src/optim`; `src/optim/coefficients.rs` numbers them and
// says what the coefficients of a step are. Parameters stand first in the arena; what the optimizer remembers stands from
// `slots` on, `trained` numbers a slot.

fn take_step(kind: u32, slots: u32, trained: u32, at: u32, g: f32) {
    let c = steps[dispatch.step].coefficients;
    let first = slots + at;
    let second = first + trained;
    let third = second + trained;
    var w = arena[at];
    switch kind {
        // SGD
        case 0u: {
            w -= c[0] * g;
        }
        // Momentum
        case 1u: {
            let v = c[1] * arena[first] - c[0] * g;
            arena[first] = v;
            w += v;
        }
        // Averaged momentum
        case 2u: {
            let v = c[1] * arena[first] + c[2] * g;
            arena[first] = v;
            w -= c[0] * v;
        }
        // Nesterov
        case 3u: {
            let push = c[0] * g;
            let v = c[1] * arena[first] - push;
            arena[first] = v;
            w += c[1] * v - push;
        }
        // Adagrad
        case 4u: {
            let s = arena[first] + g * g;
            arena[first] = s;
            w -= c[0] * g / (sqrt(s + c[1]) + c[2]);
        }
        // Adadelta
        case 5u: {
            let s = c[1] * arena[first] + c[2] * g * g;
            let d = arena[second];
            let push = sqrt(d + c[3]) * g / sqrt(s + c[3]);
            arena[first] = s;
            arena[second] = c[1] * d + c[2] * push * push;
            w -= c[0] * push;
        }
        // RMSprop
        case 6u: {
            let s = c[1] * arena[first] + c[2] * g * g;
            let v = c[3] * arena[second] + c[0] * g / (sqrt(s + c[4]) + c[5]);
            arena[first] = s;
            arena[second] = v;
            w -= v;
        }
        // RMSprop, centered
        case 7u: {
            let s = c[1] * arena[first] + c[2] * g * g;
            let a = c[1] * arena[third] + c[2] * g;
            let v = c[3] * arena[second] + c[0] * g / (sqrt(s - a * a + c[4]) + c[5]);
            arena[first] = s;
            arena[second] = v;
            arena[third] = a;
            w -= v;
        }
        // Adam, AdamW (with a decay), AMSGrad (with the greatest v)
        case 8u, 9u, 10u: {
            let m = arena[first] + (g - arena[first]) * c[0];
            var v = arena[second] + (g * g - arena[second]) * c[1];
            arena[first] = m;
            arena[second] = v;
            if kind == 10u {
                let greatest = arena[third];
                v = select(v, greatest, greatest > v);
                arena[third] = v;
            }
            w -= w * c[5];
            w -= m * c[2] / (sqrt(v + c[3]) + c[4]);
        }
        // Adamax
        case 11u: {
            let m = arena[first] + (g - arena[first]) * c[0];
            let past = c[1] * arena[second];
            let size = abs(g);
            let u = select(size, past, past > size);
            arena[first] = m;
            arena[second] = u;
            w -= c[3] * m / (u + c[2]);
        }
        // Nadam
        default: {
            let m = arena[first] + (g - arena[first]) * c[0];
            let v = arena[second] + (g * g - arena[second]) * c[1];
            arena[first] = m;
            arena[second] = v;
            w -= c[6] * (c[3] * m + c[4] * g) / (sqrt(v * c[5]) + c[2]);
        }
    }
    arena[at] = w;
}

// Each number to +-limit; a limit of 0 is none, and NaN stays NaN.
fn clip_by_value(g: f32, limit: f32) -> f32 {
    if limit == 0.0 {
        return g;
    }
    let below = select(g, limit, g > limit);
    return select(below, -limit, below < -limit);
}
