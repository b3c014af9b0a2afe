//! The exponential linear unit: ReLU with a soft floor at −α.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise};
use crate::by_name::by_name;
use crate::check::not_negative;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// g(z) = z, below 0: α(eᶻ − 1); derivative 1, below 0: αeᶻ = a + α. α is 1 unless given, as everywhere.
///
/// Source: Clevert, Unterthiner, Hochreiter (2016), *Fast and accurate deep network learning by exponential linear units*;
/// slide A35.
///
/// ```
/// use gradus::activation::{ElementWise, Elu};
/// let elu = Elu;
/// assert_eq!((elu.value(3.0), elu.derivative(3.0)), (3.0, 1.0));
/// assert!((elu.value(-1.0_f64) - (1.0 / std::f64::consts::E - 1.0)).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Elu {
    /// How far below 0 it goes.
    pub alpha: f64,
}

by_name! {
    /// The ELU with its default α = 1, so that the bare name serves as a value.
    Elu = Elu { alpha: 1.0 }
}

impl Activation for Elu {
    fn name(&self) -> &'static str {
        "ELU"
    }

    fn check(&self) -> Result<()> {
        not_negative("alpha of the ELU", self.alpha)
    }

    element_wise!();
}

impl ElementWise for Elu {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        let below = F::of(self.alpha) * z.vector_exp_m1();
        if z > F::zero() { z } else { below }
    }

    #[inline]
    fn derivative_at<F: Real>(&self, z: F, a: F) -> F {
        if z > F::zero() { F::one() } else { a + F::of(self.alpha) }
    }
}

impl Kinds for Elu {
    const KINDS: &'static [&'static str] = &["ELU"];

    fn parameter(&self) -> f32 {
        self.alpha as f32
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Elu {
    fn samples() -> Vec<Self> {
        vec![Elu { alpha: 1.0 }, Elu { alpha: 0.3 }]
    }
}
