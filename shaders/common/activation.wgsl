// Element-wise activations and their slopes, as in `src/activation`. The kinds are numbered in
// `src/engine/gpu/numbers.rs`.

const SIGMOID: u32 = 1u;
const TANH: u32 = 2u;
const RELU: u32 = 3u;
const LEAKY_RELU: u32 = 4u;
const ELU: u32 = 5u;
const SOFTPLUS: u32 = 6u;
const GELU: u32 = 7u;
const GELU_BY_TANH: u32 = 8u;
const SOFTMAX: u32 = 9u;
const MAXOUT: u32 = 10u;

// sqrt(2 / pi).
const GELU_SLOPE: f32 = 0.7978845608;
const GELU_CUBIC: f32 = 0.044715;

// a = g(z); the parameter is the leaky ReLU's slope or the ELU's alpha.
fn activate(kind: u32, parameter: f32, z: f32) -> f32 {
    switch kind {
        case SIGMOID: {
            return logistic(z);
        }
        case TANH: {
            return hyperbolic_tangent(z);
        }
        case RELU: {
            // This comparison keeps NaN.
            return select(z, 0.0, z < 0.0);
        }
        case LEAKY_RELU: {
            return select(parameter * z, z, z > 0.0);
        }
        case ELU: {
            if z > 0.0 || is_nan(z) {
                return z;
            }
            return parameter * exp_minus_1(z);
        }
        case SOFTPLUS: {
            return select(z, 0.0, z < 0.0) + ln_1_plus(exp(-abs(z)));
        }
        case GELU: {
            // Minus infinity times 0 would be NaN.
            return select(z * (0.5 + 0.5 * error_function(z * 0.7071067812)), 0.0, z < -1e30);
        }
        case GELU_BY_TANH: {
            let t = hyperbolic_tangent(GELU_SLOPE * (z + GELU_CUBIC * z * z * z));
            return select(z * (0.5 + 0.5 * t), 0.0, z < -1e30);
        }
        default: {
            return z;
        }
    }
}

// g'(z), where a = g(z) is known.
fn activation_slope(kind: u32, parameter: f32, z: f32, a: f32) -> f32 {
    switch kind {
        case SIGMOID: {
            return a * (1.0 - a);
        }
        case TANH: {
            return (1.0 - a) * (1.0 + a);
        }
        case RELU: {
            return select(0.0, 1.0, z > 0.0);
        }
        case LEAKY_RELU: {
            return select(parameter, 1.0, z > 0.0);
        }
        case ELU: {
            return select(a + parameter, 1.0, z > 0.0);
        }
        case SOFTPLUS: {
            return logistic(z);
        }
        case GELU: {
            let x = clamp(z, -20.0, 20.0);
            return 0.5 + 0.5 * error_function(x * 0.7071067812) + 0.5 * GELU_SLOPE * x * exp(-0.5 * x * x);
        }
        case GELU_BY_TANH: {
            let x = clamp(z, -20.0, 20.0);
            let t = hyperbolic_tangent(GELU_SLOPE * (x + GELU_CUBIC * x * x * x));
            let inside = GELU_SLOPE * (1.0 + 3.0 * GELU_CUBIC * x * x);
            return 0.5 + 0.5 * t + 0.5 * x * (1.0 - t) * (1.0 + t) * inside;
        }
        default: {
            return 1.0;
        }
    }
}
