//! `LogisticRegression`: the entry point to its learning algorithms.

use serde::{Deserialize, Serialize};

use super::classifier::Link;
use super::cross_entropy::CrossEntropy;
use super::gradient_descent::GradientDescent;
use super::maximum_likelihood::MaximumLikelihood;

/// Logistic regression of two classes, ŷ = σ(Wᵀx + b): the probability of the second one.
///
/// The score z = Wᵀx + b is the logit, the logarithm of the odds; the logistic function σ(z) = 1/(1 + e⁻ᶻ) makes it a
/// probability (slide A16 has the two names the other way round).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogisticRegression;

impl LogisticRegression {
    /// Returns the solver for the maximum of the likelihood, with or without a penalty.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// // Hours of learning, exam passed or not.
    /// let data = (array![[0.5], [1.0], [2.0], [2.5], [3.0], [4.0]], array![0.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
    /// let fit = LogisticRegression::maximum_likelihood().fit(&data)?;
    /// assert!(fit.weight("x1")? > 0.0);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn maximum_likelihood() -> MaximumLikelihood<LogisticRegression> {
        MaximumLikelihood::new(Link::Sigmoid)
    }

    /// Returns gradient descent on the binary cross-entropy, ∂J/∂W = Xᵀ(σ(XW + b) − y)/n (slides A17–A21).
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let cancer = datasets::breast_cancer()?;
    /// let cancer = StandardScaler::fit(&cancer)?.transform(&cancer)?;
    /// let fit = LogisticRegression::gradient_descent().learning_rate(0.5).epochs(200).fit(&cancer)?;
    /// assert!(fit.score(&cancer)? > 0.98);
    /// let figure = fit.history().cost_plot();
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn gradient_descent() -> GradientDescent<CrossEntropy> {
        GradientDescent::of_classifier(CrossEntropy::Binary)
    }
}
