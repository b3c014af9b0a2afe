//! The hyperbolic tangent: a sigmoid around 0.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// g(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ), from −1 to 1; derivative 1 − a², at most 1. It is 2σ(2z) − 1.
///
/// ```
/// use gradus::activation::{ElementWise, Tanh};
/// assert_eq!((Tanh.value(0.0), Tanh.derivative(0.0)), (0.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tanh;

impl Activation for Tanh {
    fn name(&self) -> &'static str {
        "tanh"
    }

    element_wise!();
}

impl ElementWise for Tanh {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        z.vector_tanh()
    }

    #[inline]
    fn derivative_at<F: Real>(&self, _z: F, a: F) -> F {
        (F::one() - a) * (F::one() + a)
    }
}

impl Kinds for Tanh {
    const KINDS: &'static [&'static str] = &["TANH"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Tanh {
    fn samples() -> Vec<Self> {
        vec![Tanh]
    }
}
