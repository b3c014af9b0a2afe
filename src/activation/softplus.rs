//! Softplus: ReLU with its corner rounded.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise, Sigmoid};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// g(z) = ln(1 + eᶻ); derivative the sigmoid of z.
///
/// Computed as max(0, z) + ln(1 + e^−|z|), which neither overflows nor loses digits.
///
/// ```
/// use gradus::activation::{ElementWise, Softplus};
/// assert_eq!(Softplus.value(0.0), 2.0_f64.ln());
/// assert_eq!((Softplus.value(1000.0), Softplus.derivative(0.0)), (1000.0, 0.5));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Softplus;

impl Activation for Softplus {
    fn name(&self) -> &'static str {
        "softplus"
    }

    element_wise!();
}

impl ElementWise for Softplus {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        let ramp = if z < F::zero() { F::zero() } else { z };
        ramp + (-z.abs()).vector_exp().ln_1p()
    }

    #[inline]
    fn derivative_at<F: Real>(&self, z: F, _a: F) -> F {
        Sigmoid.value(z)
    }
}

impl Kinds for Softplus {
    const KINDS: &'static [&'static str] = &["SOFTPLUS"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Softplus {
    fn samples() -> Vec<Self> {
        vec![Softplus]
    }
}
