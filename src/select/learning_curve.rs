//! Learning curves: the scores against the number of training examples.

use ndarray::{Array1, Array2};

use super::bias_variance_diagnosis::{BiasVarianceDiagnosis, Expectation};
use super::candidates::Candidates;
use super::estimator::Estimator;
use super::fit_jobs::{Job, OnFailure, Training, evaluate, finished_candidates, place, require_some};
use super::scoring::Scoring;
use super::split::{Fold, Folds};
use crate::data::{Dataset, Seed};
use crate::error::{Error, Result};

/// The numbers of training rows of a learning curve, smallest first.
///
/// Sizes take the first rows of a training part, as scikit-learn's `learning_curve`; data whose rows are sorted must be
/// [`shuffled`](Self::shuffled). The default is five even fractions from 0.1 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainSizes {
    sizes: Sizes,
    seed: Option<Seed>,
}

#[derive(Clone, Debug, PartialEq)]
enum Sizes {
    Fractions(Vec<f64>),
    Counts(Vec<usize>),
}

impl Default for TrainSizes {
    fn default() -> Self {
        TrainSizes::fractions([0.1, 0.325, 0.55, 0.775, 1.0])
    }
}

impl TrainSizes {
    /// Fractions of the training part, above 0 and up to 1.
    pub fn fractions(fractions: impl IntoIterator<Item = f64>) -> Self {
        TrainSizes { sizes: Sizes::Fractions(fractions.into_iter().collect()), seed: None }
    }

    /// Numbers of rows, from 1 to the size of the training part.
    pub fn counts(counts: impl IntoIterator<Item = usize>) -> Self {
        TrainSizes { sizes: Sizes::Counts(counts.into_iter().collect()), seed: None }
    }

    /// Brings each training part into random order first; a larger size contains the rows of a smaller one.
    #[must_use]
    pub fn shuffled(mut self, seed: Seed) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The numbers of rows out of `most`, in rising order, each once.
    fn of(&self, most: usize) -> Result<Vec<usize>> {
        let refuse = |value: String, requirement: String| {
            Err(Error::Parameter { parameter: "training sizes", value, requirement })
        };
        if most == 0 {
            return refuse("0".into(), "a fold has no rows to learn from".into());
        }
        let mut sizes = match &self.sizes {
            Sizes::Fractions(fractions) => {
                if let Some(wrong) = fractions.iter().find(|fraction| !(**fraction > 0.0 && **fraction <= 1.0)) {
                    return refuse(wrong.to_string(), "each fraction must be above 0 and at most 1".into());
                }
                fractions.iter().map(|fraction| ((fraction * most as f64) as usize).clamp(1, most)).collect()
            }
            Sizes::Counts(counts) => {
                if let Some(wrong) = counts.iter().find(|count| **count == 0 || **count > most) {
                    return refuse(
                        wrong.to_string(),
                        format!("it must be from 1 to {most}, the rows of the smallest training part"),
                    );
                }
                counts.clone()
            }
        };
        sizes.sort_unstable();
        sizes.dedup();
        if sizes.is_empty() {
            return refuse("none".into(), "it must be at least one size".into());
        }
        Ok(sizes)
    }
}

/// Scores on training and validation part against the number of training examples: would more data help?
///
/// Sizes are those of the smallest training part of all folds, so that each fold has them all.
///
/// ```
/// use gradus::prelude::*;
/// let (model, data) = (LinearRegression::closed_form(), datasets::diabetes()?);
/// let curve = LearningCurve::measure(&model, &data, &KFold::new(5), &TrainSizes::default(), Scoring::RSquared)?;
/// assert_eq!(curve.sizes(), [35, 114, 194, 273, 353]);
/// let figure = curve.plot()?;
/// # Ok::<(), gradus::Error>(())
/// ```
#[doc(alias = "learning_curve")]
#[derive(Clone, Debug, PartialEq)]
pub struct LearningCurve {
    scoring: Scoring,
    sizes: Vec<usize>,
    found: Candidates,
    interrupted: bool,
}

impl LearningCurve {
    /// Fits the estimator for each size and fold, on all cores. At a size where a fit fails, as one that holds a
    /// single class does, the scores are NaN, and the size keeps its [error](Self::errors). Where the user interrupts
    /// the cell, the curve has the sizes all of whose folds were done.
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first size is done; [`Error::Within`] with the first size and fold in which
    /// something failed, where all sizes failed; [`Error::Parameter`] for sizes out of range; errors of `folds`.
    pub fn measure(
        estimator: &dyn Estimator,
        data: &Dataset,
        folds: &dyn Folds,
        sizes: &TrainSizes,
        scoring: Scoring,
    ) -> Result<Self> {
        let folds = require_some(folds.folds(data)?)?;
        let sizes_of = sizes.of(folds.iter().map(Fold::train_size).min().unwrap_or(0))?;
        let job = |size: usize, number: usize| Job {
            estimator,
            place: place(&format!("{size} training examples"), number, folds.len()),
            fold: &folds[number],
            order: sizes.seed.map(|seed| (seed, number)),
            most: size,
        };
        let jobs: Vec<Job<'_>> =
            sizes_of.iter().flat_map(|size| (0..folds.len()).map(|number| job(*size, number))).collect();
        let outcomes = evaluate(&jobs, data, &[scoring], Training::Score, OnFailure::Continue)?;
        let (done, outcomes) = finished_candidates(outcomes, folds.len())?;
        let place = |at: usize| jobs[done[at / folds.len()] * folds.len() + at % folds.len()].place.clone();
        let found = Candidates::of(outcomes, folds.len(), place)?;
        let interrupted = done.len() < sizes_of.len();
        let sizes = done.iter().map(|at| sizes_of[*at]).collect();
        Ok(LearningCurve { scoring, found, sizes, interrupted })
    }

    /// The measure.
    pub fn scoring(&self) -> Scoring {
        self.scoring
    }

    /// Whether the user interrupted it, so that sizes are missing.
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// The numbers of training examples.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The scores on the training rows, sizes × folds.
    pub fn training(&self) -> &Array2<f64> {
        &self.found.training
    }

    /// The scores on the validation parts, sizes × folds.
    pub fn validation(&self) -> &Array2<f64> {
        &self.found.validation
    }

    /// The first error at each size, if any.
    pub fn errors(&self) -> &[Option<Error>] {
        &self.found.errors
    }

    /// The means over the folds at each size: of the training scores, and of the validation scores.
    pub fn means(&self) -> [Array1<f64>; 2] {
        self.found.means()
    }

    /// Returns whether the model has high bias or high variance at the largest size, against [`Expectation::usual`].
    ///
    /// # Errors
    /// A measure where less is better needs [`diagnosis_against`](Self::diagnosis_against).
    pub fn diagnosis(&self) -> Result<BiasVarianceDiagnosis> {
        self.diagnosis_against(Expectation::usual(self.scoring)?)
    }

    /// The same against an expectation of your own.
    ///
    /// # Errors
    /// As [`BiasVarianceDiagnosis::new`]; the error of the largest size; [`Error::Interrupted`] where the curve was
    /// interrupted before it.
    pub fn diagnosis_against(&self, expectation: Expectation) -> Result<BiasVarianceDiagnosis> {
        if self.interrupted {
            return Err(Error::Interrupted("before all sizes were done, and a diagnosis needs the largest".into()));
        }
        let [training, validation] = self.means();
        let last = self.sizes.len().saturating_sub(1);
        if let Some(error) = &self.found.errors[last] {
            return Err(error.clone());
        }
        BiasVarianceDiagnosis::new(self.scoring, training[last], validation[last], expectation)
    }
}
