//! Regularization by the weights: penalties that are added to the cost, and constraints that are put after a step.
//!
//! | part | cost or rule | file | slide |
//! |---|---|---|---|
//! | [`L1`] | λ Σ\|w\| | `l1.rs` | B10 |
//! | [`L2`] | λ Σw², or one of the lecture's other two forms | `l2.rs` | A37, B9 |
//! | [`L1L2`] | both | `l1_l2.rs` | B10 |
//! | [`Activity`] | one of these of a layer's outputs | `activity.rs` | B10 |
//! | [`NonNegative`] | w ≥ 0 | `non_negative.rs` | – |
//! | [`MaxNorm`] | ‖w‖ at most r, for each unit | `max_norm.rs` | B10 |
//! | [`struct@UnitNorm`] | ‖w‖ = 1, for each unit | `unit_norm.rs` | – |
//!
//! [`AnyRegularizer`] is any penalty, [`Constraint`] any constraint, as a layer holds them. Biases are usually left alone.

mod activity;
mod constraint;
mod l1;
mod l1_l2;
mod l2;
mod max_norm;
mod non_negative;
#[cfg(test)]
mod tests;
mod unit_norm;

pub use activity::Activity;
pub use constraint::Constraint;
pub use l1::L1;
pub use l1_l2::L1L2;
pub use l2::L2;
pub use max_norm::MaxNorm;
pub use non_negative::NonNegative;
pub use unit_norm::UnitNorm;

use serde::{Deserialize, Serialize};

use crate::check::same_length;
use crate::error::Result;
use crate::real::Real;

/// A penalty: a cost of weights, and its derivative by each of them.
pub trait Regularizer {
    /// The cost of these weights.
    fn value<F: Real>(&self, weights: &[F]) -> F;

    /// Adds the derivative by each weight to the gradient, which is as long as the weights.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) where it is not.
    fn add_gradient<F: Real>(&self, weights: &[F], gradient: &mut [F]) -> Result<()>;

    /// Refuses a strength that is negative or not a number.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) with the strength.
    fn check(&self) -> Result<()>;
}

/// Adds the derivative by each weight.
fn add<F: Real>(weights: &[F], gradient: &mut [F], derivative: impl Fn(F) -> F) -> Result<()> {
    same_length("penalty: the gradient", weights.len(), gradient.len())?;
    for (gradient, weight) in gradient.iter_mut().zip(weights) {
        *gradient += derivative(*weight);
    }
    Ok(())
}

/// −1, 0 or 1; `signum` has no 0.
#[inline]
fn sign<F: Real>(w: F) -> F {
    let positive = if w > F::zero() { F::one() } else { F::zero() };
    let negative = if w < F::zero() { F::one() } else { F::zero() };
    positive - negative
}

/// Any penalty, as a layer holds it.
///
/// ```
/// use gradus::regularize::{L2, Regularizer, AnyRegularizer};
/// let penalty = AnyRegularizer::from(L2::new(0.5));
/// let mut gradient = [0.0_f64; 3];
/// penalty.add_gradient(&[1.0, 2.0, -3.0], &mut gradient)?;
/// assert_eq!((penalty.value(&[1.0, 2.0, -3.0]), gradient), (7.0, [1.0, 2.0, -3.0]));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum AnyRegularizer {
    /// [`L1`].
    L1(L1),
    /// [`L2`].
    L2(L2),
    /// [`L1L2`].
    L1L2(L1L2),
}

impl Regularizer for AnyRegularizer {
    fn value<F: Real>(&self, weights: &[F]) -> F {
        match self {
            AnyRegularizer::L1(penalty) => penalty.value(weights),
            AnyRegularizer::L2(penalty) => penalty.value(weights),
            AnyRegularizer::L1L2(penalty) => penalty.value(weights),
        }
    }

    fn add_gradient<F: Real>(&self, weights: &[F], gradient: &mut [F]) -> Result<()> {
        match self {
            AnyRegularizer::L1(penalty) => penalty.add_gradient(weights, gradient),
            AnyRegularizer::L2(penalty) => penalty.add_gradient(weights, gradient),
            AnyRegularizer::L1L2(penalty) => penalty.add_gradient(weights, gradient),
        }
    }

    fn check(&self) -> Result<()> {
        match self {
            AnyRegularizer::L1(penalty) => penalty.check(),
            AnyRegularizer::L2(penalty) => penalty.check(),
            AnyRegularizer::L1L2(penalty) => penalty.check(),
        }
    }
}

impl From<L1> for AnyRegularizer {
    fn from(penalty: L1) -> Self {
        AnyRegularizer::L1(penalty)
    }
}

impl From<L2> for AnyRegularizer {
    fn from(penalty: L2) -> Self {
        AnyRegularizer::L2(penalty)
    }
}

impl From<L1L2> for AnyRegularizer {
    fn from(penalty: L1L2) -> Self {
        AnyRegularizer::L1L2(penalty)
    }
}
