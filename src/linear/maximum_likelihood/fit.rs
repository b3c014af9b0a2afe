//! From examples to a fitted classifier.

use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};

use super::MaximumLikelihood;
use super::fitted::FittedMaximumLikelihood;
use super::objective::Objective;
use super::solve::{Failure, Solution};
use super::warnings::separated;
use crate::check;
use crate::data::ClassWeights;
use crate::data::{Examples, columns_or_numbered};
use crate::error::{Error, Result};
use crate::interrupt::heeding;
use crate::linear::classes::Classes;
use crate::linear::classifier::{LinearClassifier, Link};
use crate::linear::model::LinearModel;
use crate::linear::standardize::Standardization;
use crate::linear::{present_examples, require_examples};

impl<Model> MaximumLikelihood<Model> {
    /// Finds the weights. When the user interrupts the cell, they are those of the last step, which
    /// [`interrupted`](FittedMaximumLikelihood::interrupted) and the note report.
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first step; no examples or no features; several targets, labels that are not
    /// classes, one class only; more than two classes in logistic regression; text, missing or infinite values;
    /// parameters out of range. Without penalty: classes that the features separate perfectly, for which no maximum
    /// exists.
    pub fn fit(&self, examples: &impl Examples) -> Result<FittedMaximumLikelihood> {
        match present_examples(examples, self.sample_weights.as_ref())? {
            Some(present) => {
                self.fit_present(&present, Some(&present.weights)).map_err(|error| present.in_all_rows(error))
            }
            None => self.fit_present(examples, self.sample_weights.as_ref()),
        }
    }

    /// The fit of examples that all count, each with its own weight.
    fn fit_present(&self, examples: &impl Examples, own: Option<&Array1<f64>>) -> Result<FittedMaximumLikelihood> {
        let outputs = examples.outputs();
        if outputs.nrows() == 0 || outputs.nrows() != examples.inputs().nrows() {
            require_examples(&(examples, Array1::zeros(outputs.nrows())), false)?;
        }
        let (classes, positions) = Classes::of(examples)?;
        // Labels may be categories, which are not numbers to compute with; their positions are.
        let numbers = Array1::from_iter(positions.iter().map(|position| *position as f64));
        require_examples(&(examples, &numbers), false)?;
        self.check(&classes)?;
        let x = examples.inputs();
        let most = Standardization::of_most(x, own.map(|own| own.view()), self.intercept);
        // A copy of features that are well as they are would only take time and memory.
        let (rows, standard, spread) = match most.is_dispensable() {
            true => (x.as_standard_layout(), Standardization::none(x.ncols()), most.scale),
            false => (most.apply(x).into(), most, Array1::ones(x.ncols())),
        };
        let problems = match self.link {
            Link::OneVsRest => (0..classes.count())
                .map(|class| (positions.iter().map(|at| usize::from(*at == class)).collect(), Some(class)))
                .collect(),
            _ => vec![(positions.clone(), None)],
        };
        let heeding = heeding();
        let mut solutions = Vec::with_capacity(problems.len());
        for (class, against_rest) in problems {
            let weights = self.weights(&classes, &positions, &class, own)?;
            let total = weights.as_ref().map_or(x.nrows() as f64, |weights| weights.iter().sum());
            let objective = Objective {
                x: rows.view(),
                class: &class,
                weights: weights.as_deref(),
                total,
                scores: if self.link == Link::Softmax { classes.count() } else { 1 },
                intercept: self.intercept,
                penalty: self.strength.penalty(total, &standard.scale)?,
                spread: spread.view(),
            };
            let solved =
                self.solve(&objective, &standard, &heeding).map_err(|failure| match (failure, against_rest) {
                    (Failure::Error(error @ Error::Interrupted(_)), _) => error,
                    (Failure::Error(error), _) => {
                        // NaN and infinities leave no finite gradient; only then is it worth a pass to find them.
                        require_examples(&(examples, &numbers), true).err().unwrap_or(error)
                    }
                    (Failure::Separated, class) => separated(&classes, class),
                })?;
            solutions.push(solved);
        }
        self.assemble(examples, classes, &positions, own, solutions)
    }

    /// Refuses settings that contradict the data or each other.
    fn check(&self, classes: &Classes) -> Result<()> {
        if self.link == Link::Sigmoid && classes.count() > 2 {
            let problem = format!(
                "shows {} classes, and logistic regression takes two; `SoftmaxRegression` takes any number",
                classes.count()
            );
            return Err(Error::Column { column: classes.target.name.clone(), problem });
        }
        check::positive("tolerance", self.tolerance)?;
        check::at_least("max_iterations", 1, self.max_iterations as u64)?;
        check::unit_interval("threshold", self.threshold)
    }

    /// ω of each example: its sample weight times its class'. Balanced within the problem, given by the original class.
    fn weights(
        &self,
        classes: &Classes,
        positions: &[usize],
        class: &[usize],
        own: Option<&Array1<f64>>,
    ) -> Result<Option<Vec<f64>>> {
        let weights = match (&self.class_weights, self.link) {
            (ClassWeights::Balanced, Link::OneVsRest) => {
                self.class_weights.of_examples(&["the rest".into(), "the class".into()], class, own)
            }
            _ => self.class_weights.of_examples(&classes.names, positions, own),
        }?;
        Ok(weights.map(|weights| weights.to_vec()))
    }

    /// The fitted classifier from the solution of each problem.
    fn assemble(
        &self,
        examples: &impl Examples,
        classes: Classes,
        positions: &[usize],
        own: Option<&Array1<f64>>,
        solutions: Vec<Solution>,
    ) -> Result<FittedMaximumLikelihood> {
        let columns = columns_or_numbered(examples.input_columns(), examples.inputs().ncols(), "x");
        let parts: Vec<ArrayView2<'_, f64>> = solutions.iter().map(|solution| solution.weights.view()).collect();
        let weights = concatenate(Axis(1), &parts).map_err(Error::library("weights of the classes"))?;
        let intercepts: Array1<f64> = solutions.iter().flat_map(|solution| &solution.intercepts).copied().collect();
        if !weights.iter().chain(&intercepts).all(|value| value.is_finite()) {
            return Err(Error::Data("the weights are too large for f64; scale the features first".into()));
        }
        let target_columns = match self.link {
            Link::Sigmoid => vec![classes.target.clone()],
            _ => classes.names.iter().map(crate::data::Column::number).collect(),
        };
        let named = examples.input_columns().is_some();
        let scores = LinearModel::new(columns, target_columns, named, &weights, intercepts);
        let warnings = self.warnings(examples, &classes, positions, own, &solutions);
        let errors: std::result::Result<Vec<Array2<f64>>, String> =
            solutions.iter().map(|solution| solution.standard_errors.clone()).collect();
        let standard_errors = match (errors, &self.class_weights) {
            (_, ClassWeights::Balanced | ClassWeights::Given(_)) => {
                Err("class weights change what the examples are".into())
            }
            (Err(reason), _) => Err(reason),
            (Ok(errors), _) => {
                let views: Vec<ArrayView2<'_, f64>> = errors.iter().map(|errors| errors.view()).collect();
                concatenate(Axis(1), &views).map_err(|error| error.to_string())
            }
        };
        let first = solutions.first();
        Ok(FittedMaximumLikelihood {
            classifier: LinearClassifier { scores, link: self.link, classes, threshold: self.threshold },
            examples: positions.len(),
            intercept: self.intercept,
            iterations: solutions.iter().map(|solution| solution.iterations).max().unwrap_or(0),
            converged: solutions.iter().all(|solution| solution.converged),
            interrupted: solutions.iter().any(|solution| solution.interrupted),
            gradient_norm: solutions.iter().map(|solution| solution.gradient_norm).fold(0.0, f64::max),
            objective: solutions.iter().map(|solution| solution.objective).sum(),
            log_likelihood: solutions.iter().map(|solution| solution.log_likelihood).sum(),
            null_log_likelihood: solutions.iter().map(|solution| solution.null_log_likelihood).sum(),
            solver: first.map_or(String::new(), |solution| solution.solver.into()),
            standard_errors,
            note: warnings.join(" "),
        })
    }
}
