//! L1 and L2 together: the elastic net.

use serde::{Deserialize, Serialize};

use super::{L1, L2, Regularizer};
use crate::error::Result;
use crate::real::Real;

/// λ₁ Σ|w| + λ₂ Σw².
///
/// On slide B10 `l1_l2(0.2)` sets λ₁ alone; λ₂ was then 0.01 in Keras 2 and is 0 in Keras 3. Here both are said.
///
/// ```
/// use gradus::regularize::{L1L2, Regularizer};
/// assert_eq!(L1L2::new(0.5, 0.25).value(&[2.0_f64]), 2.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct L1L2 {
    /// The first part.
    pub l1: L1,
    /// The second part.
    pub l2: L2,
}

impl L1L2 {
    /// With these λ₁ and λ₂.
    pub fn new(l1: f64, l2: f64) -> Self {
        L1L2 { l1: L1::new(l1), l2: L2::new(l2) }
    }
}

impl Regularizer for L1L2 {
    fn value<F: Real>(&self, weights: &[F]) -> F {
        self.l1.value(weights) + self.l2.value(weights)
    }

    fn add_gradient<F: Real>(&self, weights: &[F], gradient: &mut [F]) -> Result<()> {
        self.l1.add_gradient(weights, gradient)?;
        self.l2.add_gradient(weights, gradient)
    }

    fn check(&self) -> Result<()> {
        self.l1.check()?;
        self.l2.check()
    }
}
