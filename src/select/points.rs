//! The scores of several points, each on the same folds, and what went wrong at which.

use ndarray::{Array1, Array2, Axis};

use super::evaluate::Outcome;
use super::scoring::Scoring;
use crate::error::{Error, Result};

/// Scores, points × folds, NaN where a fit failed; and for each point what failed first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Points {
    pub training: Array2<f64>,
    pub validation: Array2<f64>,
    pub errors: Vec<Option<Error>>,
}

impl Points {
    /// From the outcomes of one scoring, point by point.
    ///
    /// # Errors
    /// The first of all, where no point could be fitted and scored on all folds.
    pub fn of(outcomes: Vec<Result<Outcome>>, folds: usize) -> Result<Self> {
        let points = outcomes.len().checked_div(folds).unwrap_or(0);
        let mut scores = [Array2::from_elem((points, folds), f64::NAN), Array2::from_elem((points, folds), f64::NAN)];
        let mut errors = vec![None; points];
        for (at, outcome) in outcomes.into_iter().enumerate() {
            let (point, fold) = (at / folds, at % folds);
            match outcome {
                Ok(outcome) => {
                    for (scores, found) in scores.iter_mut().zip([outcome.training, outcome.validation]) {
                        scores[[point, fold]] = found.first().copied().unwrap_or(f64::NAN);
                    }
                }
                Err(error) => {
                    errors[point].get_or_insert(error);
                }
            }
        }
        let [training, validation] = scores;
        Points { training, validation, errors }.unless_all_failed()
    }

    /// These points, or the first error where all of them have one.
    pub fn unless_all_failed(self) -> Result<Self> {
        let count = self.errors.len();
        match self.errors.iter().flatten().next() {
            Some(first) if self.errors.iter().all(Option::is_some) => Err(match count {
                1 => first.clone(),
                _ => {
                    let place = format!("all {count} points failed; the first");
                    Error::Within { place, error: Box::new(first.clone()) }
                }
            }),
            _ => Ok(self),
        }
    }

    /// The means over the folds: of the training scores, and of the validation scores.
    pub fn means(&self) -> [Array1<f64>; 2] {
        [&self.training, &self.validation].map(|scores| scores.mean_axis(Axis(1)).unwrap_or_default())
    }

    /// The mean validation scores by which points are ranked: NaN at one that failed.
    pub fn ranked(&self) -> Array1<f64> {
        let [_, mut means] = self.means();
        means.iter_mut().zip(&self.errors).filter(|(_, error)| error.is_some()).for_each(|(mean, _)| *mean = f64::NAN);
        means
    }

    /// The position of the best point, the first of equals.
    pub fn best(&self, scoring: Scoring) -> usize {
        let means = self.ranked();
        (1..means.len()).fold(0, |best, at| if better(scoring, means[at], means[best]) { at } else { best })
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
