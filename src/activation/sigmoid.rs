//! The sigmoid: probabilities of two classes.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::{Real, sigmoid};

/// g(z) = 1 / (1 + e⁻ᶻ), from 0 to 1; derivative a(1 − a), at most ¼.
///
/// For z below 0 it is computed as eᶻ / (1 + eᶻ): nothing overflows, and small probabilities keep their digits.
///
/// ```
/// use gradus::activation::{ElementWise, Sigmoid};
/// assert_eq!((Sigmoid.value(0.0), Sigmoid.derivative(0.0)), (0.5, 0.25));
/// assert_eq!(Sigmoid.value(-1000.0), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sigmoid;

impl Activation for Sigmoid {
    fn name(&self) -> &'static str {
        "sigmoid"
    }

    element_wise!();
}

impl ElementWise for Sigmoid {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        sigmoid(z)
    }

    #[inline]
    fn derivative_at<F: Real>(&self, _z: F, a: F) -> F {
        a * (F::one() - a)
    }
}

impl Kinds for Sigmoid {
    const KINDS: &'static [&'static str] = &["SIGMOID"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Sigmoid {
    fn samples() -> Vec<Self> {
        vec![Sigmoid]
    }
}
