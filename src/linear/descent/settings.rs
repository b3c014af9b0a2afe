//! How a descent steps, whatever it minimizes.

use ndarray::{Array1, Array2, ArrayView2};
use serde::{Deserialize, Deserializer, Serialize};

use super::Batch;
use crate::check::{self, out_of_range};
use crate::data::{ClassWeights, Seed};
use crate::error::{Error, Result};
use crate::linear::least_squares::gram_of_examples;
use crate::optim::{AnyOptimizer, Clip, Optimizer, Sgd};

/// What the setters of [`GradientDescent`](super::GradientDescent) set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::linear) struct Settings {
    /// Older files hold the learning rate of plain steps in its place.
    #[serde(alias = "learning_rate", deserialize_with = "optimizer_or_rate")]
    pub optimizer: AnyOptimizer,
    #[serde(default)]
    pub clip: Option<Clip>,
    pub epochs: usize,
    pub batch: Batch,
    pub tolerance: f64,
    pub intercept: bool,
    pub ridge: f64,
    pub l1: f64,
    pub seed: Seed,
    pub start: Option<(Array2<f64>, Array1<f64>)>,
    pub sample_weights: Option<Array1<f64>>,
    pub class_weights: ClassWeights,
    pub keep_diverged: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            optimizer: Sgd::new(0.01).into(),
            clip: None,
            epochs: 100,
            batch: Batch::Full,
            tolerance: 0.0,
            intercept: true,
            ridge: 0.0,
            l1: 0.0,
            seed: Seed(0),
            start: None,
            sample_weights: None,
            class_weights: ClassWeights::Equal,
            keep_diverged: false,
        }
    }
}

impl Settings {
    /// Refuses numbers out of range.
    pub fn check(&self) -> Result<()> {
        self.optimizer.check()?;
        self.clip.map_or(Ok(()), |clip| clip.check())?;
        check::not_negative("λ", self.ridge)?;
        check::not_negative("L1 penalty λ", self.l1)?;
        if self.l1 != 0.0 && !self.steps_plainly() {
            let requirement = format!(
                "weights of exactly 0 need the proximal steps of `Sgd`, not {}; use `Sgd`, or `.l2(λ)`",
                self.optimizer.name()
            );
            return Err(out_of_range("L1 penalty λ", self.l1, requirement));
        }
        check::not_negative("tolerance", self.tolerance)?;
        check::require(self.batch != Batch::Mini(0), "batch", 0, "it must be at least 1")
    }

    /// Whether steps go straight down the gradient, which the largest safe rate is about.
    pub fn steps_plainly(&self) -> bool {
        matches!(self.optimizer, AnyOptimizer::Sgd(_))
    }

    /// The number of epochs of a fit, at least one.
    pub fn epochs(&self) -> Result<usize> {
        check::at_least("epochs", 1, self.epochs as u64)?;
        Ok(self.epochs)
    }

    /// Weights d × k and k intercepts to start from.
    pub fn start(&self, d: usize, k: usize) -> Result<(Array2<f64>, Array1<f64>)> {
        let Some((weights, intercepts)) = &self.start else {
            return Ok((Array2::zeros((d, k)), Array1::zeros(k)));
        };
        if weights.dim() != (d, k) || intercepts.len() != k {
            return Err(Error::Shape {
                what: "start of the descent".into(),
                expected: format!("weights {:?} and intercepts [{k}]", [d, k]),
                found: format!("weights {:?} and intercepts {:?}", weights.shape(), intercepts.shape()),
            });
        }
        Ok((weights.clone(), if self.intercept { intercepts.clone() } else { Array1::zeros(k) }))
    }

    /// The eigenvalues of `curvature`·[1 X]ᵀΩ[1 X]/Σω + 2λ, smallest first: of the cost's Hessian, or of a bound on it.
    pub fn eigenvalues(
        &self,
        x: ArrayView2<'_, f64>,
        weights: Option<&Array1<f64>>,
        curvature: f64,
    ) -> Result<Array1<f64>> {
        let (gram, total) = gram_of_examples(x, weights.map(|weights| weights.view()), self.intercept);
        let mut hessian = gram * (curvature / total);
        for at in usize::from(self.intercept)..hessian.nrows() {
            hessian[[at, at]] += 2.0 * self.ridge;
        }
        crate::lapack::eigenvalues(hessian, "eigenvalues of the Hessian")
    }
}

fn optimizer_or_rate<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<AnyOptimizer, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Held {
        Rate(f64),
        AnyOptimizer(AnyOptimizer),
    }
    Ok(match Held::deserialize(deserializer)? {
        Held::Rate(rate) => Sgd::new(rate).into(),
        Held::AnyOptimizer(optimizer) => optimizer,
    })
}
