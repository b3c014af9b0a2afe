//! What a search found: each point with its scores, the best one, and the model fitted with it.

use std::sync::Arc;

use ndarray::{Array1, Array2, Axis};

use super::candidates::{Candidates, better};
use super::estimator::{Estimator, Predictor, Probabilities};
use super::evaluate::{Job, OnFailure, Training, evaluate, jobs_of_folds, place, require_some, whole_points};
use super::param_set::ParamSet;
use super::scoring::Scoring;
use super::split::Folds;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::interrupt::heeding;

/// The points of a search with their scores on the validation parts.
#[derive(Clone, Debug)]
pub struct SearchResults {
    points: Vec<ParamSet>,
    scoring: Scoring,
    found: Candidates,
    best: usize,
    best_model: Arc<dyn Predictor>,
    /// How many points there were to be.
    planned: usize,
    interrupted: bool,
}

impl SearchResults {
    /// The points, in the order of the search.
    pub fn param_sets(&self) -> &[ParamSet] {
        &self.points
    }

    /// By what the points were scored.
    pub fn scoring(&self) -> Scoring {
        self.scoring
    }

    /// The validation scores, points × folds; NaN where a fit failed.
    pub fn scores(&self) -> &Array2<f64> {
        &self.found.validation
    }

    /// The first error at each point, if any: the search goes on without such a point.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let data = datasets::diabetes()?;
    /// let results = GridSearch::over("α", [0.1, 10.0]).run(
    ///     |point| {
    ///         let descent = LinearRegression::gradient_descent().learning_rate(point.number("α")?);
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

    /// The mean validation score of each point; NaN at one that failed.
    pub fn means(&self) -> Array1<f64> {
        self.found.ranked()
    }

    /// The standard deviation of each point's scores over the folds, the population's.
    pub fn stds(&self) -> Array1<f64> {
        self.found.validation.std_axis(Axis(1), 0.0)
    }

    /// The rank of each point, 1 for the best; equal means share the better rank, and points that failed the last one, as in
    /// scikit-learn.
    pub fn ranks(&self) -> Vec<usize> {
        let means = self.means();
        means.iter().map(|own| 1 + means.iter().filter(|other| better(self.scoring, **other, *own)).count()).collect()
    }

    /// The point with the best mean score, the first of equals.
    pub fn best(&self) -> &ParamSet {
        &self.points[self.best]
    }

    /// Its mean score.
    pub fn best_score(&self) -> f64 {
        self.means()[self.best]
    }

    /// Whether the reader interrupted the search. Then its points are those all of whose folds were done, and the best
    /// of them is not fitted on all data: make the estimator of [`best`](Self::best) once more, and fit that.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// How many points there were to be: more than [`points`](Self::param_sets) where it was interrupted.
    pub fn planned_param_sets(&self) -> usize {
        self.planned
    }

    /// The model of the best point, fitted on all data; of an [interrupted](Self::interrupted) search one that answers
    /// with an error. Its score on new data will be a little worse than [`best_score`](Self::best_score), by which it
    /// was chosen.
    pub fn best_model(&self) -> &dyn Predictor {
        self.best_model.as_ref()
    }
}

/// In place of the best point's model where the search was interrupted: half a training must not pass for it.
#[derive(Debug)]
struct Unfitted;

impl Unfitted {
    fn error<T>() -> Result<T> {
        let when =
            "before the best point was fitted on all data; make the estimator of `best()` once more, and fit that";
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

/// Cross-validates each point, and fits the best again on all data.
///
/// A point that cannot be made, fitted or scored, or whose mean score is NaN, keeps its error, and the search goes on; so it does with the next best
/// where the best cannot be fitted on all data.
pub(super) fn search<E: Estimator>(
    points: Vec<ParamSet>,
    build: impl Fn(&ParamSet) -> Result<E>,
    data: &Dataset,
    folds: &dyn Folds,
    scoring: Scoring,
) -> Result<SearchResults> {
    let Some(first) = points.first() else { return Err(Error::Data("the search has no points".into())) };
    let names: Vec<&String> = first.settings().iter().map(|(name, _)| name).collect();
    if let Some(name) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name) {
        return Err(Error::Data(format!("the search names the parameter `{name}` twice")));
    }
    let folds = require_some(folds.folds(data)?)?;
    let heeding = heeding();
    let planned = points.len();
    let within = |place: String, error| Error::Within { place, error: Box::new(error) };
    let make = |point: &ParamSet| build(point).map_err(|error| within(point.to_string(), error));
    let estimators: Vec<Result<E>> = points.iter().map(make).collect();
    let jobs: Vec<Job<'_>> = points
        .iter()
        .zip(&estimators)
        .filter_map(|(point, estimator)| Some(jobs_of_folds(estimator.as_ref().ok()?, &folds, &point.to_string())))
        .flatten()
        .collect();
    let mut outcomes = evaluate(&jobs, data, &[scoring], Training::Skip, OnFailure::GoOn)?.into_iter();
    let mut all = Vec::with_capacity(points.len() * folds.len());
    for estimator in &estimators {
        match estimator {
            Ok(_) => all.extend(outcomes.by_ref().take(folds.len())),
            Err(error) => all.extend((0..folds.len()).map(|_| Err(error.clone()))),
        }
    }
    let (done, all) = whole_points(all, folds.len())?;
    let points: Vec<ParamSet> = done.iter().map(|at| points[*at].clone()).collect();
    let mut interrupted = done.len() < planned;
    let name = |at: usize| points[at].to_string();
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
    Ok(SearchResults { points, scoring, found, best, best_model, planned, interrupted })
}
