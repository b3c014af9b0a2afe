//! L2: a penalty that keeps weights small, in the three forms that the first lecture mixes.

use serde::{Deserialize, Serialize};

use super::{Regularizer, add};
use crate::check::not_negative;
use crate::error::{Error, Result};
use crate::real::{Real, sum_of};

/// λ Σw², derivative 2λw: slide B9, Keras. A step of plain gradient descent with rate α then multiplies each weight by
/// 1 − 2αλ: weight decay.
///
/// The first lecture (A37) says Σw² on one slide, the mean of w² on the next, and prints the update W(1 − αλ/m), which
/// belongs to neither but to (λ/2m) Σw², where m counts the examples. All three are here, and differ: W = \[1, 2, −3\],
/// α = 0.1, λ = 0.5, m = 4 and no other gradient give
///
/// | form | weights after a step |
/// |---|---|
/// | `L2::new(0.5)` | 0.9, 1.8, −2.7 |
/// | `L2::mean(0.5)` | 0.96667, 1.93333, −2.9 |
/// | `L2::per_example(0.5, 4)` | 0.9875, 1.975, −2.9625 |
///
/// ```
/// use gradus::optim::{Sgd, Optimizer};
/// use gradus::regularize::{L2, Regularizer};
/// let (mut weights, mut gradient) = ([1.0_f64, 2.0, -3.0], [0.0; 3]);
/// L2::per_example(0.5, 4).add_gradient(&weights, &mut gradient)?;
/// let sgd = Sgd::new(0.1);
/// sgd.descend(&mut sgd.state(3), &mut weights, &gradient)?;
/// assert_eq!(weights, [0.9875, 1.975, -2.9625]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct L2 {
    /// The factor of the sum: λ, or λ/2n for the lecture's form.
    pub strength: f64,
    /// Whether the sum is divided by the number of weights.
    pub mean: bool,
}

impl L2 {
    /// λ Σw².
    pub fn new(strength: f64) -> Self {
        L2 { strength, mean: false }
    }

    /// (λ/2m) Σw² with m examples: what the printed update of slide A37 comes from.
    pub fn per_example(strength: f64, examples: usize) -> Self {
        L2 { strength: strength / (2.0 * examples as f64), mean: false }
    }

    /// λ · mean(w²), over the weights of one tensor.
    pub fn mean(strength: f64) -> Self {
        L2 { strength, mean: true }
    }

    fn factor(&self, weights: usize) -> f64 {
        if self.mean { self.strength / weights.max(1) as f64 } else { self.strength }
    }
}

impl Regularizer for L2 {
    fn value<F: Real>(&self, weights: &[F]) -> F {
        F::of(self.factor(weights.len())) * sum_of(weights, |w| w * w)
    }

    fn add_gradient<F: Real>(&self, weights: &[F], gradient: &mut [F]) -> Result<()> {
        let slope = F::of(2.0 * self.factor(weights.len()));
        add(weights, gradient, |w| slope * w)
    }

    fn check(&self) -> Result<()> {
        if self.strength.is_finite() {
            return not_negative("strength of the L2 penalty", self.strength);
        }
        let requirement =
            "it must be a finite number of at least 0; the lecture's form needs at least one example".into();
        let value = self.strength.to_string();
        Err(Error::Parameter { parameter: "strength of the L2 penalty", value, requirement })
    }
}
