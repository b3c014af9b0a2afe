//! The scores of several candidates on the same folds, and the error of each that failed.

use ndarray::{Array1, Array2, Axis};

use super::fit_jobs::Outcome;
use super::scoring::Scoring;
use crate::error::{Error, Result};

/// Scores, candidates × folds, NaN where a fit failed, and the first error of each candidate.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidates {
    pub training: Array2<f64>,
    pub validation: Array2<f64>,
    pub errors: Vec<Option<Error>>,
}

impl Candidates {
    /// Collects the outcomes of one scoring, candidate by candidate; `place` names the candidate and fold of an outcome. A
    /// candidate whose mean score is NaN has an error as well, since it cannot be ranked.
    ///
    /// # Errors
    /// The first of all, where no candidate could be fitted and scored on all folds.
    pub fn of(outcomes: Vec<Result<Outcome>>, folds: usize, place: impl Fn(usize) -> String) -> Result<Self> {
        let candidates = outcomes.len().checked_div(folds).unwrap_or(0);
        let mut scores =
            [Array2::from_elem((candidates, folds), f64::NAN), Array2::from_elem((candidates, folds), f64::NAN)];
        let mut errors = vec![None; candidates];
        for (at, outcome) in outcomes.into_iter().enumerate() {
            let (candidate, fold) = (at / folds, at % folds);
            match outcome {
                Ok(outcome) => {
                    for (scores, found) in scores.iter_mut().zip([outcome.training, outcome.validation]) {
                        scores[[candidate, fold]] = found.first().copied().unwrap_or(f64::NAN);
                    }
                }
                Err(error) => {
                    errors[candidate].get_or_insert(error);
                }
            }
        }
        for (candidate, scores) in scores[1].rows().into_iter().enumerate() {
            // A mean is NaN where a score is, or where scores are infinite on both sides.
            let without_mean = scores.iter().position(|score| !score.is_finite()).filter(|_| scores.sum().is_nan());
            if let (None, Some(fold)) = (&errors[candidate], without_mean) {
                let problem = format!("the score is {}, and candidates cannot be ranked by it", scores[fold]);
                errors[candidate] = Some(Error::Within {
                    place: place(candidate * folds + fold),
                    error: Box::new(Error::Data(problem)),
                });
            }
        }
        let [training, validation] = scores;
        let found = Candidates { training, validation, errors };
        found.refuse_if_all_failed()?;
        Ok(found)
    }

    /// Returns the first error where all candidates have one.
    fn refuse_if_all_failed(&self) -> Result<()> {
        let count = self.errors.len();
        match self.errors.iter().flatten().next() {
            Some(first) if self.errors.iter().all(Option::is_some) => Err(match count {
                1 => first.clone(),
                _ => {
                    let place = format!("all {count} candidates failed; the first");
                    Error::Within { place, error: Box::new(first.clone()) }
                }
            }),
            _ => Ok(()),
        }
    }

    /// The means over the folds: of the training scores, and of the validation scores.
    pub fn means(&self) -> [Array1<f64>; 2] {
        [&self.training, &self.validation].map(|scores| scores.mean_axis(Axis(1)).unwrap_or_default())
    }

    /// The mean validation scores by which candidates are ranked: NaN for one that failed.
    pub fn ranked(&self) -> Array1<f64> {
        let [_, mut means] = self.means();
        means.iter_mut().zip(&self.errors).filter(|(_, error)| error.is_some()).for_each(|(mean, _)| *mean = f64::NAN);
        means
    }

    /// The position of the best candidate without an error, the first of equals.
    pub fn best(&self, scoring: Scoring) -> usize {
        let means = self.ranked();
        let fitted = (0..means.len()).filter(|at| self.errors[*at].is_none());
        fitted.reduce(|best, at| if better(scoring, means[at], means[best]) { at } else { best }).unwrap_or(0)
    }

    /// Fits the best candidate on all rows, or the next best where that fails, which then keeps its error. `name` names a
    /// candidate in that error. Returns the position of the fitted candidate, and its fit.
    ///
    /// # Errors
    /// As [`of`](Self::of), where no candidate is left.
    pub fn fit_best<T>(
        &mut self,
        scoring: Scoring,
        name: impl Fn(usize) -> String,
        fit: impl Fn(usize) -> Result<T>,
    ) -> Result<(usize, T)> {
        loop {
            let best = self.best(scoring);
            match fit(best) {
                Ok(fit) => return Ok((best, fit)),
                Err(error) if error.is_interruption() => return Err(error),
                Err(error) => {
                    let place = format!("{}, all rows", name(best));
                    self.errors[best] = Some(Error::Within { place, error: Box::new(error) });
                    self.refuse_if_all_failed()?;
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(scores: &[[f64; 2]]) -> Result<Candidates> {
        let outcome = |score: &f64| Ok(Outcome { validation: vec![*score], training: vec![], fit_seconds: 0.0 });
        Candidates::of(scores.iter().flatten().map(outcome).collect(), 2, |at| format!("place {at}"))
    }

    #[test]
    fn a_candidate_without_a_mean_has_an_error() -> Result<()> {
        let found = candidates(&[[f64::NAN, 1.0], [0.5, 0.7], [f64::INFINITY, f64::NEG_INFINITY], [0.6, 0.4]])?;
        let failed: Vec<bool> = found.errors.iter().map(Option::is_some).collect();
        assert_eq!((failed, found.best(Scoring::RSquared)), (vec![true, false, true, false], 1));
        let error = candidates(&[[1.0, f64::NAN]; 3]).unwrap_err().to_string();
        assert!(error.contains("all 3 candidates failed") && error.contains("place 1: the score is NaN"), "{error}");
        Ok(())
    }

    #[test]
    fn the_next_best_is_fitted_where_the_best_fails() -> Result<()> {
        let mut found = candidates(&[[0.1, 0.1], [0.9, 0.9], [0.5, 0.5]])?;
        let fit = |at: usize| if at == 1 { Err(Error::Data("singular".into())) } else { Ok(10 * at) };
        assert_eq!(found.fit_best(Scoring::RSquared, |at| format!("C = {at}"), fit)?, (2, 20));
        assert_eq!(found.best(Scoring::RSquared), 2);
        let error = found.errors[1].as_ref().map(Error::to_string).unwrap_or_default();
        assert_eq!(error, "C = 1, all rows: singular");
        let never = |_| Err::<(), _>(Error::Data("singular".into()));
        let error = found.fit_best(Scoring::RSquared, |at| at.to_string(), never).unwrap_err().to_string();
        assert!(error.contains("all 3 candidates failed"), "{error}");
        Ok(())
    }
}
