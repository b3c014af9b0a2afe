//! `FittedGradientDescent`: a linear model or classifier fitted by gradient descent.
//!
//! For squared error, logistic and softmax regression alike ∂J/∂W = Xᵀ(ŷ − y)/n (slides A12, A20).
//!
//! | file | contents |
//! |---|---|
//! | `cost` | ŷ and the value of each cost |
//! | `gradient`, `step`, `run` | cost and gradient; one step; epochs of them |
//! | `divergence` | whether a run ended well |
//! | `settings`, `state`, `workspace` | hyper-parameters; what is kept between runs; buffers |
//! | `regression`, `classification` | the public methods |

mod batch;
mod classification;
mod cost;
mod divergence;
mod gradient;
mod regression;
mod run;
mod settings;
mod state;
mod step;
mod workspace;

pub use batch::Batch;

pub(super) use settings::Settings;

use std::ops::Deref;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use self::cost::Cost;
use self::state::TrainingState;
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
    #[serde(alias = "course")]
    state: TrainingState,
    notes: Vec<String>,
}

impl Saved for FittedGradientDescent {
    const TYPE: &'static str = "FittedGradientDescent";

    fn check(&self) -> Result<(), String> {
        self.model.check()?;
        self.state.check(&self.model, matches!(self.state.cost, Cost::SquaredError(_)))
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
        self.state.check(&self.model.scores, self.state.cost == wanted.into())
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
        &self.state.history
    }

    /// How many steps were taken.
    #[doc(alias = "t_")]
    pub fn steps(&self) -> usize {
        self.state.step
    }

    /// How many epochs were run.
    #[doc(alias = "n_iter_")]
    pub fn epochs(&self) -> usize {
        self.state.epoch
    }

    /// Whether the tolerance was reached.
    pub fn converged(&self) -> bool {
        self.state.converged
    }

    /// Whether the cost grew instead of falling (only with
    /// [`keep_diverged`](super::GradientDescent::keep_diverged)).
    pub fn diverged(&self) -> bool {
        self.state.diverged
    }

    /// Whether the user interrupted the last run, which ends before the next step then: the parameters are those it had
    /// reached, and another [`train`](FittedGradientDescent::train) continues from there. An incomplete epoch counts
    /// its steps alone.
    pub fn interrupted(&self) -> bool {
        self.state.interrupted
    }

    /// Warnings about the fit: separable classes, rare ones, a learning rate that is too large.
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
