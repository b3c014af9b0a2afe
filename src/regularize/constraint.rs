//! Any constraint, as a layer holds it.

use serde::{Deserialize, Serialize};

use super::{MaxNorm, NonNegative, UnitNorm};
use crate::check::at_least;
use crate::error::{Error, Result};
use crate::real::{Real, column_sums, norm};

/// What weights must be after each step; what they are not they are made.
///
/// ```
/// use gradus::regularize::{Constraint, MaxNorm};
/// let mut weights = [3.0_f64, 0.1, 4.0, 0.2]; // two inputs, two units
/// Constraint::from(MaxNorm::new(2.0)).apply(&mut weights, 2)?;
/// assert_eq!(weights, [1.2000000000000002, 0.1, 1.6, 0.2]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Constraint {
    /// [`NonNegative`].
    NonNegative,
    /// [`MaxNorm`].
    MaxNorm(MaxNorm),
    /// [`struct@UnitNorm`].
    UnitNorm(UnitNorm),
}

impl Constraint {
    /// Refuses a norm that is not above 0 and an axis that a matrix has not.
    ///
    /// # Errors
    /// [`Error::Parameter`] with the parameter, its value and its range.
    pub fn check(&self) -> Result<()> {
        match self {
            Constraint::NonNegative => Ok(()),
            Constraint::MaxNorm(constraint) => constraint.check(),
            Constraint::UnitNorm(constraint) => constraint.check(),
        }
    }

    /// Puts the constraint on an inputs × outputs matrix of weights that stand row after row.
    ///
    /// # Errors
    /// As [`check`](Constraint::check), and [`Error::Shape`] where the weights are no whole number of rows.
    pub fn apply<F: Real>(&self, weights: &mut [F], outputs: usize) -> Result<()> {
        self.check()?;
        at_least("outputs of the constrained weights", 1, outputs as u64)?;
        if !weights.len().is_multiple_of(outputs) {
            let (expected, found) = (format!("rows of {outputs}"), format!("{} weights", weights.len()));
            return Err(Error::Shape { what: "constraint: the weights".into(), expected, found });
        }
        match self {
            Constraint::NonNegative => NonNegative.apply(weights),
            Constraint::MaxNorm(constraint) => constraint.apply(weights, outputs),
            Constraint::UnitNorm(constraint) => constraint.apply(weights, outputs),
        }
        Ok(())
    }
}

impl From<NonNegative> for Constraint {
    fn from(_: NonNegative) -> Self {
        Constraint::NonNegative
    }
}

impl From<MaxNorm> for Constraint {
    fn from(constraint: MaxNorm) -> Self {
        Constraint::MaxNorm(constraint)
    }
}

impl From<UnitNorm> for Constraint {
    fn from(constraint: UnitNorm) -> Self {
        Constraint::UnitNorm(constraint)
    }
}

/// Refuses an axis other than 0 (each column) and 1 (each row).
pub(super) fn check_axis(parameter: &'static str, axis: usize) -> Result<()> {
    if axis <= 1 {
        return Ok(());
    }
    let requirement = "it must be 0, for the norm of each column, or 1, for that of each row".into();
    Err(Error::Parameter { parameter, value: axis.to_string(), requirement })
}

/// Multiplies each column (axis 0) or row (axis 1) by what `factor` says of its norm.
pub(super) fn scale<F: Real>(weights: &mut [F], outputs: usize, axis: usize, factor: impl Fn(F) -> F) {
    if axis == 1 {
        for row in weights.chunks_exact_mut(outputs) {
            let factor = factor(norm(row));
            row.iter_mut().for_each(|w| *w *= factor);
        }
        return;
    }
    let mut factors = vec![F::zero(); outputs];
    let square = |[w]: [F; 1], _: [F; 0]| w.as_f64() * w.as_f64();
    column_sums(outputs, [&*weights], [], square, |at, sum| factors[at] = factor(F::of(sum.sqrt())));
    for row in weights.chunks_exact_mut(outputs) {
        for (w, factor) in row.iter_mut().zip(&factors) {
            *w *= *factor;
        }
    }
}
