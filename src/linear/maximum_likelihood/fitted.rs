//! `FittedMaximumLikelihood`: the fitted classifier, and how it was found.

use std::ops::Deref;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::linear::classifier::{LinearClassifier, Link};
use crate::saved::Saved;

/// A classifier fitted by maximum likelihood; everything a [`LinearClassifier`] can do, and how it was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedMaximumLikelihood {
    pub(super) classifier: LinearClassifier,
    pub(super) examples: usize,
    pub(super) intercept: bool,
    pub(super) iterations: usize,
    pub(super) converged: bool,
    #[serde(default)]
    pub(super) interrupted: bool,
    pub(super) gradient_norm: f64,
    pub(super) objective: f64,
    pub(super) log_likelihood: f64,
    pub(super) null_log_likelihood: f64,
    pub(super) solver: String,
    /// (d + 1) × the summary's classes, intercepts last; or why there are none.
    pub(super) standard_errors: Result<Array2<f64>, String>,
    pub(super) note: String,
}

impl Saved for FittedMaximumLikelihood {
    const TYPE: &'static str = "FittedMaximumLikelihood";

    fn check(&self) -> Result<(), String> {
        self.classifier.check()?;
        let classes = self.classifier.classes().len();
        let contrasts = if self.classifier.link() == Link::OneVsRest { classes } else { classes - 1 };
        let wanted = (self.classifier.columns().len() + 1, contrasts);
        match &self.standard_errors {
            Ok(errors) if errors.dim() != wanted => {
                Err(format!("standard errors {:?}, where {:?} are needed", errors.dim(), wanted))
            }
            _ => Ok(()),
        }
    }
}

impl Deref for FittedMaximumLikelihood {
    type Target = LinearClassifier;

    fn deref(&self) -> &LinearClassifier {
        &self.classifier
    }
}

impl FittedMaximumLikelihood {
    /// The classifier alone.
    pub fn model(&self) -> &LinearClassifier {
        &self.classifier
    }

    /// Steps of the solver; one-vs-rest: of the class that took most.
    #[doc(alias = "n_iter_")]
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Whether the gradient came below the tolerance.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// Whether the user interrupted the search before it converged.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// The largest derivative of J at the end, of features in units of their spread, with the origin among most of
    /// their values where it lies far from 0; with L1, for a weight of 0 what exceeds λ.
    pub fn gradient_norm(&self) -> f64 {
        self.gradient_norm
    }

    /// J(W, b) at the end: mean loss and penalty; one-vs-rest: the sum over the classes.
    pub fn objective(&self) -> f64 {
        self.objective
    }

    /// Σω log P(class of x), without the penalty; one-vs-rest: the sum over the classes' own problems.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// McFadden's R²: 1 − log-likelihood / log-likelihood of the model without features.
    pub fn mcfadden_r_squared(&self) -> f64 {
        1.0 - self.log_likelihood / self.null_log_likelihood
    }

    /// Which solver found the weights: `Newton's method`, `L-BFGS` or `coordinate descent`.
    pub fn solver(&self) -> &str {
        &self.solver
    }

    /// Warnings about the fit: not converged, columns that depend on each other, classes without examples or with few.
    /// Empty where there are none.
    pub fn note(&self) -> &str {
        &self.note
    }
}
