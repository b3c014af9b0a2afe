//! Linear regression by gradient descent: batch, mini-batch, stochastic, online.

use ndarray::{Array1, Array2, Axis};
use ndarray_linalg::{EighInto, UPLO};
use serde::{Deserialize, Serialize};

use super::descent::Descent;
use super::history::History;
use super::least_squares::gram_of_examples;
use super::model::LinearModel;
use super::squared_error::SquaredError;
use super::{require_examples, require_sample_weights};
use crate::data::{Column, Examples, Seed, columns_or_numbered};
use crate::error::{Error, Result};

/// How many examples a step looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Batch {
    /// All of them: batch gradient descent.
    #[default]
    Full,
    /// So many, drawn without replacement until the epoch is through: mini-batch gradient descent.
    Mini(usize),
    /// One: stochastic gradient descent.
    Stochastic,
}

/// Linear regression by steps down the gradient.
///
/// - Objective: J(W, b) = c · Σ ωᵢ‖ŷᵢ − yᵢ‖² / Σω + λ‖W‖², with c = ½ ([`SquaredError::HalfMean`], the default) or 1.
/// - Gradient: ∂J/∂W = 2c Xᵀ(ŷ − y)/m + 2λW, ∂J/∂b = 2c · mean(ŷ − y), over the batch.
/// - Update: W ← W − α ∂J/∂W, b ← b − α ∂J/∂b.
///
/// Defaults: learning rate 0.01, 100 epochs, full batches, start at 0, intercept, λ = 0, no tolerance, seed 0. The rate
/// must lie below 2/λmax of the cost's Hessian; a run that diverges is an error that names the largest safe one. Scale
/// the features first: the number of steps grows with the Hessian's condition number. After lecture A's linear regression.
///
/// ```
/// use gradus::prelude::*;
/// // The first lecture's worked example: W = 5, b = 1, α = 0.01.
/// let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])?;
/// let descent = LinearRegression::gradient_descent().start(array![5.0], 1.0).epochs(1).fit(&data)?;
/// assert_eq!(descent.history().costs()[0], 65.75); // the slide says 11.25
/// assert_eq!(descent.weight("x1")?, 4.5175); // the slide says 4.505
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradientDescent {
    pub(super) learning_rate: f64,
    epochs: usize,
    pub(super) batch: Batch,
    pub(super) cost: SquaredError,
    pub(super) tolerance: f64,
    pub(super) intercept: bool,
    pub(super) ridge: f64,
    pub(super) seed: Seed,
    start: Option<(Array2<f64>, Array1<f64>)>,
    pub(super) sample_weights: Option<Array1<f64>>,
    pub(super) keep_diverged: bool,
}

impl Default for GradientDescent {
    fn default() -> Self {
        GradientDescent {
            learning_rate: 0.01,
            epochs: 100,
            batch: Batch::Full,
            cost: SquaredError::HalfMean,
            tolerance: 0.0,
            intercept: true,
            ridge: 0.0,
            seed: Seed(0),
            start: None,
            sample_weights: None,
            keep_diverged: false,
        }
    }
}

impl GradientDescent {
    /// The learning rate α; default 0.01.
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.learning_rate = learning_rate;
        self
    }

    /// How often every example is seen; default 100.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// How many examples a step looks at; default all.
    #[must_use]
    pub fn batch(mut self, batch: Batch) -> Self {
        self.batch = batch;
        self
    }

    /// Which squared error is minimized; default the first lecture's, with ½.
    #[must_use]
    pub fn cost(mut self, cost: SquaredError) -> Self {
        self.cost = cost;
        self
    }

    /// When to stop early; default 0, never. Full batches stop at a gradient of at most this norm; smaller ones after five
    /// epochs none of which lowered the best cost by more than this.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Whether there is an intercept b; default yes.
    #[must_use]
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
    }

    /// The penalty λ on ‖W‖², not on the intercept; default 0.
    #[must_use]
    pub fn ridge(mut self, lambda: f64) -> Self {
        self.ridge = lambda;
        self
    }

    /// The seed of the shuffling before each epoch of mini-batches or single examples; default `Seed(0)`.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// Where to start, for one target; default 0.
    #[must_use]
    pub fn start(mut self, weights: Array1<f64>, intercept: f64) -> Self {
        self.start = Some((weights.insert_axis(Axis(1)), Array1::from_elem(1, intercept)));
        self
    }

    /// Where to start, for k targets: weights d × k and k intercepts; default 0.
    #[must_use]
    pub fn start_targets(mut self, weights: Array2<f64>, intercepts: Array1<f64>) -> Self {
        self.start = Some((weights, intercepts));
        self
    }

    /// A weight ω ≥ 0 for each example; default all 1.
    #[must_use]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.sample_weights = Some(weights);
        self
    }

    /// Returns a run that diverged instead of an error, to look at its history.
    #[must_use]
    pub fn keep_diverged(mut self) -> Self {
        self.keep_diverged = true;
        self
    }

    /// Descends for the given number of epochs.
    ///
    /// # Errors
    /// [`Error::Diverged`] with the largest safe rate; parameters out of range; examples as
    /// [`ClosedForm::fit`](super::ClosedForm::fit) refuses them.
    pub fn fit(&self, examples: &impl Examples) -> Result<Descent> {
        require_examples(examples, true)?;
        if self.epochs == 0 {
            return Err(parameter("epochs", "0", "at least one is needed to learn anything"));
        }
        let mut descent = self.begin(
            columns_or_numbered(examples.input_columns(), examples.inputs().ncols(), "x"),
            columns_or_numbered(examples.output_columns(), examples.outputs().ncols(), "y"),
            examples.input_columns().is_some(),
        )?;
        descent.train_checked(examples, self.epochs)?;
        Ok(descent)
    }

    /// A model at its start, to be fed a stream of examples through [`partial_fit`](Descent::partial_fit): online learning.
    ///
    /// # Errors
    /// Parameters out of range; a start of another shape.
    pub fn online(&self, features: usize) -> Result<Descent> {
        let columns = columns_or_numbered(None, features, "x");
        self.begin(columns, columns_or_numbered(None, 1, "y"), false)
    }

    /// The largest learning rate at which full batches converge on these examples, 2/λmax of the cost's Hessian
    /// 2c [1 X]ᵀ[1 X]/m + 2λ. Single examples and small batches need less.
    ///
    /// # Errors
    /// Examples as [`fit`](Self::fit) refuses them.
    pub fn largest_safe_rate(&self, examples: &impl Examples) -> Result<f64> {
        Ok(2.0 / self.hessian_eigenvalues(examples)?.last().copied().unwrap_or(f64::NAN))
    }

    /// The eigenvalues of the cost's Hessian, smallest first. Their ratio decides how many steps a descent needs.
    ///
    /// # Errors
    /// Examples as [`fit`](Self::fit) refuses them.
    pub fn hessian_eigenvalues(&self, examples: &impl Examples) -> Result<Array1<f64>> {
        require_examples(examples, true)?;
        let x = examples.inputs();
        let weights = self.sample_weights.as_ref();
        if let Some(weights) = weights {
            require_sample_weights(weights, x.nrows())?;
        }
        let (gram, total) = gram_of_examples(x, weights.map(|weights| weights.view()), self.intercept);
        let mut hessian = gram * (2.0 * self.cost.factor() / total);
        for at in usize::from(self.intercept)..hessian.nrows() {
            hessian[[at, at]] += 2.0 * self.ridge;
        }
        let eigenvalues = hessian.eigh_into(UPLO::Upper);
        Ok(eigenvalues.map_err(super::least_squares::lapack("eigenvalues of the Hessian"))?.0)
    }

    /// A descent before its first step.
    fn begin(&self, columns: Vec<Column>, target_columns: Vec<Column>, named: bool) -> Result<Descent> {
        let (d, k) = (columns.len(), target_columns.len());
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !positive(self.learning_rate) {
            return Err(parameter("learning rate", self.learning_rate, "it must be a positive number"));
        }
        if self.ridge != 0.0 && !positive(self.ridge) {
            return Err(parameter("λ", self.ridge, "the ridge penalty must be 0 or a positive number"));
        }
        if self.tolerance != 0.0 && !positive(self.tolerance) {
            return Err(parameter("tolerance", self.tolerance, "it must be 0 or a positive number"));
        }
        if self.batch == Batch::Mini(0) {
            return Err(parameter("batch", 0, "a batch needs at least one example"));
        }
        let (weights, intercepts) = match &self.start {
            None => (Array2::zeros((d, k)), Array1::zeros(k)),
            Some((weights, intercepts)) => {
                if weights.dim() != (d, k) || intercepts.len() != k {
                    return Err(Error::Shape {
                        what: "start of the descent".into(),
                        expected: format!("weights {:?} and intercepts [{k}]", [d, k]),
                        found: format!("weights {:?} and intercepts {:?}", weights.shape(), intercepts.shape()),
                    });
                }
                let intercepts = if self.intercept { intercepts.clone() } else { Array1::zeros(k) };
                (weights.clone(), intercepts)
            }
        };
        let kind = match self.batch {
            Batch::Full => "batch".to_string(),
            Batch::Mini(size) => format!("mini-batches of {size}"),
            Batch::Stochastic => "stochastic".to_string(),
        };
        let mut names = vec![];
        let several = |name: &str| if k > 1 { format!(" → {name}") } else { String::new() };
        for column in &columns {
            names.extend(target_columns.iter().map(|to| format!("w[{}{}]", column.name, several(&to.name))));
        }
        if self.intercept {
            names.extend(target_columns.iter().map(|to| format!("b{}", several(&to.name))));
        }
        let history = History::new(format!("{kind}, α = {}", self.learning_rate), self.cost.name().into(), names);
        let model = LinearModel::new(columns, target_columns, named, &weights, intercepts);
        Ok(Descent::at_start(model, history, self.clone()))
    }
}

fn parameter(parameter: &'static str, value: impl ToString, requirement: &str) -> Error {
    Error::Parameter { parameter, value: value.to_string(), requirement: requirement.into() }
}
