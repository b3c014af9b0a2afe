//! Clipping: bounds for the gradient before a step, against exploding gradients.
//!
//! | clipping | bounds | file | slide |
//! |---|---|---|---|
//! | [`Clip::Value`] | each number | `by_value.rs` | B17 |
//! | [`Clip::Norm`] | the length of each tensor's gradient | `by_norm.rs` | B17 |
//! | [`Clip::GlobalNorm`] | the length of the whole gradient | `by_global_norm.rs` | – |

mod by_global_norm;
mod by_norm;
mod by_value;
#[cfg(test)]
mod tests;

pub use by_global_norm::clip_by_global_norm;
pub use by_norm::clip_by_norm;
pub use by_value::clip_by_value;

use serde::{Deserialize, Serialize};

use crate::check::{positive, same_length};
use crate::error::Result;
use crate::real::Real;

/// How a gradient is bounded before a step; the meanings are Keras'.
///
/// ```
/// use gradus::optim::Clip;
/// let gradient = [3.0, 4.0, 0.3, 0.4]; // of two tensors with two numbers each
/// let clipped = |clip: Clip| -> Result<[f64; 4], gradus::Error> {
///     let mut gradient = gradient;
///     clip.apply(&mut gradient, &[2, 2])?;
///     Ok(gradient)
/// };
/// assert_eq!(clipped(Clip::Value(0.5))?, [0.5, 0.5, 0.3, 0.4]);
/// assert_eq!(clipped(Clip::Norm(1.0))?, [0.6000000000000001, 0.8, 0.3, 0.4]);
/// assert!(clipped(Clip::GlobalNorm(1.0))?.iter().map(|g| g * g).sum::<f64>() <= 1.0 + 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Clip {
    /// Each number to ± this: Keras' `clipvalue`. It may turn the gradient's direction.
    Value(f64),
    /// The gradient of each tensor to this Euclidean length: Keras' `clipnorm`.
    Norm(f64),
    /// The whole gradient to this Euclidean length: Keras' `global_clipnorm`, and what textbooks mean.
    GlobalNorm(f64),
}

impl Clip {
    /// Refuses a bound that is not above 0.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) with the bound.
    pub fn check(&self) -> Result<()> {
        match self {
            Clip::Value(limit) => positive("clipping by value", *limit),
            Clip::Norm(limit) => positive("clipping by norm", *limit),
            Clip::GlobalNorm(limit) => positive("clipping by global norm", *limit),
        }
    }

    /// Bounds a gradient in which tensors of these lengths stand one behind the other.
    ///
    /// # Errors
    /// As [`check`](Clip::check), and [`Error::Shape`](crate::Error::Shape) where the lengths do not add up.
    pub fn apply<F: Real>(&self, gradient: &mut [F], tensors: &[usize]) -> Result<()> {
        self.check()?;
        same_length("clipping: the gradient", tensors.iter().sum(), gradient.len())?;
        match self {
            Clip::Value(limit) => clip_by_value(gradient, F::of(*limit)),
            Clip::Norm(limit) => {
                let mut rest = gradient;
                for length in tensors {
                    let (tensor, behind) = rest.split_at_mut(*length);
                    clip_by_norm(tensor, F::of(*limit));
                    rest = behind;
                }
            }
            Clip::GlobalNorm(limit) => clip_by_global_norm(gradient, F::of(*limit)),
        }
        Ok(())
    }
}
