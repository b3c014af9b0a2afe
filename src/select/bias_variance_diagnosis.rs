//! Diagnosis of high bias or high variance from training and validation scores.

use std::fmt;

use super::scoring::Scoring;
use crate::error::{Error, Result};

/// The scores expected of a model. The best reference is what people achieve on the task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expectation {
    /// A training score worse than this is poor.
    pub desired: f64,
    /// A validation score worse than that of training by more than this is a large gap; not negative.
    pub gap: f64,
}

impl Expectation {
    /// Returns the expectation of a training score at least this good, with at most this gap to the validation score.
    pub fn new(desired: f64, gap: f64) -> Self {
        Expectation { desired, gap }
    }

    /// Returns the usual expectation for a measure whose best value is 1: at least 0.9, and a gap of at most 0.05. Both are
    /// conventions.
    ///
    /// # Errors
    /// [`Error::Data`] for a measure where less is better: it has no scale of its own.
    pub fn usual(scoring: Scoring) -> Result<Self> {
        match scoring.greater_is_better() {
            true => Ok(Expectation::new(0.9, 0.05)),
            false => Err(Error::Data(format!(
                "{scoring} has no scale of its own; say what you expect: `Expectation::new(desired, gap)`"
            ))),
        }
    }
}

/// The diagnosis of a training and a validation score, after the lecture's table (B26, B27):
///
/// | training score | gap to validation | diagnosis | what helps |
/// |---|---|---|---|
/// | poor | small | high bias | a richer model, more features, less regularization; not more data |
/// | good | large | high variance | more data, fewer features, more regularization |
/// | poor | large | both | first a richer model |
/// | good | small | neither | – |
///
/// ```
/// use gradus::{prelude::*, select::BiasVarianceDiagnosis};
/// let diagnosis = BiasVarianceDiagnosis::new(Scoring::Accuracy, 0.99, 0.81, Expectation::usual(Scoring::Accuracy)?)?;
/// assert!(diagnosis.high_variance() && !diagnosis.high_bias());
/// assert!(diagnosis.to_string().starts_with("high variance: "));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BiasVarianceDiagnosis {
    scoring: Scoring,
    training: f64,
    validation: f64,
    expectation: Expectation,
}

impl BiasVarianceDiagnosis {
    /// Returns the diagnosis of a training and a validation score.
    ///
    /// # Errors
    /// [`Error::Data`] for a score that is not a number, [`Error::Parameter`] for an expectation that is not.
    pub fn new(scoring: Scoring, training: f64, validation: f64, expectation: Expectation) -> Result<Self> {
        if !(training.is_finite() && validation.is_finite()) {
            return Err(Error::Data(format!(
                "a {scoring} of {training} and {validation} cannot be diagnosed; both must be finite numbers"
            )));
        }
        let Expectation { desired, gap } = expectation;
        if !(desired.is_finite() && gap >= 0.0) {
            let (value, requirement) =
                (format!("{desired}, {gap}"), "it must be a finite score, and a gap of at least 0".into());
            return Err(Error::Parameter { parameter: "expectation", value, requirement });
        }
        Ok(BiasVarianceDiagnosis { scoring, training, validation, expectation })
    }

    /// Whether the training score is worse than desired: underfitting.
    pub fn high_bias(&self) -> bool {
        self.worse_by(self.training, self.expectation.desired) > 0.0
    }

    /// Whether the validation score is worse than that of training by more than the expected gap: overfitting.
    pub fn high_variance(&self) -> bool {
        self.gap() > self.expectation.gap
    }

    /// How much worse the validation score is than that of training; below 0 where it is better.
    pub fn gap(&self) -> f64 {
        self.worse_by(self.validation, self.training)
    }

    /// The name of the diagnosis.
    pub fn name(&self) -> &'static str {
        match (self.high_bias(), self.high_variance()) {
            (true, false) => "high bias",
            (false, true) => "high variance",
            (true, true) => "high bias and high variance",
            (false, false) => "as expected",
        }
    }

    /// How much worse `score` is than `other`, in the direction of the measure.
    fn worse_by(&self, score: f64, other: f64) -> f64 {
        if self.scoring.greater_is_better() { other - score } else { score - other }
    }
}

impl fmt::Display for BiasVarianceDiagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = match (self.high_bias(), self.high_variance()) {
            (true, false) => "a richer model, more features or less regularization; more data will not help",
            (false, true) => "more data, fewer features or more regularization",
            (true, true) => "first a richer model or more features, then more data or more regularization",
            (false, false) => "nothing to improve at these expectations",
        };
        let sign = if self.scoring.greater_is_better() { '≥' } else { '≤' };
        write!(
            f,
            "{}: {} {:.3} in training (desired {sign} {}), {:.3} in validation (gap {:.3}, expected ≤ {}): {advice}",
            self.name(),
            self.scoring,
            self.training,
            self.expectation.desired,
            self.validation,
            self.gap(),
            self.expectation.gap
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(scoring: Scoring, training: f64, validation: f64, expectation: Expectation) -> &'static str {
        BiasVarianceDiagnosis::new(scoring, training, validation, expectation)
            .map_or("refused", |diagnosis| diagnosis.name())
    }

    #[test]
    fn the_table_of_the_lecture() {
        let read = |training, validation| name(Scoring::Accuracy, training, validation, Expectation::new(0.9, 0.05));
        assert_eq!(read(0.70, 0.68), "high bias");
        assert_eq!(read(0.99, 0.80), "high variance");
        assert_eq!(read(0.80, 0.60), "high bias and high variance");
        assert_eq!(read(0.95, 0.93), "as expected");
        assert_eq!(read(0.95, 0.97), "as expected");
        assert_eq!(read(f64::NAN, 0.9), "refused");
    }

    #[test]
    fn losses_are_read_the_other_way_round_and_need_an_expectation() {
        let expectation = Expectation::new(0.2, 0.1);
        assert_eq!(name(Scoring::LogLoss, 0.1, 0.5, expectation), "high variance");
        assert_eq!(name(Scoring::LogLoss, 0.6, 0.65, expectation), "high bias");
        assert!(Expectation::usual(Scoring::LogLoss).is_err() && Expectation::usual(Scoring::RSquared).is_ok());
        assert_eq!(name(Scoring::Accuracy, 0.1, 0.5, Expectation::new(0.5, -1.0)), "refused");
    }
}
