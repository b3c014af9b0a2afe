//! `SoftmaxRegression`: the entry point to its learning algorithms.

use serde::{Deserialize, Serialize};

use super::classifier::Link;
use super::cross_entropy::CrossEntropy;
use super::gradient_descent::GradientDescent;
use super::maximum_likelihood::MaximumLikelihood;

/// Softmax regression of any number of classes, ŷ = softmax(Wᵀx + b): the probability of each (slide A32).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftmaxRegression;

impl SoftmaxRegression {
    /// Returns the solver for the maximum of the likelihood, with or without a penalty.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let fit = SoftmaxRegression::maximum_likelihood().c(1.0).fit(&iris)?;
    /// assert!(fit.score(&iris)? > 0.96);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn maximum_likelihood() -> MaximumLikelihood<SoftmaxRegression> {
        MaximumLikelihood::new(Link::Softmax)
    }

    /// Returns gradient descent on the categorical cross-entropy, ∂J/∂W = Xᵀ(softmax(XW + b) − Y)/n with one-hot Y.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
    /// let fit = SoftmaxRegression::gradient_descent().learning_rate(0.5).epochs(500).fit(&iris)?;
    /// assert!(fit.score(&iris)? > 0.95);
    /// assert_eq!(fit.predict_proba(&iris)?.dim(), (150, 3));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn gradient_descent() -> GradientDescent<CrossEntropy> {
        GradientDescent::of_classifier(CrossEntropy::Categorical)
    }
}
