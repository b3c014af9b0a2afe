//! Activations: what a unit makes of its sum z = w·x + b. One per file, from simple to rich.
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
//! Each is an [`Activation`], with `forward` and `backward` over slices of `f32` or `f64`; those of one number are
//! [`ElementWise`] too: a value and a derivative. [`AnyActivation`] is any of them, as a layer holds it.

mod any_activation;
#[macro_use]
mod element_wise;
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

pub use any_activation::AnyActivation;
pub use element_wise::ElementWise;
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

use crate::check::same_length;
use crate::error::{Error, Result};
use crate::real::Real;

/// An activation of a layer's sums.
///
/// ```
/// use gradus::activation::{Activation, LeakyRelu};
/// let (z, upstream) = ([-2.0_f32, 3.0], [1.0, 1.0]);
/// let activation = LeakyRelu { slope: 0.1 };
/// let (mut a, mut dz) = ([0.0; 2], [0.0; 2]);
/// activation.forward(&z, &mut a, 2)?;
/// activation.backward(&z, &a, &upstream, &mut dz, 2)?;
/// assert_eq!((a, dz), ([-0.2, 3.0], [0.1, 1.0]));
/// # Ok::<(), gradus::Error>(())
/// ```
pub trait Activation {
    /// The name, for a table or an axis.
    fn name(&self) -> &'static str;

    /// Refuses parameters out of range.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a slope or an α that is negative or not a number, and for fewer than two pieces of a maxout.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Whether each output depends on one sum only.
    fn is_element_wise(&self) -> bool {
        false
    }

    /// The number of outputs for `width` sums of one example: the same, except for maxout.
    ///
    /// # Errors
    /// As [`check`](Activation::check), and [`Error::Shape`] where `width` is not a multiple of maxout's pieces.
    fn outputs(&self, width: usize) -> Result<usize> {
        self.check()?;
        Ok(width)
    }

    /// a = g(z) for the sums `z` of one or more examples, `width` per example, row after row.
    ///
    /// # Errors
    /// As [`outputs`](Activation::outputs), and [`Error::Shape`] where the lengths do not fit.
    fn forward<F: Real>(&self, z: &[F], a: &mut [F], width: usize) -> Result<()>;

    /// dz = ∂J/∂z from the upstream ∂J/∂a, where a = g(z) came from [`forward`](Activation::forward).
    ///
    /// # Errors
    /// As [`forward`](Activation::forward).
    fn backward<F: Real>(&self, z: &[F], a: &[F], upstream: &[F], dz: &mut [F], width: usize) -> Result<()>;
}

/// Refuses sums that are not rows of `width`, and a number of outputs that does not fit them.
fn require_fit(activation: &impl Activation, sums: usize, values: usize, width: usize) -> Result<()> {
    let outputs = activation.outputs(width)?;
    if width == 0 || !sums.is_multiple_of(width) {
        return Err(Error::Shape {
            what: format!("{}: the sums z", activation.name()),
            expected: format!("rows of {width} values"),
            found: format!("{sums} values"),
        });
    }
    same_length("activation: the values a", sums / width * outputs, values)
}

/// The same for z, a, the upstream gradient and dz.
fn require_gradients_fit(
    activation: &impl Activation,
    [sums, values, upstream, dz]: [usize; 4],
    width: usize,
) -> Result<()> {
    require_fit(activation, sums, values, width)?;
    same_length("backward: the upstream gradient", values, upstream)?;
    same_length("backward: the gradient by z", sums, dz)
}
