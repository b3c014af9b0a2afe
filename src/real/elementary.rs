//! exp, exp − 1, tanh and erf for `f32` without branches, so that loops over them become vector instructions.
//!
//! Only what every x86-64 and ARM can do several times at once is used: additions, products, quotients, comparisons that
//! choose, and shifts of bits. `mul_add` is missing on purpose: without the instruction it is a call that rounds in
//! software. The polynomials are weighted least-squares fits, repeated until the largest relative error was least.

/// The whole multiple of ln 2 nearest to x, as the number and as the integer; |x| below 2²¹.
#[inline(always)]
fn nearest_power(x: f32) -> (f32, i32) {
    // 1.5·2²³: adding it leaves no room for a fraction, so the sum is rounded to a whole number in its lowest bits.
    const SHIFT: f32 = 12_582_912.0;
    let shifted = x * std::f32::consts::LOG2_E + SHIFT;
    (shifted - SHIFT, shifted.to_bits().wrapping_sub(SHIFT.to_bits()) as i32)
}

/// 2ⁿ for n from −126 to 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// x − n ln 2, with ln 2 in two pieces of which the first times n is exact.
#[inline(always)]
fn remainder(x: f32, n: f32) -> f32 {
    (x - n * 0.693_359_4) + n * 2.121_944_4e-4
}

/// eʳ − 1 for |r| up to ½ ln 2.
#[inline(always)]
fn exp_m1_near_zero(r: f32) -> f32 {
    let q = 0.001_381_459_6 * r + 0.008_368_717_5;
    let q = q * r + 0.041_668_39;
    let q = q * r + 0.166_665_21;
    let q = q * r + 0.499_999_94;
    q * (r * r) + r
}

/// Keeps x between the two; NaN stays NaN, which `clamp` promises too but not as two plain choices.
#[inline(always)]
fn between(low: f32, x: f32, high: f32) -> f32 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Beyond these it is infinite and 0.
    let x = between(-104.0, x, 89.0);
    let (n, power) = nearest_power(x);
    let near_one = 1.0 + exp_m1_near_zero(remainder(x, n));
    // Two factors: 2¹²⁸ is infinite, and a subnormal result is rounded once, by the second.
    let half = power >> 1;
    near_one * power_of_two(half) * power_of_two(power - half)
}

#[inline(always)]
pub(super) fn exp_m1(x: f32) -> f32 {
    // Below −18 it is −1. Above 88 the product is infinite before the sum could be, so the halves are multiplied last.
    let x = between(-18.0, x, 89.0);
    let (n, power) = nearest_power(x);
    let near = exp_m1_near_zero(remainder(x, n));
    let half = power >> 1;
    let (first, second) = (power_of_two(half), power_of_two(power - half));
    // 2ⁿ(eʳ − 1) + (2ⁿ − 1), in units of 2^(n/2).
    (near * first + (first - 1.0 / second)) * second
}

#[inline(always)]
pub(super) fn tanh(x: f32) -> f32 {
    let size = x.abs();
    let square = x * x;
    let p = -0.005_704_978_5 * square + 0.020_639_079;
    let p = p * square - 0.053_739_71;
    let p = p * square + 0.133_314_42;
    let p = p * square - 0.333_332_8;
    let small = p * (square * x) + x;
    // From 9.02 on it is 1 in f32.
    let large = 1.0 - 2.0 / (exp(2.0 * size) + 1.0);
    let value = if size < 0.625 { small } else { large };
    // Of the small ones this is for −0.
    value.copysign(x)
}

#[inline(always)]
pub(super) fn erf(x: f32) -> f32 {
    // From 3.92 on it is 1 in f32.
    let size = between(0.0, x.abs(), 4.0);
    let square = size * size;
    let p = -9.641_516e-6 * square + 1.125_695e-4;
    let p = p * square - 8.482_829e-4;
    let p = p * square + 0.005_220_945_5;
    let p = p * square - 0.026_865_4;
    let p = p * square + 0.112_837_82;
    let p = p * square - 0.376_126_38;
    let p = p * square + std::f32::consts::FRAC_2_SQRT_PI;
    let small = p * size;
    // −ln(1 − erf) as a polynomial.
    let q = 2.169_765_9e-5 * size - 4.414_729e-4;
    let q = q * size + 0.004_205_286;
    let q = q * size - 0.025_210_341;
    let q = q * size + 0.108_422_1;
    let q = q * size + 0.633_216_4;
    let q = q * size + 1.129_580_3;
    let q = q * size - 1.884_677_7e-4;
    let large = 1.0 - exp(-q);
    let value = if size < 1.0 { small } else { large };
    value.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 1021st of all `f32`, positive and negative, NaN and infinity among them.
    fn everywhere() -> impl Iterator<Item = f32> {
        let special = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MIN_POSITIVE, 1e-45, -1e-45];
        (0..=u32::MAX / 1021).map(|at| f32::from_bits(at * 1021)).chain(special)
    }

    /// The distance of `ours` from the exact value, in units of the last place of the nearest `f32`.
    fn ulps(ours: f32, exact: f64) -> f64 {
        let nearest = exact as f32;
        if nearest.is_infinite() || ours.is_infinite() {
            return if nearest == ours { 0.0 } else { f64::INFINITY };
        }
        let above = f32::from_bits(nearest.abs().to_bits() + 1);
        let unit = f64::from(above) - f64::from(nearest.abs());
        (f64::from(ours) - exact).abs() / if unit.is_finite() { unit } else { 2.0_f64.powi(104) }
    }

    #[track_caller]
    fn within(most: f64, ours: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) {
        let mut worst = (0.0, 0.0);
        for x in everywhere() {
            let (value, exact) = (ours(x), exact(f64::from(x)));
            assert_eq!(value.is_nan(), x.is_nan(), "at {x}");
            if x.is_nan() {
                continue;
            }
            let distance = ulps(value, exact);
            if distance > worst.0 {
                worst = (distance, x);
            }
        }
        assert!(worst.0 <= most, "{} units at {}", worst.0, worst.1);
    }

    #[test]
    fn exp_is_exact_to_a_unit_and_a_half() {
        within(1.5, exp, f64::exp);
        assert_eq!((exp(0.0), exp(f32::INFINITY), exp(f32::NEG_INFINITY)), (1.0, f32::INFINITY, 0.0));
        assert!(exp(-103.0) > 0.0, "subnormal");
    }

    #[test]
    fn exp_m1_is_exact_to_two_units() {
        within(2.0, exp_m1, f64::exp_m1);
        assert_eq!((exp_m1(f32::INFINITY), exp_m1(f32::NEG_INFINITY)), (f32::INFINITY, -1.0));
        assert_eq!(exp_m1(1e-45), 1e-45);
    }

    #[test]
    fn tanh_is_exact_to_two_units() {
        within(2.0, tanh, f64::tanh);
        assert_eq!((tanh(f32::INFINITY), tanh(f32::NEG_INFINITY), tanh(1e-45)), (1.0, -1.0, 1e-45));
        assert_eq!(tanh(-0.0).to_bits(), (-0.0_f32).to_bits());
    }

    #[test]
    fn erf_is_exact_to_three_units() {
        within(3.0, erf, libm::erf);
        assert_eq!((erf(f32::INFINITY), erf(f32::NEG_INFINITY), erf(0.0)), (1.0, -1.0, 0.0));
    }
}
