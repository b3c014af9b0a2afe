//! The costs that gradient descent minimizes. All costs share one gradient, Xᵀ(ŷ − y) up to a factor; they differ in ŷ
//! and in their value.

use ndarray::{Array1, ArrayView2, ArrayViewMut2};
use serde::{Deserialize, Serialize};

use crate::linear::cross_entropy::CrossEntropy;
use crate::linear::squared_error::SquaredError;
use crate::loss::{BinaryCrossEntropy, Loss, SparseCategoricalCrossEntropy};

/// A cost of the scores z = XW + b.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::linear) enum Cost {
    SquaredError(SquaredError),
    CrossEntropy(CrossEntropy),
}

impl From<SquaredError> for Cost {
    fn from(cost: SquaredError) -> Self {
        Cost::SquaredError(cost)
    }
}

impl From<CrossEntropy> for Cost {
    fn from(cost: CrossEntropy) -> Self {
        Cost::CrossEntropy(cost)
    }
}

impl Cost {
    pub fn name(self) -> &'static str {
        match self {
            Cost::SquaredError(cost) => cost.name(),
            Cost::CrossEntropy(cost) => cost.name(),
        }
    }

    /// The factor that makes ŷ − y the derivative ∂l/∂z.
    pub fn derivative_factor(self) -> f64 {
        match self {
            Cost::SquaredError(cost) => 2.0 * cost.factor(),
            Cost::CrossEntropy(_) => 1.0,
        }
    }

    /// The greatest curvature of the loss in any direction of z. The squared error has it everywhere; of the
    /// cross-entropies it is the bound of Böhning (1992), "Multinomial logistic regression algorithm": σ(1 − σ) ≤ ¼,
    /// and diag(p) − ppᵀ ≤ ½(I − 11ᵀ/k), whose greatest eigenvalue is ½.
    pub fn curvature(self) -> f64 {
        match self {
            Cost::SquaredError(cost) => 2.0 * cost.factor(),
            Cost::CrossEntropy(CrossEntropy::Binary) => 0.25,
            Cost::CrossEntropy(CrossEntropy::Categorical) => 0.5,
        }
    }

    /// The most that a score which is off by `shift` adds to the least possible loss.
    pub fn of_shift(self, shift: f64) -> f64 {
        match self {
            Cost::SquaredError(cost) => cost.factor() * shift * shift,
            // Their derivative is at most 1.
            Cost::CrossEntropy(_) => shift.abs(),
        }
    }

    /// Turns scores z into ω(ŷ − y), row by row; returns Σ ω l.
    ///
    /// `y` is n × k for the squared error; for the cross-entropies it is n × 1, the positions of the classes.
    pub fn errors(
        self,
        y: ArrayView2<'_, f64>,
        weights: Option<&Array1<f64>>,
        scores: &mut ArrayViewMut2<'_, f64>,
    ) -> f64 {
        match self {
            Cost::SquaredError(cost) => cost.factor() * squared_errors(y, weights, scores),
            Cost::CrossEntropy(CrossEntropy::Binary) => {
                by_example(&BinaryCrossEntropy { from_logits: true }, y, weights, scores)
            }
            Cost::CrossEntropy(CrossEntropy::Categorical) => {
                by_example(&SparseCategoricalCrossEntropy { from_logits: true }, y, weights, scores)
            }
        }
    }
}

/// z becomes ω(z − y); returns Σ ω‖z − y‖².
fn squared_errors(y: ArrayView2<'_, f64>, weights: Option<&Array1<f64>>, scores: &mut ArrayViewMut2<'_, f64>) -> f64 {
    *scores -= &y;
    let Some(weights) = weights else {
        return scores.fold(0.0, |sum, error| sum + error * error);
    };
    let mut squares = 0.0;
    for (mut row, weight) in scores.rows_mut().into_iter().zip(weights) {
        squares += weight * row.dot(&row);
        row *= *weight;
    }
    squares
}

/// z becomes ω ∂l/∂z of a loss from logits, which is ω(ŷ − y) (slide A21); returns Σ ω l.
fn by_example(
    loss: &impl Loss,
    y: ArrayView2<'_, f64>,
    weights: Option<&Array1<f64>>,
    scores: &mut ArrayViewMut2<'_, f64>,
) -> f64 {
    let (mut z, mut derivative) = (vec![0.0; scores.ncols()], vec![0.0; scores.ncols()]);
    let mut sum = 0.0;
    for (row, (mut scores, y)) in scores.rows_mut().into_iter().zip(y.column(0)).enumerate() {
        z.iter_mut().zip(&scores).for_each(|(z, score)| *z = *score);
        let value = loss.formula(&[*y], &z, &mut derivative);
        let weight = weights.map_or(1.0, |weights| weights[row]);
        sum += weight * value;
        scores.iter_mut().zip(&derivative).for_each(|(error, derivative)| *error = weight * derivative);
    }
    sum
}
