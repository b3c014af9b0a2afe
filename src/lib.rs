//! **gradus**: machine-learning lectures, slide by slide, in Rust notebooks.
//!
//! ```
//! use gradus::prelude::*;
//!
//! let diabetes = datasets::diabetes()?;
//! let [train, test] = diabetes.split_into([0.8, 0.2], Seed(7))?;
//! let scaler = StandardScaler::fit(&train)?; // fitted on the training part only
//! let (train, test) = (scaler.transform(&train)?, scaler.transform(&test)?);
//!
//! let exact = LinearRegression::closed_form().fit(&train)?;
//! let steps = LinearRegression::gradient_descent().learning_rate(0.1).epochs(200).fit(&train)?;
//! assert!((exact.score(&test)? - steps.score(&test)?).abs() < 0.05);
//! let figure = steps.history().cost_plot(); // shows under a notebook's cell
//! # Ok::<(), gradus::Error>(())
//! ```
//!
//! # Cargo features
//!
//! A notebook has all of them, which are the default. A program that only predicts needs none: with
//! `default-features = false` it loads what was saved, and is smaller by what they bring.
//!
//! | feature | with it | without it |
//! |---|---|---|
//! | `fetch` | data sets that are not shipped are fetched on first use | they are read from [`datasets::folder`]; if one is missing, an error says where the file belongs |
//! | `gpu` | [`Device::gpu`](nn::Device::gpu) trains and predicts on a GPU | it is an error, and [`Device::auto`](nn::Device::auto) chooses the CPU |
//! | `plot` | figures: `plot`, the `plotly` crate, and every `…plot()` | there are none |
//!
//! # Layers
//!
//! Each module imports only from the rows below its own, and none in a circle.
//!
//! | layer | module | holds |
//! |---|---|---|
//! | 6 | [`prelude`] | what nearly every notebook uses, in one line |
//! | 5 | [`plot`], [`notebook`] | figures; how values look under a cell |
//! | 4 | [`select`] | choosing a model: folds, cross-validation, grid and random search, learning curves |
//! | 4 | [`ensemble`] | several models that vote |
//! | 3 | [`linear`] | linear, logistic and softmax regression: exact, and by gradient descent |
//! | 3 | [`nn`] | neural networks: layers, training, callbacks, backpropagation step by step |
//! | 2 | `engine` | runs a network's plan on the CPU or the GPU |
//! | 1 | [`loss`], [`metrics`] | what a mistake costs; how good predictions are |
//! | 1 | [`activation`], [`init`] | the functions between layers; the starting weights |
//! | 1 | [`optim`], [`regularize`] | steps along the gradient, learning rates, clipping; penalties and constraints |
//! | 1 | [`monitor`] | distributions and gradient norms of layers while a network trains |
//! | 1 | [`graph`] | computation graphs of scalar expressions, for reading backpropagation |
//! | 1 | [`linalg`] | inverses, eigenvalues, singular values |
//! | 0 | [`data`] | data sets, splits, scaling, sources |
//! | 0 | [`saved`] | fitted models and scalers as files |
//! | 0 | [`error`], [`interrupt`], [`progress`], [`real`] | what can go wrong; interrupts; progress of long fits; `f32` and `f64` |
//!
//! # Notation
//!
//! | symbol | meaning |
//! |---|---|
//! | n, d, k | the number of examples, of features, and of outputs or classes |
//! | X, n × d | the features: one example per row |
//! | Y, ŷ | the targets and the predictions, n × k |
//! | W, b | weights, d × k, and intercepts or biases, k |
//! | z = XW + b, a = g(z) | the sums of a layer and its activations |
//! | J, ∇J | the cost and its gradient |
//! | g | the gradient of one parameter, in the formulas of the optimizers |
//! | α | the learning rate |
//! | λ | the strength of a penalty; C is scikit-learn's inverse |
//! | β, μ, ρ | how much of an average or a momentum is kept in each step |
//! | ε | a small number that keeps a denominator away from 0 |
//! | σ | the logistic function; next to data, a standard deviation |
//! | ω | the weight of an example |
//!
//! The lectures put examples into columns and call their number m. Where a slide uses another letter, the page says so.
//!
//! # For users of NumPy, pandas and scikit-learn
//!
//! | there | here |
//! |---|---|
//! | `np.array([[1, 2], [3, 4]])` | `array![[1.0, 2.0], [3.0, 4.0]]` |
//! | `A @ B`, `A * B` | `a.dot(&b)`, `&a * &b` |
//! | `X.shape`, `X.T`, `X[:, 0]` | `x.dim()`, `x.t()`, `x.column(0)` |
//! | `np.linalg.inv(X.T @ X) @ X.T @ y` | `inverse(&x.t().dot(&x))?.dot(&x.t()).dot(&y)` |
//! | `np.linalg.solve(A, b)`, `np.linalg.eigvalsh(A)`, `np.linalg.norm(v)` | `solve(&a, &b)?`, `eigenvalues(&a)?`, `norm(&v)?` |
//! | `pd.read_csv("f.csv")`, `df.head()`, `df.describe()` | `read_csv("f.csv")?`, `data.head(5)`, `data.describe()` |
//! | `fetch_california_housing()` | `datasets::california_housing()?` |
//! | `train_test_split(X, y, test_size=0.2)` | `data.split_into([0.8, 0.2], Seed(0))?` |
//! | `StandardScaler().fit_transform(X)` | `StandardScaler::fit(&train)?.transform(&train)?` |
//! | `LinearRegression().fit(X, y)` | `LinearRegression::closed_form().fit(&(&x, &y))?` |
//! | `np.polynomial.Polynomial.fit(x, y, 10)` | `LinearRegression::closed_form().polynomial(10).fit(&(&x, &y))?` |
//! | `np.polyfit(x, y, 10)` | `LinearRegression::closed_form().polynomial(10).fit(&(&x, &y))?`, which keeps the digits that powers in `f64` lose |
//! | `Ridge(alpha)` | `LinearRegression::closed_form().l2(alpha / n as f64)` |
//! | `SGDRegressor(eta0=0.01)` | `LinearRegression::gradient_descent().batch(Batch::Stochastic)` |
//! | `LogisticRegression(C=1.0)` | `LogisticRegression::maximum_likelihood().c(1.0)`, of several classes `SoftmaxRegression` |
//! | `SGDClassifier(loss="log_loss")` | `LogisticRegression::gradient_descent().batch(Batch::Stochastic)` |
//! | `VotingClassifier([…], voting="soft")`, `VotingRegressor` of fitted models | `VotingEnsemble::new([…])?` |
//! | `partial_fit(X, y, classes=[0, 1])` | `….online(features, &["no", "yes"])?`, then `partial_fit(&(&x, &y))?` |
//! | `keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True)` | `Sgd::new(0.01).momentum(0.9).nesterov()` |
//! | `keras.Sequential([Input((784,)), Dense(128, "relu"), Dense(10, "softmax")])` | `Sequential::new([784]).dense(128).relu().dense(10).softmax()` |
//! | `model.compile("adam", "categorical_crossentropy")` | `net.compile(Adam, CategoricalCrossEntropy, Device::Cpu, Seed(0))?` |
//! | `model.fit(x, y, epochs=5, batch_size=128, validation_data=…)` | `net.fit(&train, Fit::epochs(5).batch(128).validate(&validation))?` |
//! | `keras.initializers.HeNormal()` | `Initializer::HeNormal` |
//! | `model.evaluate(x, y)`, `accuracy_score(y, model.predict(X))` | `model.evaluate(&test)?`, `model.score(&test)?` |
//! | `ConfusionMatrixDisplay.from_estimator(m, X, y)` | `m.confusion_matrix(&test)?.plot()` |
//! | `classification_report(y, m.predict(X))`, `RocCurveDisplay.from_estimator(m, X, y)` | `m.report(&test)?`, `m.roc_curve(&test)?.plot()`, of more classes `m.roc_curve_of(&test, "setosa")?` |
//! | `confusion_matrix(y, p)`, `roc_curve(y, s)` | `ConfusionMatrix::new(y, p, &classes)?`, `RocCurve::new(y, s)?` |
//! | `cross_validate(m, X, y, cv=5)` | `cross_validate(&m, &data, &KFold::new(5), &[Scoring::RSquared])?` |
//! | `GridSearchCV(m, {"alpha": […]})` | `GridSearch::over("λ", […]).run(\|point\| …, &data, &KFold::new(5), Scoring::RSquared)?` |
//! | `make_pipeline(StandardScaler(), m)` | `Pipeline::new([Step::Standardize], m)` |
//! | `DecisionBoundaryDisplay` | `decision_boundary(&data, \|x\| …)?` |
//! | `joblib.dump(model, "f")`, `joblib.load("f")` | `model.save("f.safetensors")?`, `LinearModel::load("f.safetensors")?` |
//! | `display(fig)` | `display(&figure)` |
//! | `tqdm(range(100))` | [`progress::Progress`] |
//! | `model.coef_`, `model.score(X, y)` | `model.weights()`, `model.score(&data)?` |

#![cfg_attr(docsrs, feature(doc_cfg))]
// A mistake of the user is an error with a way out, never a panic.
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable, clippy::todo)
)]

// build.rs links the BLAS that ndarray only declares.
use cblas_sys as _;

pub mod activation;
mod blas;
mod by_name;
mod check;
mod closed_set;
pub mod data;
mod engine;
pub mod ensemble;
pub mod error;
mod files;
mod format;
mod front;
pub mod graph;
mod html;
pub mod init;
pub mod interrupt;
mod lapack;
pub mod linalg;
pub mod linear;
pub mod loss;
pub mod metrics;
pub mod monitor;
pub mod nn;
pub mod notebook;
pub mod optim;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
pub mod progress;
pub mod real;
pub mod regularize;
pub mod saved;
pub mod select;

pub use data::sources as datasets;
pub use error::{Error, Result};
pub use interrupt::interrupted;

pub use ndarray;
pub use ndarray_linalg;
pub use num_complex;
#[cfg(feature = "plot")]
pub use plotly;
pub use polars;
