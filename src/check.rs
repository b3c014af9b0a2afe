//! Checks of parameters: one wording for each requirement.

use ndarray::Array1;

use crate::error::{Error, Result};

/// The error of a parameter whose value is out of range.
pub(crate) fn out_of_range(parameter: &'static str, value: impl ToString, requirement: impl Into<String>) -> Error {
    Error::Parameter { parameter, value: value.to_string(), requirement: requirement.into() }
}

/// Refuses a value that does not meet the requirement.
pub(crate) fn require(holds: bool, parameter: &'static str, value: impl ToString, requirement: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(out_of_range(parameter, value, requirement)) }
}

/// Whether a number is finite and above 0.
pub(crate) fn is_positive(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

/// Whether a number is finite and at least 0.
pub(crate) fn is_not_negative(value: f64) -> bool {
    value >= 0.0 && value.is_finite()
}

/// A finite number above 0.
pub(crate) fn positive(parameter: &'static str, value: f64) -> Result<()> {
    require(is_positive(value), parameter, value, "it must be a finite number above 0")
}

/// A finite number of at least 0.
pub(crate) fn not_negative(parameter: &'static str, value: f64) -> Result<()> {
    require(is_not_negative(value), parameter, value, "it must be a finite number of at least 0")
}

/// Any finite number.
pub(crate) fn finite(parameter: &'static str, value: f64) -> Result<()> {
    require(value.is_finite(), parameter, value, "it must be a finite number")
}

/// A fraction from 0 to below 1.
pub(crate) fn share(parameter: &'static str, value: f64) -> Result<()> {
    require((0.0..1.0).contains(&value), parameter, value, "it must be at least 0 and below 1, as 0.9")
}

/// A number from 0 to 1, such as a probability.
pub(crate) fn unit_interval(parameter: &'static str, value: f64) -> Result<()> {
    require((0.0..=1.0).contains(&value), parameter, value, "it must be from 0 to 1")
}

/// A count of at least `least`.
pub(crate) fn at_least(parameter: &'static str, least: u64, value: u64) -> Result<()> {
    if value >= least { Ok(()) } else { Err(out_of_range(parameter, value, format!("it must be at least {least}"))) }
}

/// Two things that must be equally long.
pub(crate) fn same_length(what: &str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Shape { what: what.into(), expected: format!("{expected} values"), found: found.to_string() })
}

/// One sample weight per example: finite, at least 0, and not all 0.
pub(crate) fn sample_weights(weights: &Array1<f64>, examples: usize) -> Result<()> {
    if weights.len() != examples {
        let (expected, found) = (format!("{examples}, one per example"), weights.len().to_string());
        return Err(Error::Shape { what: "sample weights".into(), expected, found });
    }
    if let Some((row, weight)) = weights.iter().enumerate().find(|(_, weight)| !is_not_negative(**weight)) {
        return Err(Error::Data(format!(
            "the sample weight of row {row} is {weight}: it must be a finite number of at least 0"
        )));
    }
    let sum = weights.sum();
    if sum.is_infinite() {
        return Err(Error::Data("the sum of the sample weights is too large for f64; divide them by a number".into()));
    }
    if sum == 0.0 {
        return Err(Error::Data("all sample weights are 0: there is nothing to learn from".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn sample_weights_are_one_per_example_and_not_all_0() {
        assert_eq!(sample_weights(&array![0.0, 2.0], 2), Ok(()));
        let refused = |weights, examples| sample_weights(&weights, examples).unwrap_err();
        assert!(matches!(refused(array![1.0], 2), Error::Shape { expected, .. } if expected == "2, one per example"));
        for (weights, words) in [
            (array![1.0, -1.0], "row 1 is -1"),
            (array![f64::NAN, 1.0], "row 0 is NaN"),
            (array![f64::INFINITY, 1.0], "row 0 is inf"),
            (array![1e308, 1e308], "too large"),
            (array![0.0, 0.0], "all sample weights are 0"),
        ] {
            let error = refused(weights, 2);
            assert!(matches!(&error, Error::Data(text) if text.contains(words)), "{error}");
        }
    }
}
