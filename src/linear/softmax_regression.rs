//! `SoftmaxRegression`: k classes, P(j | x) = exp zⱼ / Σ exp zₗ with z = Wᵀx + b.

use serde::{Deserialize, Serialize};

use super::classifier::Link;
use super::maximum_likelihood::MaximumLikelihood;

/// Softmax regression, P(j | x) = exp zⱼ / Σ exp zₗ with z = Wᵀx + b: the way to its learning algorithms.
///
/// ```
/// use gradus::prelude::*;
/// let iris = datasets::iris()?;
/// let fit = SoftmaxRegression::maximum_likelihood().inverse_strength(1.0).fit(&iris)?;
/// assert!(fit.score(&iris)? > 0.96);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftmaxRegression;

impl SoftmaxRegression {
    /// Find the maximum of the likelihood, with or without a penalty.
    pub fn maximum_likelihood() -> MaximumLikelihood<SoftmaxRegression> {
        MaximumLikelihood::new(Link::Softmax)
    }
}
