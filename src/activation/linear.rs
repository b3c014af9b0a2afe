//! No activation: regression outputs.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// g(z) = z, with derivative 1: the outputs of a regression. Layers of it alone make no more than one linear layer.
///
/// ```
/// use gradus::activation::{ElementWise, Linear};
/// assert_eq!((Linear.value(-3.0), Linear.derivative(-3.0)), (-3.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linear;

impl Activation for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    element_wise!();
}

impl ElementWise for Linear {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        z
    }

    #[inline]
    fn derivative_at<F: Real>(&self, _z: F, _a: F) -> F {
        F::one()
    }
}

impl Kinds for Linear {
    const KINDS: &'static [&'static str] = &["LINEAR"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Linear {
    fn samples() -> Vec<Self> {
        vec![Linear]
    }
}
