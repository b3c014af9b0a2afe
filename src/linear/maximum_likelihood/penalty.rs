//! Penalties on the weights, in gradus' terms and in scikit-learn's.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Strength {
    /// Nothing.
    None,
    /// λ(ρ‖W‖₁ + (1 − ρ)‖W‖²).
    Lambda { lambda: f64, l1_ratio: f64 },
    /// (ρ‖W‖₁ + ½(1 − ρ)‖W‖²) / (C Σω).
    Inverse { c: f64, l1_ratio: f64 },
}

/// λ₁‖W‖₁ + λ₂‖W‖² beside the mean loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Penalty {
    pub l1: f64,
    pub l2: f64,
}

impl Strength {
    /// The penalty beside a mean over examples that weigh `total`.
    ///
    /// # Errors
    /// A strength or a ratio out of range.
    pub fn penalty(self, total: f64) -> Result<Penalty> {
        let (lambda, ratio, half) = match self {
            Strength::None => return Ok(Penalty { l1: 0.0, l2: 0.0 }),
            Strength::Lambda { lambda, l1_ratio } if lambda >= 0.0 && lambda.is_finite() => (lambda, l1_ratio, 1.0),
            Strength::Lambda { lambda, .. } => {
                return refuse("λ", lambda, "the penalty must be 0 or a positive number");
            }
            Strength::Inverse { c, l1_ratio } if c > 0.0 && c.is_finite() => (1.0 / (c * total), l1_ratio, 0.5),
            Strength::Inverse { c, .. } => {
                return refuse("C", c, "the inverse strength must be a positive number; leave it out for no penalty");
            }
        };
        if !(0.0..=1.0).contains(&ratio) {
            return refuse("l1_ratio", ratio, "it must lie between 0 (L2 alone) and 1 (L1 alone)");
        }
        Ok(Penalty { l1: lambda * ratio, l2: half * lambda * (1.0 - ratio) })
    }
}

fn refuse(parameter: &'static str, value: f64, requirement: &str) -> Result<Penalty> {
    Err(Error::Parameter { parameter, value: value.to_string(), requirement: requirement.into() })
}
