//! Activations of one number.

use super::{Activation, require_fit, require_gradients_fit};
use crate::error::Result;
use crate::real::{Real, simd_dispatch};

/// An activation of one number.
///
/// ```
/// use gradus::activation::{ElementWise, Sigmoid};
/// assert_eq!(Sigmoid.value(0.0), 0.5);
/// assert_eq!(Sigmoid.derivative(0.0), 0.25);
/// ```
pub trait ElementWise: Activation {
    /// g(z).
    fn value<F: Real>(&self, z: F) -> F;

    /// g′(z), where a = g(z) is known: for some it is enough.
    fn derivative_at<F: Real>(&self, z: F, a: F) -> F;

    /// g′(z).
    fn derivative<F: Real>(&self, z: F) -> F {
        self.derivative_at(z, self.value(z))
    }
}

/// The methods of `Activation` that follow from `ElementWise`.
macro_rules! element_wise {
    () => {
        fn is_element_wise(&self) -> bool {
            true
        }

        fn forward<F: Real>(&self, z: &[F], a: &mut [F], width: usize) -> Result<()> {
            $crate::activation::element_wise::forward(*self, z, a, width)
        }

        fn backward<F: Real>(&self, z: &[F], a: &[F], upstream: &[F], dz: &mut [F], width: usize) -> Result<()> {
            $crate::activation::element_wise::backward(*self, [z, a, upstream], dz, width)
        }
    };
}

pub(super) fn forward<F: Real>(one: impl ElementWise + Copy, z: &[F], a: &mut [F], width: usize) -> Result<()> {
    require_fit(&one, z.len(), a.len(), width)?;
    simd_dispatch(
        #[inline(always)]
        || {
            for (a, z) in a.iter_mut().zip(z) {
                *a = one.value(*z);
            }
        },
    );
    Ok(())
}

pub(super) fn backward<F: Real>(
    one: impl ElementWise + Copy,
    [z, a, upstream]: [&[F]; 3],
    dz: &mut [F],
    width: usize,
) -> Result<()> {
    require_gradients_fit(&one, [z.len(), a.len(), upstream.len(), dz.len()], width)?;
    simd_dispatch(
        #[inline(always)]
        || {
            for (((dz, upstream), z), a) in dz.iter_mut().zip(upstream).zip(z).zip(a) {
                *dz = *upstream * one.derivative_at(*z, *a);
            }
        },
    );
    Ok(())
}
