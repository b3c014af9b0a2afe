//! Penalties on the weights, in gradus' terms and in scikit-learn's.

use ndarray::{Array1, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::check;
use crate::error::Result;

/// The penalty as the user set it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Strength {
    /// Nothing.
    None,
    /// λ(ρ‖W‖₁ + (1 − ρ)‖W‖²).
    Lambda { lambda: f64, l1_ratio: f64 },
    /// (ρ‖W‖₁ + ½(1 − ρ)‖W‖²) / (C Σω).
    Inverse { c: f64, l1_ratio: f64 },
}

/// Σⱼ λ₁ⱼ‖wⱼ‖₁ + λ₂ⱼ‖wⱼ‖² beside the mean loss, with one λ per feature: the weights of standardized features are others
/// than those that the penalty is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Penalty {
    pub l1: Array1<f64>,
    pub l2: Array1<f64>,
    /// Whether one was set; on features in a huge unit its numbers may be too small for f64.
    pub asked: bool,
}

impl Penalty {
    pub fn has_l1(&self) -> bool {
        self.l1.iter().any(|lambda| *lambda > 0.0)
    }

    pub fn has_l2(&self) -> bool {
        self.l2.iter().any(|lambda| *lambda > 0.0)
    }

    pub fn is_none(&self) -> bool {
        !self.asked
    }

    /// Σⱼ λ₁ⱼ‖wⱼ‖₁.
    pub fn l1_of(&self, weights: ArrayView2<'_, f64>) -> f64 {
        of_rows(&self.l1, weights, f64::abs)
    }

    /// Σⱼ λ₂ⱼ‖wⱼ‖².
    pub fn l2_of(&self, weights: ArrayView2<'_, f64>) -> f64 {
        of_rows(&self.l2, weights, |weight| weight * weight)
    }
}

fn of_rows(lambda: &Array1<f64>, weights: ArrayView2<'_, f64>, size: impl Fn(f64) -> f64) -> f64 {
    lambda
        .iter()
        .zip(weights.rows())
        .map(|(lambda, row)| lambda * row.iter().map(|weight| size(*weight)).sum::<f64>())
        .sum()
}

impl Strength {
    /// The penalty beside a mean over examples that weigh `total`, of the weights w′ = w · scale of features that were
    /// divided by `scale`.
    ///
    /// # Errors
    /// A strength or a ratio out of range.
    pub fn penalty(self, total: f64, scale: &Array1<f64>) -> Result<Penalty> {
        let (lambda, ratio, half) = match self {
            Strength::None => (0.0, 0.0, 1.0),
            Strength::Lambda { lambda, l1_ratio } => {
                check::not_negative("λ", lambda)?;
                (lambda, l1_ratio, 1.0)
            }
            Strength::Inverse { c, l1_ratio } => {
                check::positive("C", c)?;
                (1.0 / (c * total), l1_ratio, 0.5)
            }
        };
        check::unit_interval("l1_ratio", ratio)?;
        let (l1, l2) = (lambda * ratio, half * lambda * (1.0 - ratio));
        Ok(Penalty {
            l1: scale.mapv(|scale| l1 / scale),
            l2: scale.mapv(|scale| l2 / scale / scale),
            asked: lambda > 0.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_penalty_too_small_for_f64_is_still_one() {
        let ridge = |lambda| Strength::Lambda { lambda, l1_ratio: 0.0 }.penalty(3.0, &array![1e170]).unwrap();
        assert!(!ridge(1.0).is_none() && !ridge(1.0).has_l2() && ridge(0.0).is_none());
    }
}
