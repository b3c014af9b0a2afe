//! Max norm: a unit's weights may not grow beyond a length.

use serde::{Deserialize, Serialize};

use super::constraint::{check_axis, scale};
use crate::check::positive;
use crate::error::Result;
use crate::real::Real;

/// w · r/‖w‖ where ‖w‖ is above r, for the weights w of each unit: a column of inputs × outputs, axis 0.
///
/// Slide B10 calls it an "l2 norm", but it is no penalty: below r it does nothing. Keras divides by ‖w‖ + 10⁻⁷ and so
/// shrinks every column a little at each step; here columns within the bound stay as they are. Source: Srebro, Rennie,
/// Jaakkola (2005), *Maximum-margin matrix factorization*; with dropout: Srivastava et al. (2014).
///
/// ```
/// use gradus::regularize::{Constraint, MaxNorm};
/// let mut weights = [6.0_f32, 8.0];
/// Constraint::from(MaxNorm::new(5.0).axis(1)).apply(&mut weights, 2)?;
/// assert_eq!(weights, [3.0, 4.0]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaxNorm {
    /// r, the greatest length; Keras' default is 2.
    pub max: f64,
    /// 0 for each column, 1 for each row.
    pub axis: usize,
}

impl MaxNorm {
    /// This length for each column.
    pub fn new(max: f64) -> Self {
        MaxNorm { max, axis: 0 }
    }

    /// Along this axis.
    #[must_use]
    pub fn axis(self, axis: usize) -> Self {
        MaxNorm { axis, ..self }
    }

    pub(super) fn check(&self) -> Result<()> {
        positive("max of the max norm", self.max)?;
        check_axis("axis of the max norm", self.axis)
    }

    pub(super) fn apply<F: Real>(&self, weights: &mut [F], outputs: usize) {
        let max = F::of(self.max);
        scale(weights, outputs, self.axis, |norm| if norm > max { max / norm } else { F::one() });
    }
}
