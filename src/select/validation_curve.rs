//! Validation curves: the scores against one hyper-parameter.

use ndarray::{Array1, Array2};

use super::bias_variance_diagnosis::{BiasVarianceDiagnosis, Expectation};
use super::candidates::Candidates;
use super::estimator::Estimator;
use super::fit_jobs::{Job, OnFailure, Training, evaluate, finished_candidates, jobs_of_folds, require_some};
use super::scoring::Scoring;
use super::split::Folds;
use crate::data::{Dataset, short};
use crate::error::{Error, Result};

/// Scores on training and validation part against one hyper-parameter: between underfitting and overfitting.
///
/// ```
/// use gradus::prelude::*;
/// let data = generators::polynomial(30, &[0.0, 1.0, 0.0, -1.0], 0.2, Seed(3))?;
/// let folds = KFold::new(5).shuffled(Seed(1));
/// let model = |degree: f64| {
///     Pipeline::new([Step::polynomial(degree as usize), Step::Standardize], LinearRegression::closed_form())
/// };
/// let degrees = [1.0, 2.0, 3.0, 8.0];
/// let curve = ValidationCurve::measure("degree", degrees, model, &data, &folds, Scoring::MeanSquaredError)?;
/// assert_eq!(curve.best(), 3.0);
/// let figure = curve.plot()?;
/// # Ok::<(), gradus::Error>(())
/// ```
#[doc(alias = "validation_curve")]
#[derive(Clone, Debug, PartialEq)]
pub struct ValidationCurve {
    scoring: Scoring,
    parameter: String,
    values: Vec<f64>,
    found: Candidates,
    interrupted: bool,
}

impl ValidationCurve {
    /// Fits the estimator that `build` makes of each value, once per fold, on all cores. At a value where a fit fails the
    /// scores are NaN, and the value keeps its [error](Self::errors); so does a value whose mean validation score is NaN.
    /// Where the user interrupts the cell, the curve has the values all of whose folds were done.
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first value is done; [`Error::Within`] with the first value and fold in which
    /// something failed, where all values failed; [`Error::Data`] without values; errors of `folds`.
    pub fn measure<E: Estimator>(
        parameter: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
        build: impl Fn(f64) -> E,
        data: &Dataset,
        folds: &dyn Folds,
        scoring: Scoring,
    ) -> Result<Self> {
        let (parameter, values) = (parameter.into(), values.into_iter().collect::<Vec<f64>>());
        if values.is_empty() {
            return Err(Error::Data(format!("the validation curve has no values of {parameter}")));
        }
        let folds = require_some(folds.folds(data)?)?;
        let estimators: Vec<E> = values.iter().map(|value| build(*value)).collect();
        let jobs: Vec<Job<'_>> = values
            .iter()
            .zip(&estimators)
            .flat_map(|(value, estimator)| {
                jobs_of_folds(estimator, &folds, &format!("{parameter} = {}", short(*value)))
            })
            .collect();
        let outcomes = evaluate(&jobs, data, &[scoring], Training::Score, OnFailure::Continue)?;
        let (done, outcomes) = finished_candidates(outcomes, folds.len())?;
        let place = |at: usize| jobs[done[at / folds.len()] * folds.len() + at % folds.len()].place.clone();
        let found = Candidates::of(outcomes, folds.len(), place)?;
        let interrupted = done.len() < values.len();
        let values = done.iter().map(|at| values[*at]).collect();
        Ok(ValidationCurve { scoring, found, parameter, values, interrupted })
    }

    /// Fits on all data with the best value, or with the next best where that fails, which then keeps its error. An
    /// interrupted curve does not know the best one.
    pub(super) fn fit_best<T>(&mut self, fit: impl Fn(f64) -> Result<T>) -> Result<T> {
        if self.interrupted {
            return Err(Error::Interrupted(format!("before all values of {} were done", self.parameter)));
        }
        let (parameter, values) = (&self.parameter, &self.values);
        let name = |at: usize| format!("{parameter} = {}", short(values[at]));
        Ok(self.found.fit_best(self.scoring, name, |at| fit(values[at]))?.1)
    }

    /// The measure.
    pub fn scoring(&self) -> Scoring {
        self.scoring
    }

    /// The hyper-parameter's name.
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// Whether the user interrupted it, so that values are missing.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// Its values.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The scores on the training parts, values × folds.
    pub fn training(&self) -> &Array2<f64> {
        &self.found.training
    }

    /// The scores on the validation parts, values × folds.
    pub fn validation(&self) -> &Array2<f64> {
        &self.found.validation
    }

    /// The first error at each value, if any.
    pub fn errors(&self) -> &[Option<Error>] {
        &self.found.errors
    }

    /// The means over the folds at each value: of the training scores, and of the validation scores.
    pub fn means(&self) -> [Array1<f64>; 2] {
        self.found.means()
    }

    /// The value with the best mean validation score, the first of equals; one with an error is passed over.
    pub fn best(&self) -> f64 {
        self.values[self.found.best(self.scoring)]
    }

    /// Returns whether the model has high bias or high variance at each value, against [`Expectation::usual`].
    ///
    /// # Errors
    /// A measure where less is better needs [`diagnoses_against`](Self::diagnoses_against); a value that failed.
    pub fn diagnoses(&self) -> Result<Vec<BiasVarianceDiagnosis>> {
        self.diagnoses_against(Expectation::usual(self.scoring)?)
    }

    /// The same against an expectation of your own.
    ///
    /// # Errors
    /// As [`BiasVarianceDiagnosis::new`]; the error of a value that failed.
    pub fn diagnoses_against(&self, expectation: Expectation) -> Result<Vec<BiasVarianceDiagnosis>> {
        if let Some(error) = self.errors().iter().flatten().next() {
            return Err(error.clone());
        }
        let [training, validation] = self.means();
        let pairs = training.iter().zip(&validation);
        pairs
            .map(|(training, validation)| BiasVarianceDiagnosis::new(self.scoring, *training, *validation, expectation))
            .collect()
    }
}
