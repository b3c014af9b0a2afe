//! `LogisticRegression`: two classes, P(second | x) = σ(wᵀx + b).

use serde::{Deserialize, Serialize};

use super::classifier::Link;
use super::maximum_likelihood::MaximumLikelihood;

/// Logistic regression, P(second class | x) = σ(wᵀx + b): the way to its learning algorithms.
///
/// ```
/// use gradus::prelude::*;
/// // Hours of learning, exam passed or not.
/// let data = (array![[0.5], [1.0], [2.0], [2.5], [3.0], [4.0]], array![0.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
/// let fit = LogisticRegression::maximum_likelihood().fit(&data)?;
/// assert!(fit.weight("x1")? > 0.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogisticRegression;

impl LogisticRegression {
    /// Find the maximum of the likelihood, with or without a penalty.
    pub fn maximum_likelihood() -> MaximumLikelihood<LogisticRegression> {
        MaximumLikelihood::new(Link::Sigmoid)
    }
}
