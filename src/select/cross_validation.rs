//! Cross-validation: the scores of a model on rows it has not seen, fold by fold.

use ndarray::{Array1, Array2};

use super::bias_variance_diagnosis::{BiasVarianceDiagnosis, Expectation};
use super::estimator::Estimator;
use super::fit_jobs::{OnFailure, Outcome, Training, evaluate, jobs_of_folds, require_some};
use super::scoring::Scoring;
use super::split::Folds;
use crate::data::Dataset;
use crate::error::{Error, Result};

/// Fits the estimator once per fold and scores it on the fold's training and validation part, on all cores.
///
/// # Arguments
/// - `estimator`: hyper-parameters, such as `LinearRegression::closed_form()` or a [`Pipeline`](super::Pipeline).
/// - `folds`: how the rows are divided, such as [`KFold`](super::KFold).
/// - `scorings`: the measures; all scores come from the same fits.
///
/// ```
/// use gradus::prelude::*;
/// let (model, data) = (LinearRegression::closed_form(), datasets::diabetes()?);
/// let scores = cross_validate(&model, &data, &KFold::new(5), &[Scoring::RSquared, Scoring::MeanAbsoluteError])?;
/// assert_eq!(scores.validation(Scoring::RSquared)?.len(), 5);
/// assert!((scores.mean(Scoring::RSquared)? - 0.4823).abs() < 1e-4);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Interrupted`] where the user interrupts the cell before a fold is done; [`Error::Within`] with the first
/// fold in which the estimator or a measure failed; errors of `folds`; [`Error::Data`] without a
/// scoring. Sample weights given to an estimator do not match a fold's rows and are refused.
#[doc(alias = "cross_val_score")]
pub fn cross_validate(
    estimator: &dyn Estimator,
    data: &Dataset,
    folds: &dyn Folds,
    scorings: &[Scoring],
) -> Result<CrossValidation> {
    let folds = require_some(folds.folds(data)?)?;
    let jobs = jobs_of_folds(estimator, &folds, "");
    let outcomes = evaluate(&jobs, data, scorings, Training::Score, OnFailure::Stop)?;
    // Folds that were not done when the user interrupted the cell are left out.
    let done = outcomes.into_iter().filter(|outcome| !outcome.as_ref().is_err_and(Error::is_interruption));
    let outcomes = done.collect::<Result<Vec<Outcome>>>()?;
    if outcomes.is_empty() {
        return Err(Error::Interrupted(format!("before the first of {} folds was done", folds.len())));
    }
    let shape = (scorings.len(), outcomes.len());
    Ok(CrossValidation {
        scorings: scorings.to_vec(),
        planned: folds.len(),
        validation: Array2::from_shape_fn(shape, |(scoring, fold)| outcomes[fold].validation[scoring]),
        training: Array2::from_shape_fn(shape, |(scoring, fold)| outcomes[fold].training[scoring]),
        fit_seconds: outcomes.iter().map(|outcome| outcome.fit_seconds).collect(),
    })
}

/// The scores of [`cross_validate`], fold by fold.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidation {
    scorings: Vec<Scoring>,
    /// The number of folds planned.
    planned: usize,
    /// Scorings × folds.
    validation: Array2<f64>,
    training: Array2<f64>,
    fit_seconds: Array1<f64>,
}

impl CrossValidation {
    /// The measures.
    pub fn scorings(&self) -> &[Scoring] {
        &self.scorings
    }

    /// The number of folds done.
    pub fn folds(&self) -> usize {
        self.validation.ncols()
    }

    /// The number of folds planned: more where the user interrupted the cell, and the scores are those of the folds
    /// done by then.
    pub fn planned_folds(&self) -> usize {
        self.planned
    }

    /// Whether the user interrupted it.
    pub fn interrupted(&self) -> bool {
        self.folds() < self.planned
    }

    /// The scores on the validation parts, one per fold.
    ///
    /// # Errors
    /// [`Error::Data`] for a scoring that was not requested.
    pub fn validation(&self, scoring: Scoring) -> Result<Array1<f64>> {
        Ok(self.validation.row(self.position(scoring)?).to_owned())
    }

    /// The scores on the training parts, one per fold.
    ///
    /// # Errors
    /// As [`validation`](Self::validation).
    pub fn training(&self, scoring: Scoring) -> Result<Array1<f64>> {
        Ok(self.training.row(self.position(scoring)?).to_owned())
    }

    /// The mean of the validation scores.
    ///
    /// # Errors
    /// As [`validation`](Self::validation).
    pub fn mean(&self, scoring: Scoring) -> Result<f64> {
        Ok(self.validation.row(self.position(scoring)?).mean().unwrap_or(f64::NAN))
    }

    /// The population standard deviation of the validation scores over the folds.
    ///
    /// # Errors
    /// As [`validation`](Self::validation).
    pub fn std(&self, scoring: Scoring) -> Result<f64> {
        Ok(self.validation.row(self.position(scoring)?).std(0.0))
    }

    /// Seconds from the start to the end of each fit; a fit that waits for a core includes the waiting.
    pub fn fit_seconds(&self) -> &Array1<f64> {
        &self.fit_seconds
    }

    /// Returns whether the model has high bias or high variance, from the mean scores of training and validation, against
    /// [`Expectation::usual`].
    ///
    /// # Errors
    /// As [`validation`](Self::validation); a measure where less is better needs
    /// [`diagnosis_against`](Self::diagnosis_against).
    pub fn diagnosis(&self, scoring: Scoring) -> Result<BiasVarianceDiagnosis> {
        self.diagnosis_against(scoring, Expectation::usual(scoring)?)
    }

    /// The same against an expectation of your own.
    ///
    /// # Errors
    /// As [`validation`](Self::validation), and as [`BiasVarianceDiagnosis::new`].
    pub fn diagnosis_against(&self, scoring: Scoring, expectation: Expectation) -> Result<BiasVarianceDiagnosis> {
        let training = self.training.row(self.position(scoring)?).mean().unwrap_or(f64::NAN);
        BiasVarianceDiagnosis::new(scoring, training, self.mean(scoring)?, expectation)
    }

    fn position(&self, scoring: Scoring) -> Result<usize> {
        let known = || self.scorings.iter().map(Scoring::to_string).collect::<Vec<_>>().join(", ");
        self.scorings
            .iter()
            .position(|known| *known == scoring)
            .ok_or_else(|| Error::Data(format!("{scoring} was not requested; there are {}", known())))
    }
}
