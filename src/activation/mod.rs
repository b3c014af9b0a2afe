//! Activations: what a unit makes of its sum z = w·x + b. One a file, from simple to rich.
//!
//! | activation | g(z) | file | slide |
//! |---|---|---|---|
//! | [`Linear`] | z | `linear.rs` | A11 |
//! | [`Sigmoid`] | 1 / (1 + e⁻ᶻ) | `sigmoid.rs` | A16, A35 |
//! | [`Tanh`] | (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ) | `tanh.rs` | A35 |
//! | [`Relu`] | max(0, z) | `relu.rs` | A35, B8 |
//! | [`struct@LeakyRelu`] | z, below 0: slope·z | `leaky_relu.rs` | A35 |
//! | [`struct@Elu`] | z, below 0: α(eᶻ − 1) | `elu.rs` | A35 |
//! | [`Maxout`] | the largest of several sums | `maxout.rs` | A35 |
//! | [`Softmax`] | e^zⱼ / Σₖ e^zₖ | `softmax.rs` | A32 |
//! | [`Softplus`] | ln(1 + eᶻ) | `softplus.rs` | – |
//! | [`struct@Gelu`] | z Φ(z) | `gelu.rs` | – |
//!
//! Those of one number are [`ElementWise`]: a value and a derivative. [`AnyActivation`] is any of them, as a layer holds it,
//! with `forward` and `backward` over slices of `f32` or `f64`.

mod elu;
mod gelu;
mod leaky_relu;
mod linear;
mod maxout;
mod relu;
mod sigmoid;
mod softmax;
mod softplus;
mod tanh;
#[cfg(test)]
mod tests;

pub use elu::Elu;
pub use gelu::Gelu;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use maxout::Maxout;
pub use relu::Relu;
pub use sigmoid::Sigmoid;
pub use softmax::Softmax;
pub use softplus::Softplus;
pub use tanh::Tanh;

use serde::{Deserialize, Serialize};

use crate::check::same_length;
use crate::error::{Error, Result};
use crate::real::{Real, simd_dispatch};

/// An activation of one number.
///
/// ```
/// use gradus::activation::{ElementWise, Sigmoid};
/// assert_eq!(Sigmoid.value(0.0), 0.5);
/// assert_eq!(Sigmoid.derivative(0.0), 0.25);
/// ```
pub trait ElementWise {
    /// g(z).
    fn value<F: Real>(&self, z: F) -> F;

    /// g′(z), where a = g(z) is known: for some it says all.
    fn derivative_at<F: Real>(&self, z: F, a: F) -> F;

    /// g′(z).
    fn derivative<F: Real>(&self, z: F) -> F {
        self.derivative_at(z, self.value(z))
    }
}

/// Any activation, as a layer holds it.
///
/// ```
/// use gradus::activation::{AnyActivation, LeakyRelu};
/// let (z, upstream) = ([-2.0_f32, 3.0], [1.0, 1.0]);
/// let activation = AnyActivation::from(LeakyRelu { slope: 0.1 });
/// let (mut a, mut dz) = ([0.0; 2], [0.0; 2]);
/// activation.forward(&z, &mut a, 2)?;
/// activation.backward(&z, &a, &upstream, &mut dz, 2)?;
/// assert_eq!((a, dz), ([-0.2, 3.0], [0.1, 1.0]));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum AnyActivation {
    /// [`Linear`]: z itself.
    #[default]
    Linear,
    /// [`Sigmoid`].
    Sigmoid,
    /// [`Tanh`].
    Tanh,
    /// [`Relu`].
    Relu,
    /// [`struct@LeakyRelu`] with its slope.
    LeakyRelu(LeakyRelu),
    /// [`struct@Elu`] with its α.
    Elu(Elu),
    /// [`Maxout`] with its number of pieces.
    Maxout(Maxout),
    /// [`Softmax`] over the units of the layer.
    Softmax,
    /// [`Softplus`].
    Softplus,
    /// [`struct@Gelu`], exact or by tanh.
    Gelu(Gelu),
}

/// Runs `$run` with the activation of one number, `$maxout` or `$softmax` with the two that see several.
macro_rules! dispatch {
    ($activation:expr, $one:ident => $run:expr, $maxout:ident => $maximum:expr, softmax => $softmax:expr) => {
        match $activation {
            AnyActivation::Linear => with!(Linear, $one, $run),
            AnyActivation::Sigmoid => with!(Sigmoid, $one, $run),
            AnyActivation::Tanh => with!(Tanh, $one, $run),
            AnyActivation::Relu => with!(Relu, $one, $run),
            AnyActivation::LeakyRelu(activation) => with!(*activation, $one, $run),
            AnyActivation::Elu(activation) => with!(*activation, $one, $run),
            AnyActivation::Softplus => with!(Softplus, $one, $run),
            AnyActivation::Gelu(activation) => with!(*activation, $one, $run),
            AnyActivation::Maxout($maxout) => $maximum,
            AnyActivation::Softmax => $softmax,
        }
    };
}

macro_rules! with {
    ($activation:expr, $one:ident, $run:expr) => {{
        let $one = $activation;
        $run
    }};
}

impl AnyActivation {
    /// Its name, for a table or an axis.
    pub fn name(&self) -> &'static str {
        match self {
            AnyActivation::Linear => "linear",
            AnyActivation::Sigmoid => "sigmoid",
            AnyActivation::Tanh => "tanh",
            AnyActivation::Relu => "ReLU",
            AnyActivation::LeakyRelu(_) => "leaky ReLU",
            AnyActivation::Elu(_) => "ELU",
            AnyActivation::Maxout(_) => "maxout",
            AnyActivation::Softmax => "softmax",
            AnyActivation::Softplus => "softplus",
            AnyActivation::Gelu(_) => "GELU",
        }
    }

    /// Refuses parameters that no activation has.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a slope or an α that is negative or no number, and for less than two pieces of a maxout.
    pub fn check(&self) -> Result<()> {
        match self {
            AnyActivation::LeakyRelu(activation) => activation.check(),
            AnyActivation::Elu(activation) => activation.check(),
            AnyActivation::Maxout(activation) => activation.check(),
            _ => Ok(()),
        }
    }

    /// How many values it gives for `width` sums of one example: as many, but for maxout.
    ///
    /// # Errors
    /// As [`check`](AnyActivation::check), and [`Error::Shape`] where `width` is no multiple of maxout's pieces.
    pub fn outputs(&self, width: usize) -> Result<usize> {
        self.check()?;
        match self {
            AnyActivation::Maxout(maxout) => maxout.outputs(width),
            _ => Ok(width),
        }
    }

    /// g(z) of one number; `None` for softmax and maxout, which need several.
    pub fn value(&self, z: f64) -> Option<f64> {
        dispatch!(self, one => Some(one.value(z)), _maxout => None, softmax => None)
    }

    /// g′(z) of one number; `None` for softmax and maxout.
    pub fn derivative(&self, z: f64) -> Option<f64> {
        dispatch!(self, one => Some(one.derivative(z)), _maxout => None, softmax => None)
    }

    /// a = g(z) for the sums `z` of one or many examples, `width` of them an example, row after row.
    ///
    /// # Errors
    /// As [`outputs`](AnyActivation::outputs), and [`Error::Shape`] where the lengths do not fit.
    pub fn forward<F: Real>(&self, z: &[F], a: &mut [F], width: usize) -> Result<()> {
        self.require_fit(z.len(), a.len(), width)?;
        dispatch!(self,
            one => simd_dispatch(#[inline(always)] || for (a, z) in a.iter_mut().zip(z) {
                *a = one.value(*z);
            }),
            maxout => maxout.forward(z, a),
            softmax => for (z, a) in z.chunks_exact(width).zip(a.chunks_exact_mut(width)) {
                Softmax.forward(z, a);
            }
        );
        Ok(())
    }

    /// dz = ∂J/∂z from the upstream ∂J/∂a, where a = g(z) came from [`forward`](AnyActivation::forward).
    ///
    /// # Errors
    /// As [`forward`](AnyActivation::forward).
    pub fn backward<F: Real>(&self, z: &[F], a: &[F], upstream: &[F], dz: &mut [F], width: usize) -> Result<()> {
        self.require_fit(z.len(), a.len(), width)?;
        same_length("backward: the upstream gradient", a.len(), upstream.len())?;
        same_length("backward: the gradient by z", z.len(), dz.len())?;
        dispatch!(self,
            one => simd_dispatch(#[inline(always)] || for (((dz, upstream), z), a) in dz.iter_mut().zip(upstream).zip(z).zip(a) {
                *dz = *upstream * one.derivative_at(*z, *a);
            }),
            maxout => maxout.backward(z, upstream, dz),
            softmax => {
                let rows = a.chunks_exact(width).zip(upstream.chunks_exact(width)).zip(dz.chunks_exact_mut(width));
                for ((a, upstream), dz) in rows {
                    Softmax.backward(a, upstream, dz);
                }
            }
        );
        Ok(())
    }

    fn require_fit(&self, sums: usize, values: usize, width: usize) -> Result<()> {
        let outputs = self.outputs(width)?;
        if width == 0 || !sums.is_multiple_of(width) {
            return Err(Error::Shape {
                what: format!("{}: the sums z", self.name()),
                expected: format!("rows of {width} values"),
                found: format!("{sums} values"),
            });
        }
        same_length("activation: the values a", sums / width * outputs, values)
    }
}

macro_rules! into_activation {
    ($($name:ident),*) => {$(
        impl From<$name> for AnyActivation {
            fn from(_: $name) -> Self {
                AnyActivation::$name
            }
        }
    )*};
    (with $($name:ident),*) => {$(
        impl From<$name> for AnyActivation {
            fn from(activation: $name) -> Self {
                AnyActivation::$name(activation)
            }
        }
    )*};
}

into_activation!(Linear, Sigmoid, Tanh, Relu, Softmax, Softplus);
into_activation!(with LeakyRelu, Elu, Maxout, Gelu);
