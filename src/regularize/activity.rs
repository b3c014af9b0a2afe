//! Activity penalties: of what a layer gives, not of its weights.

use serde::{Deserialize, Serialize};

use super::{AnyRegularizer, Regularizer};
use crate::check::{at_least, same_length};
use crate::error::Result;
use crate::real::Real;

/// A penalty of a layer's outputs, divided by the number of examples in the batch, as Keras has it: L1 makes a layer's
/// outputs sparse. Slide B10, whose code imports `l1_l2` and calls `l1`.
///
/// ```
/// use gradus::regularize::{Activity, L1};
/// let activity = Activity::new(L1::new(0.1));
/// let outputs = [1.0_f64, -2.0, 3.0, 0.0]; // two examples, two units
/// assert!((activity.value(&outputs, 2)? - 0.3).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// The penalty of the outputs.
    pub penalty: AnyRegularizer,
}

impl Activity {
    /// This penalty of the outputs.
    pub fn new(penalty: impl Into<AnyRegularizer>) -> Self {
        Activity { penalty: penalty.into() }
    }

    /// The cost of the outputs of this many examples.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) without examples.
    pub fn value<F: Real>(&self, outputs: &[F], examples: usize) -> Result<F> {
        at_least("examples of the activity penalty", 1, examples as u64)?;
        Ok(self.penalty.value(outputs) / F::of(examples as f64))
    }

    /// Adds the derivative by each output to the gradient by the outputs.
    ///
    /// # Errors
    /// As [`value`](Activity::value), and [`Error::Shape`](crate::Error::Shape) where the lengths differ.
    pub fn add_gradient<F: Real>(&self, outputs: &[F], gradient: &mut [F], examples: usize) -> Result<()> {
        at_least("examples of the activity penalty", 1, examples as u64)?;
        same_length("activity penalty: the gradient", outputs.len(), gradient.len())?;
        self.shared(examples).add_gradient(outputs, gradient)
    }

    /// Refuses what the penalty refuses.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) for a strength that is negative or not a number.
    pub fn check(&self) -> Result<()> {
        self.penalty.check()
    }

    /// The same penalty with an example's share of its strength.
    fn shared(&self, examples: usize) -> AnyRegularizer {
        let n = examples as f64;
        let mut penalty = self.penalty;
        match &mut penalty {
            AnyRegularizer::L1(l1) => l1.strength /= n,
            AnyRegularizer::L2(l2) => l2.strength /= n,
            AnyRegularizer::L1L2(both) => {
                both.l1.strength /= n;
                both.l2.strength /= n;
            }
        }
        penalty
    }
}
