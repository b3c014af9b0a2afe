//! Cross-entropy of a linear model's scores: what logistic and softmax regression minimize.

use serde::{Deserialize, Serialize};

/// Which cross-entropy gradient descent minimizes; natural logarithm, computed from the scores, so that no ln(0)
/// occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CrossEntropy {
    /// −y ln σ(z) − (1 − y) ln(1 − σ(z)) of one score for two classes (slide A17), of
    /// [`LogisticRegression`](super::LogisticRegression).
    Binary,
    /// −ln softmax(z) at the example's own class, of one score per class (slide A33), of
    /// [`SoftmaxRegression`](super::SoftmaxRegression).
    Categorical,
}

impl CrossEntropy {
    /// Its name for an axis.
    pub fn name(self) -> &'static str {
        match self {
            CrossEntropy::Binary => "binary cross-entropy",
            CrossEntropy::Categorical => "categorical cross-entropy",
        }
    }
}
