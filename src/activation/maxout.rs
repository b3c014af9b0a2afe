//! Maxout: a unit with several sums, of which the largest counts.

use serde::{Deserialize, Serialize};

use super::{Activation, require_fit, require_gradients_fit};
use crate::check::at_least;
use crate::closed_set::Kinds;
use crate::error::{Error, Result};
use crate::real::Real;

/// a = max(z₁ … zₖ) over the k sums of a unit, its *pieces*; the derivative is 1 for the largest, else 0 (the first of
/// equal ones).
///
/// A layer of u units computes u·k sums; the pieces of a unit are next to each other. With two pieces, one of which is 0,
/// it is ReLU; with k it can learn any convex function of k straight pieces.
///
/// Source: Goodfellow et al. (2013), *Maxout networks*; slide A35.
///
/// ```
/// use gradus::activation::{Activation, Maxout};
/// let maxout = Maxout { pieces: 2 };
/// let mut a = [0.0_f32; 2];
/// maxout.forward(&[1.0, 4.0, -3.0, -5.0], &mut a, 4)?; // one example, two units
/// assert_eq!(a, [4.0, -3.0]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maxout {
    /// Sums of each unit.
    pub pieces: usize,
}

impl Activation for Maxout {
    fn name(&self) -> &'static str {
        "maxout"
    }

    fn check(&self) -> Result<()> {
        at_least("pieces of the maxout", 2, self.pieces as u64)
    }

    fn outputs(&self, width: usize) -> Result<usize> {
        self.check()?;
        if width.is_multiple_of(self.pieces) {
            return Ok(width / self.pieces);
        }
        let (what, expected) = ("maxout: sums of a layer".into(), format!("a multiple of its {} pieces", self.pieces));
        Err(Error::Shape { what, expected, found: width.to_string() })
    }

    fn forward<F: Real>(&self, z: &[F], a: &mut [F], width: usize) -> Result<()> {
        require_fit(self, z.len(), a.len(), width)?;
        for (a, z) in a.iter_mut().zip(z.chunks_exact(self.pieces)) {
            *a = z[largest(z)];
        }
        Ok(())
    }

    fn backward<F: Real>(&self, z: &[F], a: &[F], upstream: &[F], dz: &mut [F], width: usize) -> Result<()> {
        require_gradients_fit(self, [z.len(), a.len(), upstream.len(), dz.len()], width)?;
        for ((dz, upstream), z) in dz.chunks_exact_mut(self.pieces).zip(upstream).zip(z.chunks_exact(self.pieces)) {
            dz.fill(F::zero());
            dz[largest(z)] = *upstream;
        }
        Ok(())
    }
}

/// Where the largest stands; a NaN counts as the largest.
fn largest<F: Real>(z: &[F]) -> usize {
    (1..z.len()).fold(0, |most, at| if z[at] > z[most] || z[at].is_nan() { at } else { most })
}

impl Kinds for Maxout {
    const KINDS: &'static [&'static str] = &["MAXOUT"];
}

#[cfg(test)]
impl crate::closed_set::Samples for Maxout {
    fn samples() -> Vec<Self> {
        vec![Maxout { pieces: 2 }, Maxout { pieces: 3 }]
    }
}
