//! Softmax: probabilities of several classes.

use serde::{Deserialize, Serialize};

use crate::real::{Real, sum_of};

/// aⱼ = e^zⱼ / Σₖ e^zₖ over the units of a layer: positive, with sum 1. The largest z is subtracted first, so that nothing
/// overflows.
///
/// Its derivatives are ∂aⱼ/∂zₖ = aⱼ(1[j = k] − aₖ), so that dz = a ∘ (upstream − a·upstream). Slide A32. With the
/// cross-entropy behind it the two together are a − y, which keeps its digits where an a rounds to 0.
///
/// ```
/// use gradus::activation::AnyActivation;
/// let mut a = [0.0_f64; 3];
/// AnyActivation::Softmax.forward(&[1000.0, 1000.0, 1000.0 + 2.0_f64.ln()], &mut a, 3)?;
/// assert!((a[0] - 0.25).abs() < 1e-12 && (a[2] - 0.5).abs() < 1e-12);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Softmax;

impl Softmax {
    /// One example.
    pub(super) fn forward<F: Real>(self, z: &[F], a: &mut [F]) {
        let most = z.iter().fold(F::neg_infinity(), |most, z| if *z > most { *z } else { most });
        for (a, z) in a.iter_mut().zip(z) {
            *a = (*z - most).vector_exp();
        }
        let sum = sum_of(a, |a| a);
        for a in a {
            *a /= sum;
        }
    }

    /// One example.
    pub(super) fn backward<F: Real>(self, a: &[F], upstream: &[F], dz: &mut [F]) {
        let mean = a.iter().zip(upstream).fold(F::zero(), |sum, (a, upstream)| sum + *a * *upstream);
        for ((dz, a), upstream) in dz.iter_mut().zip(a).zip(upstream) {
            *dz = *a * (*upstream - mean);
        }
    }
}
