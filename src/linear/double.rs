//! Doubled precision: a number as the unevaluated sum of two, 32 digits in all.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// high + low, |low| at most half a unit in the last place of high; after Dekker, *Numerische Mathematik* 18 (1971).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Double {
    /// The number, rounded to f64.
    pub high: f64,
    /// What rounding dropped.
    pub low: f64,
}

impl Double {
    pub const ZERO: Double = Double { high: 0.0, low: 0.0 };
    /// The relative error of one operation, a few times over.
    pub const EPSILON: f64 = f64::EPSILON * f64::EPSILON;

    /// a · b without rounding, by splitting each factor in two halves.
    #[inline(always)]
    pub fn product(a: f64, b: f64) -> Double {
        let split = |value: f64| {
            let shifted = 134_217_729.0 * value;
            let high = shifted - (shifted - value);
            (high, value - high)
        };
        let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
        let high = a * b;
        let low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low;
        Double { high, low }
    }

    /// a + b without rounding.
    #[inline(always)]
    pub fn sum(a: f64, b: f64) -> Double {
        let high = a + b;
        let part = high - a;
        Double { high, low: (a - (high - part)) + (b - part) }
    }

    /// The number rounded to f64.
    #[inline(always)]
    pub fn value(self) -> f64 {
        self.high + self.low
    }

    pub fn sqrt(self) -> Double {
        if self.high <= 0.0 {
            return Double::from(self.value().sqrt());
        }
        // One step of Newton's method doubles the digits of f64's root.
        let root = self.high.sqrt();
        Double::from(root) + (self - Double::product(root, root)).value() / (2.0 * root)
    }

    #[inline(always)]
    fn settled(high: f64, low: f64) -> Double {
        let sum = high + low;
        Double { high: sum, low: low - (sum - high) }
    }
}

impl From<f64> for Double {
    #[inline(always)]
    fn from(value: f64) -> Double {
        Double { high: value, low: 0.0 }
    }
}

impl Neg for Double {
    type Output = Double;

    #[inline(always)]
    fn neg(self) -> Double {
        Double { high: -self.high, low: -self.low }
    }
}

impl Add for Double {
    type Output = Double;

    #[inline(always)]
    fn add(self, other: Double) -> Double {
        let sum = Double::sum(self.high, other.high);
        Double::settled(sum.high, sum.low + self.low + other.low)
    }
}

impl Add<f64> for Double {
    type Output = Double;

    #[inline(always)]
    fn add(self, other: f64) -> Double {
        self + Double::from(other)
    }
}

impl Sub for Double {
    type Output = Double;

    #[inline(always)]
    fn sub(self, other: Double) -> Double {
        self + -other
    }
}

impl Mul for Double {
    type Output = Double;

    #[inline(always)]
    fn mul(self, other: Double) -> Double {
        let product = Double::product(self.high, other.high);
        Double::settled(product.high, product.low + (self.high * other.low + self.low * other.high))
    }
}

impl Mul<f64> for Double {
    type Output = Double;

    #[inline(always)]
    fn mul(self, factor: f64) -> Double {
        let product = Double::product(self.high, factor);
        Double::settled(product.high, product.low + self.low * factor)
    }
}

impl Div for Double {
    type Output = Double;

    #[inline(always)]
    fn div(self, divisor: Double) -> Double {
        let quotient = self.high / divisor.high;
        let rest = (self - divisor * quotient).value();
        Double::settled(quotient, rest / divisor.high)
    }
}

impl AddAssign for Double {
    #[inline(always)]
    fn add_assign(&mut self, other: Double) {
        *self = *self + other;
    }
}

impl SubAssign for Double {
    #[inline(always)]
    fn sub_assign(&mut self, other: Double) {
        *self = *self - other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_numbers_keep_what_one_number_drops() {
        let sum = Double::product(1e16, 1.0) + Double::product(1.0, 1.0) + Double::product(-1e16, 1.0);
        assert_eq!(sum.value(), 1.0);
        let square = Double::product(1.0 + f64::EPSILON, 1.0 + f64::EPSILON) + -1.0;
        assert_eq!((square + -2.0 * f64::EPSILON).value(), f64::EPSILON * f64::EPSILON);
    }

    #[test]
    fn quotients_and_roots_have_doubled_digits() {
        let third = Double::from(1.0) / Double::from(3.0);
        assert!((third * 3.0 - Double::from(1.0)).value().abs() < 1e-31);
        let root = Double::from(2.0).sqrt();
        assert!((root * root - Double::from(2.0)).value().abs() < 1e-31);
        let quotient = root / third;
        assert!((quotient * third - root).value().abs() < 1e-30);
        assert_eq!(Double::ZERO.sqrt(), Double::ZERO);
    }
}
