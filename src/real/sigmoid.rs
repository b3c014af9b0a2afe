//! The logistic function, stable for every z.

use super::Real;

/// σ(z) = 1 / (1 + e⁻ᶻ).
///
/// For z below 0 it is eᶻ / (1 + eᶻ): nothing overflows, and small probabilities keep their digits.
#[inline(always)]
pub(crate) fn sigmoid<F: Real>(z: F) -> F {
    of_power(z, (-z.abs()).vector_exp())
}

/// σ(z) and ln(1 + e^−|z|), from one exponential; the latter plus max(0, z) is ln(1 + eᶻ) = −ln σ(−z).
#[inline(always)]
pub(crate) fn sigmoid_and_log<F: Real>(z: F) -> (F, F) {
    let power = (-z.abs()).vector_exp();
    (of_power(z, power), power.ln_1p())
}

#[inline(always)]
fn of_power<F: Real>(z: F, power: F) -> F {
    let numerator = if z < F::zero() { power } else { F::one() };
    numerator / (F::one() + power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tails_keep_their_digits() {
        assert_eq!((sigmoid(0.0_f64), sigmoid(1000.0_f64), sigmoid(-1000.0_f64)), (0.5, 1.0, 0.0));
        assert!((sigmoid(-40.0_f64) / (-40.0_f64).exp() - 1.0).abs() < 1e-15);
        assert!(sigmoid(f64::NAN).is_nan());
        for z in [-800.0_f64, -3.0, -0.1, 0.0, 2.5, 800.0] {
            let (probability, log) = sigmoid_and_log(z);
            assert_eq!(probability, sigmoid(z));
            let softplus = z.max(0.0) + log;
            assert!((softplus - if z > 700.0 { z } else { z.exp().ln_1p() }).abs() <= 1e-15 * softplus);
        }
    }
}
