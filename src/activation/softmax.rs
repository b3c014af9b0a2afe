//! Softmax: probabilities of several classes.

use serde::{Deserialize, Serialize};

use super::{Activation, require_fit, require_gradients_fit};
use crate::closed_set::Kinds;
use crate::error::Result;
use crate::real::{Real, sum_of};

/// aⱼ = e^zⱼ / Σₖ e^zₖ over the units of a layer: positive, with sum 1. The largest z is subtracted first, so that nothing
/// overflows.
///
/// Its derivatives are ∂aⱼ/∂zₖ = aⱼ(1[j = k] − aₖ), so that dz = a ∘ (upstream − a·upstream). Slide A32. With the
/// cross-entropy behind it the two together are a − y, which keeps its digits where an a rounds to 0.
///
/// ```
/// use gradus::activation::{Activation, Softmax};
/// let mut a = [0.0_f64; 3];
/// Softmax.forward(&[1000.0, 1000.0, 1000.0 + 2.0_f64.ln()], &mut a, 3)?;
/// assert!((a[0] - 0.25).abs() < 1e-12 && (a[2] - 0.5).abs() < 1e-12);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Softmax;

impl Activation for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn forward<F: Real>(&self, z: &[F], a: &mut [F], width: usize) -> Result<()> {
        require_fit(self, z.len(), a.len(), width)?;
        for (z, a) in z.chunks_exact(width).zip(a.chunks_exact_mut(width)) {
            forward(z, a);
        }
        Ok(())
    }

    fn backward<F: Real>(&self, z: &[F], a: &[F], upstream: &[F], dz: &mut [F], width: usize) -> Result<()> {
        require_gradients_fit(self, [z.len(), a.len(), upstream.len(), dz.len()], width)?;
        let rows = a.chunks_exact(width).zip(upstream.chunks_exact(width)).zip(dz.chunks_exact_mut(width));
        for ((a, upstream), dz) in rows {
            backward(a, upstream, dz);
        }
        Ok(())
    }
}

/// One example.
fn forward<F: Real>(z: &[F], a: &mut [F]) {
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
fn backward<F: Real>(a: &[F], upstream: &[F], dz: &mut [F]) {
    let mean = a.iter().zip(upstream).fold(F::zero(), |sum, (a, upstream)| sum + *a * *upstream);
    for ((dz, a), upstream) in dz.iter_mut().zip(a).zip(upstream) {
        *dz = *a * (*upstream - mean);
    }
}

impl Kinds for Softmax {
    const KINDS: &'static [&'static str] = &["SOFTMAX"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Softmax {
    fn samples() -> Vec<Self> {
        vec![Softmax]
    }
}
