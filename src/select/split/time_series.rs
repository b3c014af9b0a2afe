//! Time-series split: learn from what was, judge with what comes after.

use super::{Fold, Folds, require_folds};
use crate::data::Dataset;
use crate::error::{Error, Result};

/// For rows in order of time: each validation part follows its training part, and the next training part holds both.
///
/// The last k parts of n / (k + 1) rows each, rounded down, are validated; everything before one is learned from. As
/// scikit-learn's `TimeSeriesSplit`.
///
/// ```
/// use gradus::prelude::*;
/// let data = Dataset::from_arrays(array![[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]], Array1::zeros(6))?;
/// let folds = TimeSeriesSplit::new(2).gap(1).folds(&data)?;
/// assert_eq!((folds[0].train(), &folds[0].validation), (vec![0], &vec![2, 3]));
/// assert_eq!((folds[1].train(), &folds[1].validation), (vec![0, 1, 2], &vec![4, 5]));
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] for fewer than two folds, and where gap and validation parts leave nothing to learn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSeriesSplit {
    folds: usize,
    gap: usize,
    most: usize,
    validation: Option<usize>,
}

impl TimeSeriesSplit {
    /// So many folds, at least 2.
    pub fn new(folds: usize) -> Self {
        TimeSeriesSplit { folds, gap: 0, most: usize::MAX, validation: None }
    }

    /// So many rows between training and validation part are left out; default 0. For what is known only after a while.
    #[must_use]
    pub fn gap(mut self, rows: usize) -> Self {
        self.gap = rows;
        self
    }

    /// At most so many rows are learned from, the latest ones; default all.
    #[must_use]
    pub fn max_train_size(mut self, rows: usize) -> Self {
        self.most = rows;
        self
    }

    /// So many rows in each validation part; default n / (k + 1).
    #[must_use]
    pub fn validation_size(mut self, rows: usize) -> Self {
        self.validation = Some(rows);
        self
    }
}

impl Folds for TimeSeriesSplit {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        let rows = data.rows();
        require_folds(self.folds, rows.saturating_sub(1), "rows after the first")?;
        let positive = |parameter: &'static str, value: usize| match value {
            0 => Err(Error::Parameter { parameter, value: "0".into(), requirement: "at least 1".into() }),
            _ => Ok(()),
        };
        positive("max_train_size", self.most)?;
        let size = self.validation.unwrap_or(rows / (self.folds + 1));
        positive("validation_size", size)?;
        if self.folds.saturating_mul(size).saturating_add(self.gap) >= rows {
            let requirement = format!(
                "{} validation parts of {size} rows and a gap of {} leave none of {rows} rows to learn from",
                self.folds, self.gap
            );
            return Err(Error::Parameter { parameter: "folds", value: self.folds.to_string(), requirement });
        }
        let fold = |number: usize| {
            let start = rows - (self.folds - number) * size;
            let end = start - self.gap;
            Fold::of_runs(end.saturating_sub(self.most)..end, start..start + size)
        };
        Ok((0..self.folds).map(fold).collect())
    }
}
