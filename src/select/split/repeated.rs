//! Repeated k-fold: several rounds of it, each shuffled anew.

use super::{Fold, Folds, KFold, StratifiedKFold};
use crate::data::{Dataset, Seed};
use crate::error::{Error, Result};

/// [`KFold`] in several rounds, each shuffled anew from one seed.
///
/// ```
/// use gradus::prelude::*;
/// let folds = RepeatedKFold::new(5, 3, Seed(1)).folds(&datasets::diabetes()?)?;
/// assert_eq!(folds.len(), 15);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// As [`KFold`]; [`Error::Parameter`] for no round at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedKFold {
    scheme: KFold,
    rounds: usize,
}

impl RepeatedKFold {
    /// So many folds in so many rounds.
    pub fn new(folds: usize, rounds: usize, seed: Seed) -> Self {
        RepeatedKFold { scheme: KFold::new(folds).shuffled(seed), rounds }
    }
}

impl Folds for RepeatedKFold {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        repeat(self.rounds, |round| self.scheme.of_rows(data.rows(), round))
    }
}

/// [`StratifiedKFold`] in several rounds, each shuffled anew from one seed.
///
/// # Errors
/// As [`StratifiedKFold`]; [`Error::Parameter`] for no round at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedStratifiedKFold {
    scheme: StratifiedKFold,
    rounds: usize,
}

impl RepeatedStratifiedKFold {
    /// So many folds in so many rounds.
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
    if rounds == 0 {
        return Err(Error::Parameter { parameter: "rounds", value: "0".into(), requirement: "at least 1".into() });
    }
    Ok((0..rounds).map(folds).collect::<Result<Vec<_>>>()?.concat())
}
