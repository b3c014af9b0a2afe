//! The results of a search: each candidate with its scores, the best one, and the model fitted with it.

use std::sync::Arc;

use ndarray::{Array1, Array2, Axis};

use super::candidates::{Candidates, better};
use super::estimator::{Estimator, Predictor, Probabilities};
use super::fit_jobs::{Job, OnFailure, Training, evaluate, finished_candidates, jobs_of_folds, place, require_some};
use super::param_set::ParamSet;
use super::scoring::Scoring;
use super::split::Folds;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::interrupt::heeding;

/// The candidates of a search with their scores on the validation parts.
#[doc(alias = "cv_results_")]
#[derive(Clone, Debug)]
pub struct SearchResults {
    candidates: Vec<ParamSet>,
    scoring: Scoring,
    found: Candidates,
    best: usize,
    best_model: Arc<dyn Predictor>,
    /// The number of candidates planned.
    planned: usize,
    interrupted: bool,
}

impl SearchResults {
    /// The candidates, in the order of the search.
    pub fn param_sets(&self) -> &[ParamSet] {
        &self.candidates
    }

    /// The measure by which the candidates were scored.
    pub fn scoring(&self) -> Scoring {
        self.scoring
    }

    /// The validation scores, candidates × folds; NaN where a fit failed.
    pub fn scores(&self) -> &Array2<f64> {
        &self.found.validation
    }

    /// The first error of each candidate, if any: the search continues without it.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let data = datasets::diabetes()?;
    /// let results = GridSearch::over("α", [0.1, 10.0]).run(
    ///     |params| {
    ///         let descent = LinearRegression::gradient_descent().learning_rate(params.number("α")?);
    ///         Ok(Pipeline::new([Step::Standardize], descent))
    ///     },
    ///     &data,
    ///     &KFold::new(3),
    ///     Scoring::RSquared,
    /// )?;
    /// assert_eq!(results.best().to_string(), "α = 0.1");
    /// let error = results.errors()[1].as_ref().map(|error| error.to_string()).unwrap_or_default();
    /// assert!(error.starts_with("α = 10, fold 1 of 3: gradient descent diverged"));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn errors(&self) -> &[Option<Error>] {
        &self.found.errors
    }

    /// The mean validation score of each candidate; NaN for one that failed.
    #[doc(alias = "mean_test_score")]
    pub fn means(&self) -> Array1<f64> {
        self.found.ranked()
    }

    /// The population standard deviation of each candidate's scores over the folds.
    #[doc(alias = "std_test_score")]
    pub fn stds(&self) -> Array1<f64> {
        self.found.validation.std_axis(Axis(1), 0.0)
    }

    /// The rank of each candidate, 1 for the best; equal means share the better rank, and failed candidates the last one, as in
    /// scikit-learn.
    pub fn ranks(&self) -> Vec<usize> {
        let means = self.means();
        means.iter().map(|own| 1 + means.iter().filter(|other| better(self.scoring, **other, *own)).count()).collect()
    }

    /// The candidate with the best mean score, the first of equals.
    #[doc(alias = "best_params_")]
    pub fn best(&self) -> &ParamSet {
        &self.candidates[self.best]
    }

    /// The mean score of the best candidate.
    #[doc(alias = "best_score_")]
    pub fn best_score(&self) -> f64 {
        self.means()[self.best]
    }

    /// Whether the user interrupted the search. Then its candidates are those whose folds were all done, and the
    /// best of them is not fitted on all data: build the estimator of [`best`](Self::best) again, and fit it.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// The number of candidates planned: more than [`param_sets`](Self::param_sets) has where the search was interrupted.
    pub fn planned_param_sets(&self) -> usize {
        self.planned
    }

    /// The model of the best candidate, fitted on all data. For an [interrupted](Self::interrupted) search, every call on
    /// it returns an error. Its score on new data will be a little worse than [`best_score`](Self::best_score), by which it
    /// was chosen.
    #[doc(alias = "best_estimator_")]
    pub fn best_model(&self) -> &dyn Predictor {
        self.best_model.as_ref()
    }
}

/// The stand-in for the best candidate's model where the search was interrupted.
#[derive(Debug)]
struct Unfitted;

impl Unfitted {
    fn error<T>() -> Result<T> {
        let when =
            "before the best candidate was fitted on all data; build the estimator of `best()` again, and fit it";
        Err(Error::Interrupted(when.into()))
    }
}

impl Predictor for Unfitted {
    fn predict_values(&self, _data: &Dataset) -> Result<Array2<f64>> {
        Unfitted::error()
    }

    fn probabilities(&self, _data: &Dataset) -> Result<Option<Probabilities>> {
        Unfitted::error()
    }
}

/// Cross-validates each candidate, and fits the best again on all data.
///
/// A candidate that cannot be built, fitted or scored, or whose mean score is NaN, keeps its error, and the search
/// continues; where the best cannot be fitted on all data, the next best is.
pub(super) fn search<E: Estimator>(
    candidates: Vec<ParamSet>,
    build: impl Fn(&ParamSet) -> Result<E>,
    data: &Dataset,
    folds: &dyn Folds,
    scoring: Scoring,
) -> Result<SearchResults> {
    let Some(first) = candidates.first() else { return Err(Error::Data("the search has no candidates".into())) };
    let names: Vec<&String> = first.settings().iter().map(|(name, _)| name).collect();
    if let Some(name) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name) {
        return Err(Error::Data(format!("the search names the parameter `{name}` twice")));
    }
    let folds = require_some(folds.folds(data)?)?;
    let heeding = heeding();
    let planned = candidates.len();
    let within = |place: String, error| Error::Within { place, error: Box::new(error) };
    let make = |candidate: &ParamSet| build(candidate).map_err(|error| within(candidate.to_string(), error));
    let estimators: Vec<Result<E>> = candidates.iter().map(make).collect();
    let jobs: Vec<Job<'_>> = candidates
        .iter()
        .zip(&estimators)
        .filter_map(|(candidate, estimator)| {
            Some(jobs_of_folds(estimator.as_ref().ok()?, &folds, &candidate.to_string()))
        })
        .flatten()
        .collect();
    let mut outcomes = evaluate(&jobs, data, &[scoring], Training::Skip, OnFailure::Continue)?.into_iter();
    let mut all = Vec::with_capacity(candidates.len() * folds.len());
    for estimator in &estimators {
        match estimator {
            Ok(_) => all.extend(outcomes.by_ref().take(folds.len())),
            Err(error) => all.extend((0..folds.len()).map(|_| Err(error.clone()))),
        }
    }
    let (done, all) = finished_candidates(all, folds.len())?;
    let candidates: Vec<ParamSet> = done.iter().map(|at| candidates[*at].clone()).collect();
    let mut interrupted = done.len() < planned;
    let name = |at: usize| candidates[at].to_string();
    let place = |at: usize| place(&name(at / folds.len()), at % folds.len(), folds.len());
    let mut found = Candidates::of(all, folds.len(), place)?;
    let (best, model) = found.fit_best(scoring, name, |at| match &estimators[done[at]] {
        _ if interrupted => Ok(None),
        Ok(estimator) => match estimator.fit_model(data) {
            _ if heeding.requested() => Ok(None),
            fitted => fitted.map(Some),
        },
        Err(error) => Err(error.clone()),
    })?;
    interrupted |= model.is_none();
    let best_model = model.map_or_else(|| Arc::new(Unfitted) as Arc<dyn Predictor>, Arc::from);
    Ok(SearchResults { candidates, scoring, found, best, best_model, planned, interrupted })
}
