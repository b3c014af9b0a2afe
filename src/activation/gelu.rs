//! The Gaussian error linear unit: each sum times the share of a normal distribution that lies below it.

use serde::{Deserialize, Serialize};

use super::{Activation, ElementWise};
use crate::by_name::by_name;
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::Real;

/// g(z) = z Φ(z), where Φ is the standard normal distribution function ½(1 + erf(z/√2)); derivative Φ(z) + z φ(z).
///
/// With `tanh` it is the approximation ½z(1 + tanh(√(2/π)(z + 0.044715z³))), off by up to 0.0005, which older
/// Transformers were trained with. Exact unless asked otherwise, as Keras and PyTorch have it.
///
/// Source: Hendrycks, Gimpel (2016), *Gaussian error linear units*.
///
/// ```
/// use gradus::activation::{ElementWise, Gelu};
/// let exact: f64 = Gelu.value(1.0);
/// let by_tanh: f64 = Gelu { tanh: true }.value(1.0);
/// assert!((exact - 0.841345).abs() < 1e-6 && (by_tanh - 0.841192).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gelu {
    /// Whether Φ is approximated by tanh.
    pub tanh: bool,
}

by_name! {
    /// The exact GELU, so that the bare name serves as a value.
    Gelu = Gelu { tanh: false }
}

/// The cubic term's factor in the approximation.
const CUBIC: f64 = 0.044_715;

/// √(2/π).
const SLOPE: f64 = std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2;

impl Activation for Gelu {
    fn name(&self) -> &'static str {
        "GELU"
    }

    element_wise!();
}

impl ElementWise for Gelu {
    #[inline]
    fn value<F: Real>(&self, z: F) -> F {
        let half = F::of(0.5);
        let twice = if self.tanh { tanh_inside(z).vector_tanh() } else { erf_inside(z).vector_erf() };
        // −∞ times 0 would be NaN.
        if z == F::neg_infinity() { F::zero() } else { z * (half + half * twice) }
    }

    #[inline]
    fn derivative_at<F: Real>(&self, z: F, _a: F) -> F {
        let (one, half) = (F::one(), F::of(0.5));
        // Beyond ±20 it is 0 or 1; the products there would be infinity times 0.
        let z = if z > F::of(20.0) { F::of(20.0) } else { z };
        let z = if z < F::of(-20.0) { F::of(-20.0) } else { z };
        if self.tanh {
            let tanh = tanh_inside(z).vector_tanh();
            let inside = F::of(SLOPE) * (one + F::of(3.0 * CUBIC) * z * z);
            half + half * tanh + half * z * (one - tanh) * (one + tanh) * inside
        } else {
            let density = F::of(0.5 * SLOPE) * (-half * z * z).vector_exp();
            half + half * erf_inside(z).vector_erf() + z * density
        }
    }
}

#[inline]
fn tanh_inside<F: Real>(z: F) -> F {
    F::of(SLOPE) * (z + F::of(CUBIC) * z * z * z)
}

#[inline]
fn erf_inside<F: Real>(z: F) -> F {
    z * F::of(std::f64::consts::FRAC_1_SQRT_2)
}

impl Kinds for Gelu {
    const KINDS: &'static [&'static str] = &["GELU", "GELU_BY_TANH"];

    fn kind(&self) -> usize {
        usize::from(self.tanh)
    }
}

#[cfg(test)]
impl crate::closed_set::Samples for Gelu {
    fn samples() -> Vec<Self> {
        vec![Gelu { tanh: false }, Gelu { tanh: true }]
    }
}
