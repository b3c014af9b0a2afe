//! L1: a penalty that makes weights exactly 0.

use serde::{Deserialize, Serialize};

use super::{Regularizer, add, sign};
use crate::check::not_negative;
use crate::error::Result;
use crate::real::{Real, sum_of};

/// λ Σ|w|; derivative ±λ, and 0 at 0. Slide B10; Keras' default is λ = 0.01.
///
/// ```
/// use gradus::regularize::{L1, Regularizer};
/// assert_eq!(L1::new(0.5).value(&[1.0_f64, -3.0]), 2.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct L1 {
    /// λ.
    pub strength: f64,
}

impl L1 {
    /// With this λ.
    pub fn new(strength: f64) -> Self {
        L1 { strength }
    }
}

impl Regularizer for L1 {
    fn value<F: Real>(&self, weights: &[F]) -> F {
        F::of(self.strength) * sum_of(weights, |w| w.abs())
    }

    fn add_gradient<F: Real>(&self, weights: &[F], gradient: &mut [F]) -> Result<()> {
        let strength = F::of(self.strength);
        add(weights, gradient, |w| strength * sign(w))
    }

    fn check(&self) -> Result<()> {
        not_negative("strength of the L1 penalty", self.strength)
    }
}
