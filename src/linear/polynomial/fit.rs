//! The fitted polynomial.

use ndarray::{Array1, Array2, ArrayView1, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::data::{Column, Examples, Inputs, Table, require_numbers};
use crate::error::{Error, Result};
use crate::linear::closed_form::FittedClosedForm;
use crate::linear::model;
use crate::linear::summary::Coefficient;
use crate::metrics::{self, Evaluation};
use crate::saved::Saved;

/// A fitted polynomial of one feature, ŷ = b + w₁x + … + w_p xᵖ.
///
/// The weights of the powers are there to be read. Predictions do not come from them: far from x = 0 powers are large
/// and cancel each other. They are made in polynomials that are orthogonal on the data that was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedPolynomialRegression {
    feature: Column,
    least_squares: FittedClosedForm,
    centre: f64,
    scale: f64,
    /// The recurrence's numbers.
    alpha: Array1<f64>,
    beta: Array1<f64>,
    /// The coefficients of the orthogonal polynomials, one column a target.
    local: Array2<f64>,
}

impl FittedPolynomialRegression {
    pub(super) fn new(
        feature: Column,
        least_squares: FittedClosedForm,
        centre: f64,
        scale: f64,
        alpha: Array1<f64>,
        beta: Array1<f64>,
        local: Array2<f64>,
    ) -> Self {
        FittedPolynomialRegression { feature, least_squares, centre, scale, alpha, beta, local }
    }

    /// The degree p.
    pub fn degree(&self) -> usize {
        self.least_squares.model.weights.nrows()
    }

    /// The column of x.
    pub fn feature(&self) -> &Column {
        &self.feature
    }

    /// The columns of the powers in the order of the weights: `x`, `x^2`, …, as
    /// [`PolynomialFeatures`](crate::data::PolynomialFeatures) names them.
    pub fn columns(&self) -> &[Column] {
        self.least_squares.columns()
    }

    /// The targets' columns.
    pub fn target_columns(&self) -> &[Column] {
        self.least_squares.target_columns()
    }

    /// The weights of x, x², …, p × k: one row a power, one column a target.
    pub fn weights(&self) -> &Array2<f64> {
        self.least_squares.weights()
    }

    /// The weight of one power for the first target, by its name: `x^2`.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where no power has this name.
    pub fn weight(&self, power: &str) -> Result<f64> {
        self.least_squares.weight(power)
    }

    /// The intercepts b, one per target; 0 where there is none.
    pub fn intercepts(&self) -> &Array1<f64> {
        self.least_squares.intercepts()
    }

    /// The intercept b of the first target.
    pub fn intercept(&self) -> f64 {
        self.least_squares.intercept()
    }

    /// What to know of the digits.
    pub fn note(&self) -> &str {
        self.least_squares.note()
    }

    /// The coefficients of one target (the intercept first), with standard errors.
    ///
    /// # Errors
    /// A target that is not there, or no degree of freedom left.
    pub fn coefficients(&self, target: usize) -> Result<Vec<Coefficient>> {
        self.least_squares.coefficients(target)
    }

    /// Residual standard deviation s of one target, √(Σr² / (n − p)); not a number where no degree of freedom is left.
    pub fn residual_std(&self, target: usize) -> f64 {
        self.least_squares.residual_std(target)
    }

    /// R² on the training data, the mean over the targets; without intercept against zero instead of the mean.
    pub fn training_score(&self) -> f64 {
        self.least_squares.training_score()
    }

    /// The fit as a table, as [`FittedClosedForm::summary`] has it.
    pub fn summary(&self) -> Table {
        let mut table = self.least_squares.summary();
        let of = format!("Polynomial of degree {} in {}:", self.degree(), self.feature.name);
        table.title = table.title.replacen("Linear regression of", &of, 1);
        table
    }

    /// Predictions for every target, n × k, from x itself.
    ///
    /// # Errors
    /// More than one column or another than in the fit, text, missing or infinite values, a prediction beyond f64.
    pub fn predict_raw(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        let (x, columns) = (inputs.inputs(), inputs.input_columns());
        if x.ncols() != 1 {
            return Err(Error::Shape {
                what: "feature to predict from".into(),
                expected: format!("one column, `{}`, as in the fit; its powers are made here", self.feature.name),
                found: format!("{:?}", x.shape()),
            });
        }
        if let (true, Some([given])) = (self.least_squares.model.named, columns)
            && given.name != self.feature.name
        {
            let problem = format!("stands where the polynomial was fitted on `{}`", self.feature.name);
            return Err(Error::Column { column: given.name.clone(), problem });
        }
        require_numbers(x, columns.or(Some(std::slice::from_ref(&self.feature))), "x")?;
        let x_values = x.column(0).to_vec();
        let rows: Vec<Array1<f64>> = x_values.par_iter().map(|x| self.at(*x)).collect();
        let predicted = Array2::from_shape_fn((rows.len(), self.local.ncols()), |(row, target)| rows[row][target]);
        if let Some(row) = predicted.rows().into_iter().position(|row| !row.iter().all(|value| value.is_finite())) {
            let problem = format!(
                "the polynomial's value at {} (row {row}) is too large for f64: that is far from the data of the fit",
                x[[row, 0]]
            );
            return Err(Error::Data(problem));
        }
        Ok(predicted)
    }

    /// The values at one x, by the recurrence that made the orthogonal polynomials.
    fn at(&self, x: f64) -> Array1<f64> {
        let t = (x - self.centre) / self.scale;
        let start = if self.least_squares.intercept { 1.0 } else { x / self.scale };
        let (mut before, mut last) = (0.0, start / self.beta[0]);
        let mut sum = &self.local.row(0) * last;
        for step in 1..self.local.nrows() {
            let lower = if step == 1 { 0.0 } else { self.beta[step - 1] * before };
            let next = ((t - self.alpha[step - 1]) * last - lower) / self.beta[step];
            (before, last) = (last, next);
            sum.scaled_add(last, &self.local.row(step));
        }
        sum
    }

    /// Predictions ŷ for the one target, n values.
    ///
    /// # Errors
    /// As [`predict_raw`](Self::predict_raw); several targets, which that method predicts.
    pub fn predict(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
        self.least_squares.model.require_one_target("predict", "predict_raw")?;
        Ok(self.predict_raw(inputs)?.index_axis_move(Axis(1), 0))
    }

    /// Residuals y − ŷ, n × k.
    ///
    /// # Errors
    /// As [`predict_raw`](Self::predict_raw), and targets of another width.
    pub fn residuals(&self, examples: &impl Examples) -> Result<Array2<f64>> {
        model::residuals(examples, self.target_columns(), &self.predict_raw(examples)?)
    }

    /// R² on these examples; the mean over the targets where there are several.
    ///
    /// # Errors
    /// As [`residuals`](Self::residuals).
    pub fn score(&self, examples: &impl Examples) -> Result<f64> {
        self.mean_measure(examples, metrics::r_squared)
    }

    /// Mean squared error, mean absolute error and R² on these examples; the means over the targets where there are
    /// several.
    ///
    /// # Errors
    /// As [`residuals`](Self::residuals).
    pub fn evaluate(&self, examples: &impl Examples) -> Result<Evaluation> {
        let outputs = examples.outputs();
        let predicted = &outputs - &self.residuals(examples)?;
        Evaluation::of_numbers(outputs, predicted.view())
    }

    /// Mean squared error (1/n) Σ (y − ŷ)² on these examples.
    ///
    /// # Errors
    /// As [`residuals`](Self::residuals).
    pub fn mean_squared_error(&self, examples: &impl Examples) -> Result<f64> {
        self.mean_measure(examples, metrics::mean_squared_error)
    }

    /// Mean absolute error (1/n) Σ |y − ŷ| on these examples.
    ///
    /// # Errors
    /// As [`residuals`](Self::residuals).
    pub fn mean_absolute_error(&self, examples: &impl Examples) -> Result<f64> {
        self.mean_measure(examples, metrics::mean_absolute_error)
    }

    fn mean_measure(
        &self,
        examples: &impl Examples,
        measure: fn(ArrayView1<'_, f64>, ArrayView1<'_, f64>) -> Result<f64>,
    ) -> Result<f64> {
        let outputs = examples.outputs();
        let predicted = &outputs - &self.residuals(examples)?;
        metrics::mean_over_columns(outputs, predicted.view(), measure)
    }
}

impl Saved for FittedPolynomialRegression {
    const TYPE: &'static str = "FittedPolynomialRegression";

    fn check(&self) -> std::result::Result<(), String> {
        self.least_squares.check()?;
        let (degree, targets) = self.weights().dim();
        let count = degree + usize::from(self.least_squares.intercept);
        let lengths = (self.alpha.len() + 1, self.beta.len(), self.local.dim());
        match lengths == (count, count, (count, targets)) && degree > 0 && self.scale != 0.0 {
            true => Ok(()),
            false => Err(format!("a recurrence of lengths {lengths:?} for degree {degree} and {targets} targets")),
        }
    }
}
