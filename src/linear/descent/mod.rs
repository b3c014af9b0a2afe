//! `FittedGradientDescent`: a linear model or classifier on its way down the gradient.
//!
//! For squared error, logistic and softmax regression alike ∂J/∂W = Xᵀ(ŷ − y)/m (slides A12, A20): `course.rs` steps down
//! for all of them, `cost.rs` says what ŷ and the cost are, `divergence.rs` whether
//! a run came to a good end, `regression.rs` and `classification.rs` are the two faces.

mod batch;
mod classification;
mod cost;
mod course;
mod divergence;
mod regression;
mod settings;
mod workspace;

pub use batch::Batch;

pub(super) use settings::Settings;

use std::ops::Deref;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use self::cost::Cost;
use self::course::Course;
use super::classifier::{LinearClassifier, Link};
use super::cross_entropy::CrossEntropy;
use super::history::History;
use super::model::LinearModel;
use crate::error::{Error, Result};
use crate::saved::Saved;

/// A model on its way down: everything a [`LinearModel`] or [`LinearClassifier`] can do, its
/// history, and more steps at will.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedGradientDescent<M = LinearModel> {
    model: M,
    course: Course,
    notes: Vec<String>,
}

impl Saved for FittedGradientDescent {
    const TYPE: &'static str = "FittedGradientDescent";

    fn check(&self) -> Result<(), String> {
        self.model.check()?;
        self.course.check(&self.model, matches!(self.course.cost, Cost::SquaredError(_)))
    }
}

impl Saved for FittedGradientDescent<LinearClassifier> {
    const TYPE: &'static str = "FittedGradientDescent<LinearClassifier>";

    fn check(&self) -> Result<(), String> {
        self.model.check()?;
        let wanted = match self.model.link {
            Link::Sigmoid => CrossEntropy::Binary,
            Link::Softmax => CrossEntropy::Categorical,
            Link::OneVsRest => return Err("one class against the rest, which gradient descent cannot produce".into()),
        };
        self.course.check(&self.model.scores, self.course.cost == wanted.into())
    }
}

impl<M> Deref for FittedGradientDescent<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.model
    }
}

impl<M> FittedGradientDescent<M> {
    /// The model alone.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// Cost, gradient norm and parameters along the way.
    pub fn history(&self) -> &History {
        &self.course.history
    }

    /// How many steps were taken.
    pub fn steps(&self) -> usize {
        self.course.step
    }

    /// How many epochs were run.
    pub fn epochs(&self) -> usize {
        self.course.epoch
    }

    /// Whether the tolerance was reached.
    pub fn converged(&self) -> bool {
        self.course.converged
    }

    /// Whether the cost grew instead of falling (only with
    /// [`keep_diverged`](super::GradientDescent::keep_diverged)).
    pub fn diverged(&self) -> bool {
        self.course.diverged
    }

    /// Whether the reader interrupted the last run, which ends before the next step then: the parameters are those it
    /// had come to, and another [`train`](FittedGradientDescent::train) goes on from there. An epoch that is not whole counts its
    /// steps alone.
    pub fn interrupted(&self) -> bool {
        self.course.interrupted
    }

    /// What a reader of the result should know: separable classes, rare ones, a learning rate that is too large.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Refuses examples of another width than a descent began with.
fn require_widths(model: &LinearModel, targets: usize, x: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>) -> Result<()> {
    let d = model.weights.nrows();
    if x.ncols() != d || y.ncols() != targets {
        return Err(Error::Shape {
            what: "examples to learn from".into(),
            expected: format!("{d} features and {targets} targets, as before"),
            found: format!("features {:?} and targets {:?}", x.shape(), y.shape()),
        });
    }
    Ok(())
}
