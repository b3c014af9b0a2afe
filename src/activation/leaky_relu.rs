//! ReLU that still leans below 0.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise};
use crate::by_name::by_name;
use crate::check::not_negative;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// g(z) = z, below 0: slope · z; derivative 1, from 0 down: slope. Slide A35 writes it max(0.1z, z).
///
/// The slope is 0.1 unless given, as on the slide; Keras has 0.2 (0.3 in its layer), PyTorch 0.01.
///
/// ```
/// use gradus::activation::{ElementWise, LeakyRelu};
/// let leaky = LeakyRelu;
/// assert_eq!((leaky.value(-2.0), leaky.value(3.0), leaky.derivative(-2.0)), (-0.2, 3.0, 0.1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeakyRelu {
    /// The derivative below 0.
    pub slope: f64,
}

by_name! {
    /// The leaky ReLU with its default slope 0.1, so that the bare name serves as a value.
    LeakyRelu = LeakyRelu { slope: 0.1 }
}

impl Activation for LeakyRelu {
    fn name(&self) -> &'static str {
        "leaky ReLU"
    }

    fn check(&self) -> Result<()> {
        not_negative("slope of the leaky ReLU", self.slope)
    }

    element_wise!();
}

impl ElementWise for LeakyRelu {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        if z > F::zero() { z } else { F::of(self.slope) * z }
    }

    #[inline]
    fn derivative_at<F: Real>(&self, z: F, _a: F) -> F {
        if z > F::zero() { F::one() } else { F::of(self.slope) }
    }
}

impl Kinds for LeakyRelu {
    const KINDS: &'static [&'static str] = &["LEAKY_RELU"];

    fn parameter(&self) -> f32 {
        self.slope as f32
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for LeakyRelu {
    fn samples() -> Vec<Self> {
        vec![LeakyRelu { slope: 0.1 }, LeakyRelu { slope: 0.01 }]
    }
}
