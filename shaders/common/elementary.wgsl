// exp(x) - 1, ln(1 + x), tanh and erf with a relative error of about 10^-6, also near 0, where the built-in functions may
// lose all digits: Vulkan allows `log` an absolute error of 2^-21 around 1, and the `tanh` of some drivers overflows.

fn exp_minus_1(x: f32) -> f32 {
    if abs(x) > 0.5 {
        return exp(x) - 1.0;
    }
    // The exponential's series without its first term.
    var sum = 1.0 + x * (1.0 / 8.0);
    sum = 1.0 + x * (1.0 / 7.0) * sum;
    sum = 1.0 + x * (1.0 / 6.0) * sum;
    sum = 1.0 + x * (1.0 / 5.0) * sum;
    sum = 1.0 + x * (1.0 / 4.0) * sum;
    sum = 1.0 + x * (1.0 / 3.0) * sum;
    sum = 1.0 + x * (1.0 / 2.0) * sum;
    return x * sum;
}

// For x of at least 0.
fn ln_1_plus(x: f32) -> f32 {
    if x > 0.5 {
        return log(1.0 + x);
    }
    // 2 artanh(s).
    let s = x / (2.0 + x);
    let q = s * s;
    return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0))))));
}

fn hyperbolic_tangent(x: f32) -> f32 {
    // `clamp` would turn NaN into a number.
    if is_nan(x) {
        return x;
    }
    // From 9.02 on tanh rounds to 1.
    let e = exp_minus_1(2.0 * clamp(x, -10.0, 10.0));
    return e / (e + 2.0);
}

fn logistic(x: f32) -> f32 {
    let small = exp(-abs(x));
    return select(small, 1.0, x >= 0.0) / (1.0 + small);
}

// The polynomials of `src/real/elementary.rs`.
fn error_function(x: f32) -> f32 {
    if is_nan(x) {
        return x;
    }
    let size = min(abs(x), 4.0);
    if size < 1.0 {
        let q = size * size;
        var p = -9.641516e-6 * q + 1.125695e-4;
        p = p * q - 8.482829e-4;
        p = p * q + 0.0052209455;
        p = p * q - 0.0268654;
        p = p * q + 0.11283782;
        p = p * q - 0.37612638;
        p = p * q + 1.1283791671;
        return p * x;
    }
    var q = 2.1697659e-5 * size - 4.414729e-4;
    q = q * size + 0.004205286;
    q = q * size - 0.025210341;
    q = q * size + 0.1084221;
    q = q * size + 0.6332164;
    q = q * size + 1.1295803;
    q = q * size - 1.8846777e-4;
    let value = 1.0 - exp(-q);
    return select(value, -value, x < 0.0);
}
