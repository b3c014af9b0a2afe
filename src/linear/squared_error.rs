//! The squared error, with and without the first lecture's ½.

use serde::{Deserialize, Serialize};

/// Which squared error gradient descent minimizes. Both have the same minimum; the gradient of one is twice the
/// other's, so the same learning rate takes steps of twice the length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SquaredError {
    /// (1/n) Σ ½(ŷ − y)²: the first lecture's cost, with gradient (1/n) Xᵀ(ŷ − y).
    #[default]
    HalfMean,
    /// (1/n) Σ (ŷ − y)²: the second lecture's MSE, with gradient (2/n) Xᵀ(ŷ − y).
    Mean,
}

impl SquaredError {
    /// The factor before the mean of the squares: ½ or 1.
    pub fn factor(self) -> f64 {
        match self {
            SquaredError::HalfMean => 0.5,
            SquaredError::Mean => 1.0,
        }
    }

    /// Its name for an axis.
    pub fn name(self) -> &'static str {
        match self {
            SquaredError::HalfMean => "½ mean squared error",
            SquaredError::Mean => "mean squared error",
        }
    }
}
