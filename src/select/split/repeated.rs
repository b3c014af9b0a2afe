//! Repeated k-fold: several rounds, each shuffled again.

use super::{Fold, Folds, KFold, StratifiedKFold};
use crate::check::at_least;
use crate::data::{Dataset, Seed};
use crate::error::Result;

/// Repeated [`KFold`]: several rounds, each shuffled again from one seed.
///
/// ```
/// use gradus::prelude::*;
/// let folds = RepeatedKFold::new(5, 3, Seed(1)).folds(&datasets::diabetes()?)?;
/// assert_eq!(folds.len(), 15);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// As [`KFold`]; [`Error::Parameter`](crate::Error::Parameter) for zero rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedKFold {
    scheme: KFold,
    rounds: usize,
}

impl RepeatedKFold {
    /// Returns a scheme of `rounds` rounds with `folds` folds each.
    #[doc(alias = "n_repeats")]
    pub fn new(folds: usize, rounds: usize, seed: Seed) -> Self {
        RepeatedKFold { scheme: KFold::new(folds).shuffled(seed), rounds }
    }
}

impl Folds for RepeatedKFold {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        repeat(self.rounds, |round| self.scheme.of_rows(data.rows(), round))
    }
}

/// Repeated [`StratifiedKFold`]: several rounds, each shuffled again from one seed.
///
/// # Errors
/// As [`StratifiedKFold`]; [`Error::Parameter`](crate::Error::Parameter) for zero rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedStratifiedKFold {
    scheme: StratifiedKFold,
    rounds: usize,
}

impl RepeatedStratifiedKFold {
    /// Returns a scheme of `rounds` rounds with `folds` folds each.
    #[doc(alias = "n_repeats")]
    pub fn new(folds: usize, rounds: usize, seed: Seed) -> Self {
        RepeatedStratifiedKFold { scheme: StratifiedKFold::new(folds).shuffled(seed), rounds }
    }
}

impl Folds for RepeatedStratifiedKFold {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        repeat(self.rounds, |round| self.scheme.of_data(data, round))
    }
}

fn repeat(rounds: usize, folds: impl Fn(usize) -> Result<Vec<Fold>>) -> Result<Vec<Fold>> {
    at_least("rounds", 1, rounds as u64)?;
    Ok((0..rounds).map(folds).collect::<Result<Vec<_>>>()?.concat())
}
