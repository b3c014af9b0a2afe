//! Unit norm: a unit's weights are a direction.

use serde::{Deserialize, Serialize};

use super::constraint::{check_axis, scale};
use crate::by_name::by_name;
use crate::error::Result;
use crate::real::Real;

/// w/‖w‖ for the weights w of each unit: a column of inputs × outputs, axis 0. Where all are 0 they stay so. Keras adds
/// 10⁻⁷ to ‖w‖.
///
/// ```
/// use gradus::regularize::{Constraint, UnitNorm};
/// let mut weights = [3.0_f64, 0.0, 4.0, 0.0]; // the second unit has no weights but 0
/// Constraint::from(UnitNorm).apply(&mut weights, 2)?;
/// assert!((weights[0] - 0.6).abs() < 1e-15 && weights[1] == 0.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitNorm {
    /// 0 for each column, 1 for each row.
    pub axis: usize,
}

by_name! {
    /// Unit norm of each column, so that the bare name serves as a value.
    UnitNorm = UnitNorm { axis: 0 }
}

impl UnitNorm {
    /// For each column.
    pub fn new() -> Self {
        UnitNorm
    }

    /// Along this axis.
    #[must_use]
    pub fn axis(self, axis: usize) -> Self {
        UnitNorm { axis }
    }

    pub(super) fn check(&self) -> Result<()> {
        check_axis("axis of the unit norm", self.axis)
    }

    pub(super) fn apply<F: Real>(&self, weights: &mut [F], outputs: usize) {
        scale(weights, outputs, self.axis, |norm| if norm == F::zero() { F::one() } else { norm.recip() });
    }
}
