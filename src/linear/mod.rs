//! Linear models of numbers, ŷ = Wᵀx + b, and of classes, ŷ = σ(Wᵀx + b) or softmax(Wᵀx + b).

mod classes;
mod classifier;
mod closed_form;
mod cross_entropy;
mod descent;
mod double;
mod evaluate;
mod gradient_descent;
mod history;
#[cfg(test)]
mod interrupted;
mod least_squares;
mod logistic_regression;
mod maximum_likelihood;
mod model;
mod polynomial;
mod softmax_regression;
mod squared_error;
mod standardize;
mod statistics;
mod summary;

pub use classifier::{LinearClassifier, Link};
pub use closed_form::{ClosedForm, FittedClosedForm, Solver};
pub use cross_entropy::CrossEntropy;
pub use descent::{Batch, FittedGradientDescent};
pub use gradient_descent::GradientDescent;
pub use history::History;
pub use logistic_regression::LogisticRegression;
pub use maximum_likelihood::{FittedMaximumLikelihood, LikelihoodSolver, LogOdds, MaximumLikelihood};
pub use model::LinearModel;
pub use polynomial::{FittedPolynomialRegression, PolynomialRegression};
pub use softmax_regression::SoftmaxRegression;
pub use squared_error::SquaredError;
pub use summary::Coefficient;

use ndarray::Array1;

use crate::data::{Examples, Kind, Present, present, require_numbers};
use crate::error::{Error, Result};

/// Linear regression, ŷ = Wᵀx + b: the entry point to its two learning algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearRegression;

impl LinearRegression {
    /// Returns the solver for the minimum of the squared error.
    pub fn closed_form() -> ClosedForm {
        ClosedForm::default()
    }

    /// Returns gradient descent on the squared error.
    pub fn gradient_descent() -> GradientDescent {
        GradientDescent::default()
    }
}

/// Refuses examples that no linear model can learn from; `scan` looks at every value.
fn require_examples(examples: &impl Examples, scan: bool) -> Result<()> {
    require_features(examples, scan)?;
    require_numbers(examples.outputs(), examples.output_columns(), "y")
}

/// Refuses features that no linear model can learn from, and targets that are not one row per example.
fn require_features(examples: &impl Examples, scan: bool) -> Result<()> {
    let (x, y) = (examples.inputs(), examples.outputs());
    if y.ncols() == 0 {
        return Err(Error::Data("there is no target to learn; name one with `with_target(\"column\")`".into()));
    }
    if x.nrows() != y.nrows() {
        let expected = format!("{} rows, as the features {:?} have", x.nrows(), x.shape());
        return Err(Error::Shape { what: "targets".into(), expected, found: format!("{:?}", y.shape()) });
    }
    if x.nrows() == 0 || x.ncols() == 0 {
        let found = format!("{:?}", x.shape());
        return Err(Error::Shape {
            what: "features".into(),
            expected: "at least one row and one column".into(),
            found,
        });
    }
    let text = |columns: Option<&[crate::data::Column]>| {
        columns.is_some_and(|columns| columns.iter().any(|column| column.kind != Kind::Number))
    };
    if scan || text(examples.input_columns()) {
        require_numbers(x, examples.input_columns(), "x")?;
    }
    Ok(())
}

/// The examples whose weight is above 0, where there are others; what weighs 0 is not looked at, whatever it holds.
///
/// # Errors
/// As [`sample_weights`](crate::check::sample_weights); examples that have other faults are left for the caller to
/// refuse.
fn present_examples(examples: &impl Examples, weights: Option<&Array1<f64>>) -> Result<Option<Present>> {
    let rows = examples.inputs().nrows();
    if let Some(weights) = weights
        && rows > 0
        && rows == examples.outputs().nrows()
    {
        crate::check::sample_weights(weights, rows)?;
    }
    Ok(present(examples, weights))
}

/// argmin ½(w − value)² + limit·|w|: a number drawn toward 0 by `limit`, and to 0 where it is nearer.
fn soft_threshold(value: f64, limit: f64) -> f64 {
    value.signum() * (value.abs() - limit).max(0.0)
}
