//! The Euclidean norm, also where the squares leave the range of the numbers.

use super::{Real, sum_of};

/// √Σx² of a slice; NaN where there is a NaN, infinite where there is an infinity and no NaN.
pub(crate) fn norm<F: Real>(values: &[F]) -> F {
    let squares = sum_of(values, |x| x * x);
    if is_safe(squares) {
        return squares.sqrt();
    }
    scaled(values.iter().copied(), |largest| sum_of(values, |x| (x / largest) * (x / largest)))
}

/// [`norm`] of numbers that are not in one slice.
pub(crate) fn norm_of<F: Real>(values: impl Iterator<Item = F> + Clone) -> F {
    let squares = values.clone().fold(F::zero(), |sum, x| sum + x * x);
    if is_safe(squares) {
        return squares.sqrt();
    }
    scaled(values.clone(), |largest| values.fold(F::zero(), |sum, x| sum + (x / largest) * (x / largest)))
}

/// Whether a sum of squares has neither overflowed nor lost digits to underflow.
fn is_safe<F: Real>(squares: F) -> bool {
    squares.is_finite() && squares > F::min_positive_value() / F::epsilon()
}

fn scaled<F: Real>(values: impl Iterator<Item = F>, squares_over: impl FnOnce(F) -> F) -> F {
    let mut largest = F::zero();
    for x in values {
        if x.is_nan() {
            return x;
        }
        largest = if x.abs() > largest { x.abs() } else { largest };
    }
    if largest == F::zero() || largest.is_infinite() { largest } else { largest * squares_over(largest).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(values: &[f32]) -> f32 {
        let (one, other) = (norm(values), norm_of(values.iter().copied()));
        assert!(one == other || one.is_nan() && other.is_nan(), "{one} {other}");
        one
    }

    #[test]
    fn norms_neither_overflow_nor_vanish_and_do_not_hide_what_is_not_finite() {
        assert_eq!(both(&[3.0, -4.0]), 5.0);
        assert!((both(&[3e30, -4e30]) / 5e30 - 1.0).abs() < 1e-6);
        assert!((both(&[3e-30, -4e-30]) / 5e-30 - 1.0).abs() < 1e-6);
        assert!(both(&[1.0, f32::NAN]).is_nan() && both(&[f32::INFINITY, f32::NAN]).is_nan());
        assert_eq!(both(&[1.0, f32::NEG_INFINITY]), f32::INFINITY);
        assert_eq!((both(&[]), both(&[0.0, -0.0])), (0.0, 0.0));
    }
}
