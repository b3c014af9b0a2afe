//! The hyper-parameters of gradient descent: batch, mini-batch, stochastic, online.

use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

use super::cross_entropy::CrossEntropy;
use super::descent::{Batch, Settings};
use super::squared_error::SquaredError;
use crate::data::Seed;
use crate::optim::{AnyOptimizer, Clip, Schedule, Sgd};

/// Steps down the gradient of a cost C: the squared error of linear regression, or a [`CrossEntropy`] of
/// [`LogisticRegression`](super::LogisticRegression) and [`SoftmaxRegression`](super::SoftmaxRegression).
///
/// - Objective: J(W, b) = Σ ωᵢ l(ŷᵢ, yᵢ) / Σω + λ‖W‖² + λ₁‖W‖₁, where l is c‖ŷ − y‖² with c = ½
///   ([`SquaredError::HalfMean`], the default) or 1, or the cross-entropy of ŷ = σ(z) or softmax(z).
/// - Gradient: ∂J/∂W = 2c Xᵀ(ŷ − y)/n + 2λW, ∂J/∂b = 2c · mean(ŷ − y), over the batch; 2c = 1 for the cross-entropies.
/// - Update: W ← W − α ∂J/∂W, b ← b − α ∂J/∂b; then each weight is drawn by αλ₁ toward 0. Any other
///   [`optimizer`](Self::optimizer) steps along the same gradient.
///
/// Defaults: plain steps with a learning rate of 0.01 (0.1 for classifiers, whose cost is flatter), 100 epochs, full
/// batches, start at 0, intercept, λ = λ₁ = 0, no clipping, no tolerance, seed 0. The rate of plain steps must lie
/// below 2/λmax of the cost's Hessian; a run that diverges is an error that names the largest safe one. Scale the
/// features first: the number of steps grows with the Hessian's condition number. After lecture A's linear regression
/// (A12, A13, A40) and logistic regression (A17–A21); its optimizers are A41, A42 and B19–B21.
///
/// ```
/// use gradus::prelude::*;
/// // The first lecture's worked example: W = 5, b = 1, α = 0.01.
/// let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])?;
/// let descent = LinearRegression::gradient_descent().start(array![5.0], 1.0).epochs(1).fit(&data)?;
/// assert_eq!(descent.history().costs()[0], 65.75); // the slide says 11.25
/// assert_eq!(descent.weight("x1")?, 4.5175); // the slide says 4.505
/// // Adam's first step is as long as its rate, whatever the gradient (A42).
/// let adam = LinearRegression::gradient_descent().optimizer(Adam::new(0.5)).start(array![5.0],
/// 1.0).epochs(1).fit(&data)?;
/// assert!((adam.weight("x1")? - 4.5).abs() < 1e-7);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[doc(alias = "SGDRegressor")]
#[doc(alias = "SGDClassifier")]
pub struct GradientDescent<C = SquaredError> {
    pub(super) cost: C,
    pub(super) settings: Settings,
}

impl Default for GradientDescent {
    fn default() -> Self {
        GradientDescent { cost: SquaredError::HalfMean, settings: Settings::default() }
    }
}

impl GradientDescent<CrossEntropy> {
    /// The descent of a classifier. With 0.1 the learning rate is safe for two classes and up to 80 standardized
    /// features, as λmax ≤ ¼d there.
    pub(super) fn of_classifier(cost: CrossEntropy) -> Self {
        GradientDescent { cost, settings: Settings { optimizer: Sgd::new(0.1).into(), ..Settings::default() } }
    }
}

impl<C> GradientDescent<C> {
    /// Sets plain steps with this learning rate α, a number or a schedule: short for `.optimizer(Sgd::new(α))`, which
    /// replaces another optimizer; default 0.01, for classifiers 0.1.
    #[must_use]
    #[doc(alias = "eta0")]
    pub fn learning_rate(self, learning_rate: impl Into<Schedule>) -> Self {
        self.optimizer(Sgd::new(learning_rate))
    }

    /// Sets the optimizer and its learning rate; default [`struct@Sgd`]. Its state is kept with the fitted model, so
    /// that [`train`](super::FittedGradientDescent::train) and a loaded model continue without a break. An L1 penalty
    /// needs `Sgd`.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
    /// let descent = SoftmaxRegression::gradient_descent().optimizer(Adam::new(StepDecay::new(0.1, 0.5, 50)));
    /// assert!(descent.fit(&iris)?.score(&iris)? > 0.95);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    #[must_use]
    pub fn optimizer(mut self, optimizer: impl Into<AnyOptimizer>) -> Self {
        self.settings.optimizer = optimizer.into();
        self
    }

    /// Clips the gradient before each step, with weights and intercepts as one tensor each; default no clipping. The
    /// history's gradient norms are those before clipping.
    #[must_use]
    pub fn clip(mut self, clip: Clip) -> Self {
        self.settings.clip = Some(clip);
        self
    }

    /// Sets the number of epochs; default 100.
    #[must_use]
    #[doc(alias = "max_iter")]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.settings.epochs = epochs;
        self
    }

    /// Sets the number of examples per step; default all.
    #[must_use]
    pub fn batch(mut self, batch: Batch) -> Self {
        self.settings.batch = batch;
        self
    }

    /// Sets when to stop early; default 0, never. Full batches stop at a gradient of at most this norm; smaller ones
    /// after five epochs none of which lowered the best cost by more than this.
    #[must_use]
    #[doc(alias = "tol")]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.settings.tolerance = tolerance;
        self
    }

    /// Sets whether there is an intercept b; default yes.
    #[must_use]
    #[doc(alias = "fit_intercept")]
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.settings.intercept = intercept;
        self
    }

    /// Sets the penalty λ on ‖W‖² (L2), not on the intercept; default 0. scikit-learn's C of a classifier is λ = 1/(2
    /// C n), n = Σω.
    #[must_use]
    #[doc(alias = "Ridge")]
    #[doc(alias = "alpha")]
    pub fn l2(mut self, lambda: f64) -> Self {
        self.settings.ridge = lambda;
        self
    }

    /// Sets the penalty λ₁ on ‖W‖₁ = Σ|w|, not on the intercept; default 0. It makes weights exactly 0 (the lasso), by
    /// a proximal step (iterative soft-thresholding, Daubechies, Defrise and De Mol 2004). scikit-learn's C of a
    /// classifier with an L1 penalty is λ₁ = 1/(C n), its `Lasso(alpha)` λ₁ = alpha with the half mean squared error.
    #[must_use]
    #[doc(alias = "Lasso")]
    #[doc(alias = "alpha")]
    pub fn l1(mut self, lambda: f64) -> Self {
        self.settings.l1 = lambda;
        self
    }

    /// Sets the seed of the shuffling before each epoch of mini-batches or single examples; default `Seed(0)`.
    #[must_use]
    #[doc(alias = "random_state")]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Sets the start, for one target; default 0.
    #[must_use]
    #[doc(alias = "coef_init")]
    #[doc(alias = "warm_start")]
    pub fn start(mut self, weights: Array1<f64>, intercept: f64) -> Self {
        self.settings.start = Some((weights.insert_axis(Axis(1)), Array1::from_elem(1, intercept)));
        self
    }

    /// Sets the start, for k targets or classes: weights d × k and k intercepts; default 0.
    #[must_use]
    pub fn start_targets(mut self, weights: Array2<f64>, intercepts: Array1<f64>) -> Self {
        self.settings.start = Some((weights, intercepts));
        self
    }

    /// Sets a weight ω ≥ 0 for each example; default all 1. Examples with weight 0 are ignored, whatever values they
    /// hold.
    #[must_use]
    #[doc(alias = "sample_weight")]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.settings.sample_weights = Some(weights);
        self
    }

    /// Returns a run that diverged instead of an error, to inspect its history.
    #[must_use]
    pub fn keep_diverged(mut self) -> Self {
        self.settings.keep_diverged = true;
        self
    }
}
