//! Non-negative weights: inputs can only add.

use serde::{Deserialize, Serialize};

use crate::real::Real;

/// max(0, w) for each weight; NaN stays NaN.
///
/// ```
/// use gradus::regularize::{Constraint, NonNegative};
/// let mut weights = [1.0_f32, -0.5];
/// Constraint::from(NonNegative).apply(&mut weights, 1)?;
/// assert_eq!(weights, [1.0, 0.0]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonNegative;

impl NonNegative {
    pub(super) fn apply<F: Real>(self, weights: &mut [F]) {
        for w in weights {
            *w = if *w < F::zero() { F::zero() } else { *w };
        }
    }
}
