//! `LinearModel`: ŷ = Wᵀx + b, whatever way its weights were found.

use ndarray::{Array1, Array2, ArrayView1, Axis};
use serde::{Deserialize, Serialize};

use crate::data::{Column, Examples, Inputs, require_fitted_columns, require_numbers, require_target_order};
use crate::error::{Error, Result};
use crate::metrics::{self, Evaluation};
use crate::saved::Saved;

/// A fitted linear model ŷ = Wᵀx + b: weights W (d × k), one intercept b per target.
///
/// [`ClosedForm`](super::ClosedForm) and [`GradientDescent`](super::GradientDescent) make it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearModel {
    pub(super) columns: Vec<Column>,
    pub(super) target_columns: Vec<Column>,
    /// Whether the columns' names came with the data, so that predictions can check them.
    pub(super) named: bool,
    pub(super) weights: Array2<f64>,
    pub(super) intercepts: Array1<f64>,
}

impl LinearModel {
    pub(super) fn new(
        columns: Vec<Column>,
        target_columns: Vec<Column>,
        named: bool,
        weights: &Array2<f64>,
        intercepts: Array1<f64>,
    ) -> Self {
        // Row-major, as they come back from a file: products with another order could be rounded otherwise.
        let weights = Array2::from_shape_fn(weights.dim(), |at| weights[at]);
        let intercepts = Array1::from_iter(intercepts);
        LinearModel { columns, target_columns, named, weights, intercepts }
    }

    /// The features' columns, in the order of the weights.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The targets' columns.
    pub fn target_columns(&self) -> &[Column] {
        &self.target_columns
    }

    /// The weights W, d × k: one row per feature, one column per target.
    #[doc(alias = "coef_")]
    pub fn weights(&self) -> &Array2<f64> {
        &self.weights
    }

    /// The intercepts b, one per target; 0 where the model has none.
    #[doc(alias = "intercept_")]
    pub fn intercepts(&self) -> &Array1<f64> {
        &self.intercepts
    }

    /// The weight of one feature, by its name, for the first target.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where no feature has this name.
    pub fn weight(&self, feature: &str) -> Result<f64> {
        match self.columns.iter().position(|column| column.name == feature) {
            Some(position) => Ok(self.weights[[position, 0]]),
            None => Err(Error::NoColumn {
                column: feature.into(),
                available: self.columns.iter().map(|column| column.name.clone()).collect(),
            }),
        }
    }

    /// The intercept b of the first target.
    pub fn intercept(&self) -> f64 {
        self.intercepts[0]
    }

    /// Predictions for every target, n × k.
    ///
    /// # Errors
    /// Other columns than the model was fitted on, text, missing or infinite values.
    pub fn predict_raw(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        let (features, columns) = (inputs.inputs(), inputs.input_columns());
        if features.ncols() != self.columns.len() {
            return Err(Error::Shape {
                what: "features to predict from".into(),
                expected: format!("{} columns, as in the fit", self.columns.len()),
                found: format!("{:?}", features.shape()),
            });
        }
        self.require_names(columns)?;
        require_numbers(features, columns.or(Some(&self.columns)), "x")?;
        Ok(features.dot(&self.weights) + &self.intercepts)
    }

    /// Predictions ŷ for the one target, n values.
    ///
    /// # Errors
    /// As [`predict_raw`](Self::predict_raw); several targets, which that method predicts.
    pub fn predict(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
        self.require_one_target("predict", "predict_raw")?;
        Ok(self.predict_raw(inputs)?.index_axis_move(Axis(1), 0))
    }

    /// Residuals y − ŷ, n × k.
    ///
    /// # Errors
    /// As [`predict_raw`](Self::predict_raw), and targets of another width or in another order.
    pub fn residuals(&self, examples: &impl Examples) -> Result<Array2<f64>> {
        residuals(examples, &self.target_columns, &self.predict_raw(examples)?)
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

    /// Refuses columns of other names than those of the fit, where it knew any.
    pub(super) fn require_names(&self, columns: Option<&[Column]>) -> Result<()> {
        if self.named { require_fitted_columns(&self.columns, columns, "model") } else { Ok(()) }
    }

    /// Learns the names of columns from the first examples that have any.
    pub(super) fn learn_names(&mut self, columns: Option<&[Column]>) {
        if let (false, Some(columns)) = (self.named, columns) {
            self.columns = columns.to_vec();
            self.named = true;
        }
    }

    pub(super) fn require_one_target(&self, called: &str, instead: &str) -> Result<()> {
        match self.weights.ncols() {
            1 => Ok(()),
            several => {
                Err(Error::Data(format!("the model has {several} targets; `{instead}` serves them, not `{called}`")))
            }
        }
    }
}

/// y − ŷ; refuses targets of another width, and such as are not numbers.
pub(super) fn residuals(examples: &impl Examples, targets: &[Column], predicted: &Array2<f64>) -> Result<Array2<f64>> {
    let outputs = examples.outputs();
    if outputs.shape() != predicted.shape() {
        let (expected, found) = (format!("{:?}", predicted.shape()), format!("{:?}", outputs.shape()));
        return Err(Error::Shape { what: "targets".into(), expected, found });
    }
    require_target_order(targets, examples.output_columns(), "model")?;
    require_numbers(outputs, examples.output_columns(), "y")?;
    Ok(&outputs - predicted)
}

impl Saved for LinearModel {
    const TYPE: &'static str = "LinearModel";

    fn check(&self) -> Result<(), String> {
        let fits = !self.columns.is_empty()
            && self.weights.dim() == (self.columns.len(), self.target_columns.len())
            && self.intercepts.len() == self.target_columns.len()
            && !self.intercepts.is_empty();
        let (weights, intercepts) = (self.weights.shape(), self.intercepts.len());
        let (columns, targets) = (self.columns.len(), self.target_columns.len());
        let problem = || format!("weights {weights:?}, {intercepts} intercepts, {columns} columns, {targets} targets");
        fits.then_some(()).ok_or_else(problem)
    }
}
