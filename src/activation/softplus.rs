//! Softplus: ReLU with its corner rounded.

use serde::{Deserialize, Serialize};

use super::{ElementWise, Sigmoid};
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
