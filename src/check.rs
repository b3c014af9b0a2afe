//! What hyper-parameters must be, said in one way everywhere.

use crate::error::{Error, Result};

fn require(holds: bool, parameter: &'static str, value: f64, requirement: &str) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::Parameter { parameter, value: value.to_string(), requirement: requirement.into() })
}

/// A number above 0.
pub(crate) fn positive(parameter: &'static str, value: f64) -> Result<()> {
    require(value > 0.0 && value.is_finite(), parameter, value, "it must be a finite number above 0")
}

/// A number of at least 0.
pub(crate) fn not_negative(parameter: &'static str, value: f64) -> Result<()> {
    require(value >= 0.0 && value.is_finite(), parameter, value, "it must be a finite number of at least 0")
}

/// Any finite number.
pub(crate) fn finite(parameter: &'static str, value: f64) -> Result<()> {
    require(value.is_finite(), parameter, value, "it must be a finite number")
}

/// A share of what was before: from 0 to below 1.
pub(crate) fn share(parameter: &'static str, value: f64) -> Result<()> {
    require((0.0..1.0).contains(&value), parameter, value, "it must be at least 0 and below 1, as 0.9")
}

/// A count of at least this.
pub(crate) fn at_least(parameter: &'static str, least: u64, value: u64) -> Result<()> {
    let requirement = format!("it must be at least {least}");
    if value >= least { Ok(()) } else { Err(Error::Parameter { parameter, value: value.to_string(), requirement }) }
}

/// Two things that must be equally long.
pub(crate) fn same_length(what: &str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Shape { what: what.into(), expected: format!("{expected} values"), found: found.to_string() })
}
