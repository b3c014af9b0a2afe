//! No activation: regression outputs.

use serde::{Deserialize, Serialize};

use super::ElementWise;
use crate::real::Real;

/// g(z) = z, with derivative 1: the outputs of a regression. Layers of it alone make no more than one linear layer.
///
/// ```
/// use gradus::activation::{ElementWise, Linear};
/// assert_eq!((Linear.value(-3.0), Linear.derivative(-3.0)), (-3.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linear;

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
