//! Logistic and softmax regression by maximizing the (penalized) likelihood.
//!
//! | file | contents |
//! |---|---|
//! | `objective` | the mean loss and its gradient, one pass over the examples |
//! | `curvature` | its Hessian |
//! | `penalty` | L1, L2, both, scikit-learn's C |
//! | `newton` | Newton's method: few steps, each with the whole Hessian |
//! | `lbfgs` | L-BFGS: more steps, each as cheap as a gradient |
//! | `coordinate_descent` | what L1 needs |
//! | `separation` | whether there is a maximum at all |
//! | `fit` | from examples to a fitted classifier, of standardized features where that keeps digits |
//! | `solve` | one problem: the solver, its end, the parameters |
//! | `warnings` | what the user should know of a fit |
//! | `fitted`, `summary` | the fitted type and its table |

mod coordinate_descent;
mod curvature;
mod fit;
mod fitted;
mod lbfgs;
mod minimize;
mod newton;
mod objective;
mod penalty;
mod separation;
mod solve;
mod summary;
mod warnings;

pub use fitted::FittedMaximumLikelihood;
pub use summary::LogOdds;

use std::marker::PhantomData;

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::classifier::Link;
use super::logistic_regression::LogisticRegression;
use super::softmax_regression::SoftmaxRegression;
use crate::data::ClassWeights;
use penalty::Strength;

/// How the maximum of the likelihood is sought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LikelihoodSolver {
    /// Coordinate descent with L1; Newton for few parameters, else L-BFGS.
    #[default]
    Automatic,
    /// Newton's method, for logistic regression the same as iteratively reweighted least squares (IRLS).
    Newton,
    /// L-BFGS, started from the curvature of each class.
    Lbfgs,
    /// Newton's steps found coordinate by coordinate: the one that can do L1.
    CoordinateDescent,
}

/// Logistic or softmax regression by maximizing its (penalized) likelihood.
///
/// - Objective: J(W, b) = (1/Σω) Σ ωᵢ lᵢ + penalty(W), with l = −log P(class of x). The intercept is never penalized.
/// - Probabilities: [`LogisticRegression`] σ(wᵀx + b) of the second class; [`SoftmaxRegression`] exp zⱼ / Σ exp zₗ with
///   z = Wᵀx + b.
/// - Gradient: ∇J = (1/Σω) Xᵀ Ω (P − Y) + penalty's.
/// - Shapes: X n × d; the target one column of class labels; W d × 1 or d × k.
///
/// Defaults: no penalty (the maximum likelihood itself), intercept, all weights 1, tolerance 10⁻⁸, at most 1000
/// iterations, threshold ½, [`LikelihoodSolver::Automatic`]. scikit-learn's default is a penalty: its
/// `LogisticRegression(C=1.0)` is `.c(1.0)`. After lecture A's slides on logistic and softmax regression (A16–A22,
/// A32); Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*, §4.4.
///
/// ```
/// use gradus::prelude::*;
/// let cancer = datasets::breast_cancer()?;
/// let scaled = StandardScaler::fit(&cancer)?.transform(&cancer)?;
/// let fit = LogisticRegression::maximum_likelihood().c(1.0).fit(&scaled)?;
/// assert!(fit.converged() && fit.score(&scaled)? > 0.98);
///
/// let iris = datasets::iris()?;
/// let fit = SoftmaxRegression::maximum_likelihood().l2(1e-3).fit(&iris)?;
/// assert_eq!(fit.predict_proba(&iris)?.dim(), (150, 3));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaximumLikelihood<Model> {
    link: Link,
    solver: LikelihoodSolver,
    strength: Strength,
    intercept: bool,
    class_weights: ClassWeights,
    sample_weights: Option<Array1<f64>>,
    tolerance: f64,
    max_iterations: usize,
    threshold: f64,
    model: PhantomData<Model>,
}

impl<Model> MaximumLikelihood<Model> {
    pub(super) fn new(link: Link) -> Self {
        MaximumLikelihood {
            link,
            solver: LikelihoodSolver::Automatic,
            strength: Strength::None,
            intercept: true,
            class_weights: ClassWeights::Equal,
            sample_weights: None,
            tolerance: 1e-8,
            max_iterations: 1000,
            threshold: 0.5,
            model: PhantomData,
        }
    }

    /// Sets the penalty λ‖W‖² in addition to the *mean* loss, as the closed form's ridge; replaces another penalty.
    /// Default none.
    #[must_use]
    pub fn l2(mut self, lambda: f64) -> Self {
        self.strength = Strength::Lambda { lambda, l1_ratio: 0.0 };
        self
    }

    /// Sets the penalty λ‖W‖₁ in addition to the *mean* loss, which sets weights to exactly 0; replaces another
    /// penalty. Default none.
    #[must_use]
    pub fn l1(mut self, lambda: f64) -> Self {
        self.strength = Strength::Lambda { lambda, l1_ratio: 1.0 };
        self
    }

    /// Sets the penalty λ(ρ‖W‖₁ + (1 − ρ)‖W‖²) in addition to the *mean* loss, ρ = `l1_ratio`; replaces another
    /// penalty. Default none.
    #[must_use]
    #[doc(alias = "ElasticNet")]
    pub fn elastic_net(mut self, lambda: f64, l1_ratio: f64) -> Self {
        self.strength = Strength::Lambda { lambda, l1_ratio };
        self
    }

    /// Sets scikit-learn's C: the penalty ½‖W‖² / (C Σω); replaces another penalty. A smaller C is a stronger penalty.
    /// Default none, scikit-learn's 1.
    #[must_use]
    #[doc(alias = "C")]
    pub fn c(self, c: f64) -> Self {
        self.c_elastic_net(c, 0.0)
    }

    /// Sets scikit-learn's C with its `l1_ratio` ρ: the penalty (ρ‖W‖₁ + ½(1 − ρ)‖W‖²) / (C Σω); replaces another
    /// penalty.
    #[must_use]
    pub fn c_elastic_net(mut self, c: f64, l1_ratio: f64) -> Self {
        self.strength = Strength::Inverse { c, l1_ratio };
        self
    }

    /// Sets the solver; default [`LikelihoodSolver::Automatic`].
    #[must_use]
    pub fn solver(mut self, solver: LikelihoodSolver) -> Self {
        self.solver = solver;
        self
    }

    /// Sets whether there are intercepts b; default yes.
    #[must_use]
    #[doc(alias = "fit_intercept")]
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
    }

    /// Sets the weight of each class, which multiplies the sample weights; default all 1. [`ClassWeights::Balanced`] is
    /// for a rare class that must not be missed; probabilities then are those of classes of equal size.
    #[must_use]
    #[doc(alias = "class_weight")]
    pub fn class_weights(mut self, weights: ClassWeights) -> Self {
        self.class_weights = weights;
        self
    }

    /// Sets a weight ω ≥ 0 for each example; default all 1. Examples with weight 0 are ignored, whatever values they
    /// hold.
    #[must_use]
    #[doc(alias = "sample_weight")]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.sample_weights = Some(weights);
        self
    }

    /// Sets the tolerance: the fit is done when no derivative of J, of features in units of their spread, exceeds this,
    /// and the next step (where it costs little, one of Newton's) would change no parameter by more than ten times this
    /// share of the largest; default 10⁻⁸, which leaves six digits of most weights and more. scikit-learn's is 10⁻⁴, of
    /// derivatives as they are.
    #[must_use]
    #[doc(alias = "tol")]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the steps after which the search ends without convergence, as
    /// [`converged`](FittedMaximumLikelihood::converged) and the note report; default 1000, many more than needed.
    #[must_use]
    #[doc(alias = "max_iter")]
    pub fn max_iterations(mut self, iterations: usize) -> Self {
        self.max_iterations = iterations;
        self
    }
}

impl MaximumLikelihood<LogisticRegression> {
    /// Sets the probability from which the second class is predicted; default ½.
    #[must_use]
    pub fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }
}

impl MaximumLikelihood<SoftmaxRegression> {
    /// One logistic regression per class, against all the others, in place of one softmax over all.
    #[must_use]
    #[doc(alias = "OneVsRestClassifier")]
    #[doc(alias = "ovr")]
    pub fn one_vs_rest(mut self) -> Self {
        self.link = Link::OneVsRest;
        self
    }
}
