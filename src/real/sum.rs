//! Sums over long slices: several running sums beside each other, which is faster than one and keeps more digits.

use super::Real;

/// How many sums run beside each other.
const LANES: usize = 16;

/// Σ term(x).
pub(crate) fn sum_of<F: Real>(values: &[F], term: impl Fn(F) -> F) -> F {
    let mut sums = [F::zero(); LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder().iter().fold(F::zero(), |sum, value| sum + term(*value));
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += term(*value);
        }
    }
    sums.into_iter().fold(rest, |total, sum| total + sum)
}

/// Σ xᵢyᵢ.
#[inline(always)]
pub(crate) fn dot<F: Real>(x: &[F], y: &[F]) -> F {
    let mut sums = [F::zero(); LANES];
    let (x, y) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let rest = x.remainder().iter().zip(y.remainder()).fold(F::zero(), |sum, (x, y)| sum + *x * *y);
    for (x, y) in x.zip(y) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += *x * *y;
        }
    }
    sums.into_iter().fold(rest, |total, sum| total + sum)
}

/// √Σx², also where the squares overflow.
pub(crate) fn norm<F: Real>(values: &[F]) -> F {
    let squares = sum_of(values, |x| x * x);
    if squares.is_finite() {
        return squares.sqrt();
    }
    let largest = values.iter().fold(F::zero(), |largest, x| if x.abs() > largest { x.abs() } else { largest });
    largest * sum_of(values, |x| (x / largest) * (x / largest)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length_are_the_plain_ones() {
        for length in [0, 1, 15, 16, 17, 345] {
            let values: Vec<f64> = (0..length).map(|at| f64::from(at) - 100.0).collect();
            let squares = values.iter().map(|x| x * x).sum::<f64>();
            assert_eq!((sum_of(&values, |x| x * x), dot(&values, &values)), (squares, squares));
        }
        let tenths = vec![0.1_f32; 1_000_000];
        assert!((sum_of(&tenths, |x| x) - 100_000.0).abs() < 100.0, "one running sum is off by 958");
    }

    #[test]
    fn norms_do_not_overflow_and_do_not_hide_what_is_no_number() {
        assert_eq!(norm(&[3.0_f32, -4.0]), 5.0);
        assert!((norm(&[3e30_f32, -4e30]) / 5e30 - 1.0).abs() < 1e-6);
        assert!(norm(&[1.0_f32, f32::NAN]).is_nan());
        assert!(!norm(&[1.0_f32, f32::INFINITY]).is_finite());
        assert_eq!(norm::<f32>(&[]), 0.0);
    }
}
