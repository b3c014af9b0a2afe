//! The rectified linear unit: the usual choice of hidden layers.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// g(z) = max(0, z); derivative 1 above 0, else 0 (at 0 too, as Keras and PyTorch have it).
///
/// Its derivative does not vanish for large z (slide B8), but a unit whose sums are negative for all data learns no more.
///
/// ```
/// use gradus::activation::{ElementWise, Relu};
/// assert_eq!((Relu.value(-2.0), Relu.value(3.0)), (0.0, 3.0));
/// assert_eq!((Relu.derivative(-2.0), Relu.derivative(0.0), Relu.derivative(3.0)), (0.0, 0.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relu;

impl Activation for Relu {
    fn name(&self) -> &'static str {
        "ReLU"
    }

    element_wise!();
}

impl ElementWise for Relu {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        // Asked in this direction, so that NaN stays NaN.
        if z < F::zero() { F::zero() } else { z }
    }

    #[inline]
    fn derivative_at<F: Real>(&self, z: F, _a: F) -> F {
        if z > F::zero() { F::one() } else { F::zero() }
    }
}

impl Kinds for Relu {
    const KINDS: &'static [&'static str] = &["RELU"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Relu {
    fn samples() -> Vec<Self> {
        vec![Relu]
    }
}
