// Activations of one number and their slopes, as `src/activation` has them. The file of each activation
// there has the name of its constant; an unknown kind makes the value NaN.

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
        case LINEAR: {
            return z;
        }
        default: {
            return bitcast<f32>(0x7fc00000u | kind);
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
        case LINEAR: {
            return 1.0;
        }
        default: {
            return bitcast<f32>(0x7fc00000u | kind);
        }
    }
}
