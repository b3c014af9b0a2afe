//! Linear regression by gradient descent: the squared error.

use ndarray::Array1;

use super::FittedGradientDescent;
use super::require_widths;
use super::state::{Data, TrainingState};
use crate::data::{Column, Examples, columns_or_numbered, require_target_order};
use crate::error::Result;
use crate::linear::gradient_descent::GradientDescent;
use crate::linear::model::LinearModel;
use crate::linear::squared_error::SquaredError;
use crate::linear::{present_examples, require_examples};

impl GradientDescent {
    /// Sets which squared error is minimized; default the first lecture's, with ½.
    #[must_use]
    pub fn cost(mut self, cost: SquaredError) -> Self {
        self.cost = cost;
        self
    }

    /// Descends for the given number of epochs, or until the user [interrupts](FittedGradientDescent::interrupted) the
    /// cell.
    ///
    /// # Errors
    /// [`Error::Diverged`](crate::Error::Diverged) with the largest safe rate; parameters out of range; examples as
    /// [`ClosedForm::fit`](crate::linear::ClosedForm::fit) refuses them.
    pub fn fit(&self, examples: &impl Examples) -> Result<FittedGradientDescent> {
        let own = self.settings.sample_weights.as_ref();
        match present_examples(examples, own)? {
            Some(present) => {
                self.fit_present(&present, Some(&present.weights)).map_err(|error| present.in_all_rows(error))
            }
            None => self.fit_present(examples, own),
        }
    }

    /// The fit of examples that all count, each with its own weight.
    fn fit_present(&self, examples: &impl Examples, own: Option<&Array1<f64>>) -> Result<FittedGradientDescent> {
        require_examples(examples, true)?;
        let epochs = self.settings.epochs()?;
        let mut descent = self.begin(
            columns_or_numbered(examples.input_columns(), examples.inputs().ncols(), "x"),
            columns_or_numbered(examples.output_columns(), examples.outputs().ncols(), "y"),
            examples.input_columns().is_some(),
        )?;
        descent.train_checked(examples, own, epochs)?;
        Ok(descent)
    }

    /// A model at its start, to be fed a stream of examples through
    /// [`partial_fit`](FittedGradientDescent::partial_fit): online learning. It learns the features' names from the
    /// first examples that have any.
    ///
    /// # Errors
    /// Parameters out of range; a start of another shape.
    pub fn online(&self, features: usize) -> Result<FittedGradientDescent> {
        let columns = columns_or_numbered(None, features, "x");
        self.begin(columns, columns_or_numbered(None, 1, "y"), false)
    }

    /// The largest learning rate at which plain steps on full batches converge here, 2/λmax of the cost's Hessian
    /// 2c [1 X]ᵀ[1 X]/n + 2λ. Single examples and small batches need less.
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
        let own = self.settings.sample_weights.as_ref();
        match present_examples(examples, own)? {
            Some(present) => self
                .eigenvalues_of_present(&present, Some(&present.weights))
                .map_err(|error| present.in_all_rows(error)),
            None => self.eigenvalues_of_present(examples, own),
        }
    }

    fn eigenvalues_of_present(&self, examples: &impl Examples, own: Option<&Array1<f64>>) -> Result<Array1<f64>> {
        require_examples(examples, true)?;
        self.settings.eigenvalues(examples.inputs(), own, 2.0 * self.cost.factor())
    }

    /// A descent before its first step.
    fn begin(&self, columns: Vec<Column>, target_columns: Vec<Column>, named: bool) -> Result<FittedGradientDescent> {
        self.settings.check()?;
        let (weights, intercepts) = self.settings.start(columns.len(), target_columns.len())?;
        let model = LinearModel::new(columns, target_columns, named, &weights, intercepts);
        let state = TrainingState::new(&model, self.settings.clone(), self.cost.into());
        Ok(FittedGradientDescent { model, state, notes: vec![] })
    }
}

impl FittedGradientDescent {
    /// Runs more epochs from the present parameters.
    ///
    /// # Errors
    /// As [`GradientDescent::fit`], and examples of another width than before or with the columns in another order.
    /// After an error the model is unchanged.
    pub fn train(&mut self, examples: &impl Examples, epochs: usize) -> Result<()> {
        let own = self.state.settings.sample_weights.clone();
        match present_examples(examples, own.as_ref())? {
            Some(present) => {
                self.train_present(&present, Some(&present.weights), epochs).map_err(|error| present.in_all_rows(error))
            }
            None => self.train_present(examples, own.as_ref(), epochs),
        }
    }

    fn train_present(&mut self, examples: &impl Examples, own: Option<&Array1<f64>>, epochs: usize) -> Result<()> {
        require_examples(examples, true)?;
        self.train_checked(examples, own, epochs)
    }

    /// [`train`](Self::train) on examples that `require_examples` has let through.
    fn train_checked(&mut self, examples: &impl Examples, own: Option<&Array1<f64>>, epochs: usize) -> Result<()> {
        let (x, y) = (examples.inputs(), examples.outputs());
        require_widths(&self.model, self.model.weights.ncols(), x, y)?;
        self.model.require_names(examples.input_columns())?;
        require_target_order(&self.model.target_columns, examples.output_columns(), "model")?;
        let weights = own.map(|own| own * (own.len() as f64 / own.sum()));
        let data = Data { x, y, weights: weights.as_ref() };
        let outcome = self.state.train(&mut self.model, data, epochs);
        outcome.map_err(|failure| self.state.error(data, failure))?;
        self.model.learn_names(examples.input_columns());
        Ok(())
    }

    /// Learns from examples as they come: one pass over these rows in their order, in steps of the batch's size.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub fn partial_fit(&mut self, examples: &impl Examples) -> Result<()> {
        require_examples(examples, true)?;
        let (x, y) = (examples.inputs(), examples.outputs());
        require_widths(&self.model, self.model.weights.ncols(), x, y)?;
        self.model.require_names(examples.input_columns())?;
        require_target_order(&self.model.target_columns, examples.output_columns(), "model")?;
        let data = Data { x, y, weights: None };
        let outcome = self.state.pass(&mut self.model, data);
        outcome.map_err(|failure| self.state.error(data, failure))?;
        self.model.learn_names(examples.input_columns());
        Ok(())
    }
}
