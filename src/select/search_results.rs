//! What a search found: each point with its scores, the best one, and the model fitted with it.

use std::sync::Arc;

use ndarray::{Array1, Array2, Axis};

use super::estimator::{Estimator, Predictor};
use super::evaluate::{Job, Training, by_point, evaluate, jobs_of_folds, require_some};
use super::point::Point;
use super::scoring::Scoring;
use super::split::Folds;
use crate::data::Dataset;
use crate::error::{Error, Result};

/// The points of a search with their scores on the validation parts.
#[derive(Clone, Debug)]
pub struct SearchResults {
    points: Vec<Point>,
    scoring: Scoring,
    /// Points × folds.
    scores: Array2<f64>,
    best: usize,
    best_model: Arc<dyn Predictor>,
}

impl SearchResults {
    /// The points, in the order of the search.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// By what the points were scored.
    pub fn scoring(&self) -> Scoring {
        self.scoring
    }

    /// The validation scores, points × folds.
    pub fn scores(&self) -> &Array2<f64> {
        &self.scores
    }

    /// The mean validation score of each point.
    pub fn means(&self) -> Array1<f64> {
        self.scores.mean_axis(Axis(1)).unwrap_or_default()
    }

    /// The standard deviation of each point's scores over the folds, the population's.
    pub fn deviations(&self) -> Array1<f64> {
        self.scores.std_axis(Axis(1), 0.0)
    }

    /// The rank of each point, 1 for the best; equal means share the better rank, as in scikit-learn.
    pub fn ranks(&self) -> Vec<usize> {
        let means = self.means();
        means.iter().map(|own| 1 + means.iter().filter(|other| better(self.scoring, **other, *own)).count()).collect()
    }

    /// The point with the best mean score, the first of equals.
    pub fn best(&self) -> &Point {
        &self.points[self.best]
    }

    /// Its mean score.
    pub fn best_score(&self) -> f64 {
        self.means()[self.best]
    }

    /// The model of the best point, fitted on all data. Its score on new data will be a little worse than
    /// [`best_score`](Self::best_score), by which it was chosen.
    pub fn best_model(&self) -> &dyn Predictor {
        self.best_model.as_ref()
    }
}

/// Whether one mean score is better than another; any is better than none.
pub(super) fn better(scoring: Scoring, one: f64, other: f64) -> bool {
    match scoring.greater_is_better() {
        _ if other.is_nan() => !one.is_nan(),
        true => one > other,
        false => one < other,
    }
}

/// The position of the best of these, the first of equals.
pub(super) fn position_of_best(scoring: Scoring, means: &Array1<f64>) -> usize {
    (1..means.len()).fold(0, |best, at| if better(scoring, means[at], means[best]) { at } else { best })
}

/// Cross-validates each point, and fits the best again on all data.
pub(super) fn search<E: Estimator>(
    points: Vec<Point>,
    build: impl Fn(&Point) -> Result<E>,
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
    let within = |point: &Point, error| Error::Within { place: point.to_string(), error: Box::new(error) };
    let make = |point: &Point| build(point).map_err(|error| within(point, error));
    let estimators: Vec<E> = points.iter().map(make).collect::<Result<_>>()?;
    let jobs: Vec<Job<'_>> = points
        .iter()
        .zip(&estimators)
        .flat_map(|(point, estimator)| jobs_of_folds(estimator, &folds, &point.to_string()))
        .collect();
    let outcomes = evaluate(&jobs, data, &[scoring], Training::Skip)?;
    let scores = by_point(&outcomes, folds.len(), |outcome| outcome.validation[0]);
    let best = position_of_best(scoring, &scores.mean_axis(Axis(1)).unwrap_or_default());
    let refit = estimators[best].fit_model(data).map_err(|error| within(&points[best], error))?;
    Ok(SearchResults { points, scoring, scores, best, best_model: refit.into() })
}
