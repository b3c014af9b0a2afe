//! The numbers inside a figure: short enough for small notebooks, exact enough for any screen.

use serde_json::{Number, Value};

/// What can be a coordinate: floats and integers, by value or by reference.
pub trait Coordinate {
    /// The value on the axis.
    fn coordinate(&self) -> f64;
}

macro_rules! coordinates {
    ($($number:ty),*) => {$(
        impl Coordinate for $number {
            fn coordinate(&self) -> f64 {
                *self as f64
            }
        }
    )*};
}

coordinates!(f64, f32, i32, i64, u8, u32, u64, usize);

impl<T: Coordinate> Coordinate for &T {
    fn coordinate(&self) -> f64 {
        (**self).coordinate()
    }
}

/// Seven significant digits, or as many more as the list's spread needs: values near 1 000 000 that differ by 0.01 stay
/// apart.
const DIGITS: f64 = 7.0;

/// Shortens every number of a figure. A list is judged as a whole, so that its values keep their distances.
pub(crate) fn shorten(value: &mut Value) {
    match value {
        Value::Array(items) => {
            let spread = spread(items);
            for item in items {
                match item {
                    Value::Number(number) => *item = short(number, spread),
                    _ => shorten(item),
                }
            }
        }
        Value::Object(map) => map.values_mut().for_each(shorten),
        Value::Number(number) => *value = short(number, f64::INFINITY),
        _ => {}
    }
}

/// A value to about this step, in as few decimal digits: what is finer than a screen's point or a gray need not be stored.
pub(crate) fn rounded(value: f64, step: f64) -> f64 {
    let unit = 10f64.powf(step.log10().floor());
    // Whole numbers are short as they are; a step that is 0 or not a number rounds nothing.
    if !unit.is_normal() || (unit <= 1.0 && value.fract() == 0.0) { value } else { (value / unit).round() * unit }
}

/// The distance between a list's least and greatest number.
fn spread(items: &[Value]) -> f64 {
    let (low, high) = items
        .iter()
        .filter_map(Value::as_f64)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if high > low { high - low } else { f64::INFINITY }
}

/// One number, rounded; whole numbers as they are, without a decimal point.
fn short(number: &Number, spread: f64) -> Value {
    let Some(value) = number.as_f64() else { return Value::Null };
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Value::from(value as i64);
    }
    let extra = (value.abs() / spread).log10().floor().max(0.0);
    let digits = (DIGITS + extra).min(17.0) as usize;
    let rounded = format!("{value:.*e}", digits - 1).parse::<f64>().unwrap_or(value);
    // A number that the rounding made whole is written as whole.
    if rounded.fract() == 0.0 && rounded.abs() < 9e15 { Value::from(rounded as i64) } else { Value::from(rounded) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shortened(mut value: Value) -> String {
        shorten(&mut value);
        value.to_string()
    }

    #[test]
    fn numbers_keep_seven_digits() {
        assert_eq!(shortened(json!([0.1 + 0.2, 1.0 / 3.0, 2.0, -123.456_789_01])), "[0.3,0.3333333,2,-123.4568]");
        assert_eq!(shortened(json!({"size": 9.0, "x": 1.0e-9 / 3.0})), r#"{"size":9,"x":3.333333e-10}"#);
        assert_eq!(shortened(json!([20_640_123.0, 3])), "[20640123,3]");
        assert_eq!(shortened(json!([0.999_999_999_9])), "[1]");
    }

    #[test]
    fn neighbors_far_from_zero_stay_apart() {
        assert_eq!(shortened(json!([1_000_000.012_5, 1_000_000.037_5])), "[1000000.0125,1000000.0375]");
        // On a log axis the small ones count as much as the great ones.
        assert_eq!(shortened(json!([1.234_567_89e-8, 1_234.567_89])), "[1.234568e-8,1234.568]");
    }

    #[test]
    fn what_is_no_number_becomes_null() {
        assert_eq!(shortened(json!([f64::NAN, f64::INFINITY, 1.5])), "[null,null,1.5]");
        assert_eq!(shortened(json!([[1.0, f64::NAN], ["a", true]])), r#"[[1,null],["a",true]]"#);
    }

    #[test]
    fn rounding_follows_the_step() {
        let values = [rounded(0.123_456, 1e-3), rounded(17.0, 0.255), rounded(-1234.5, 50.0), rounded(0.3, 0.0)];
        assert_eq!(values, [0.123, 17.0, -1230.0, 0.3]);
    }

    #[test]
    fn coordinates_are_floats_or_integers() {
        assert_eq!([3_usize.coordinate(), 2.5_f32.coordinate(), (-1_i32).coordinate()], [3.0, 2.5, -1.0]);
    }
}
