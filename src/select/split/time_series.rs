//! Time-series split: train on the past, validate on what follows.

use super::{Fold, Folds, require_folds};
use crate::check::at_least;
use crate::data::Dataset;
use crate::error::{Error, Result};

/// Cross-validation for rows in order of time: each validation part follows its training part, and the next training
/// part contains both.
///
/// The last k parts of n / (k + 1) rows each, rounded down, are validation parts; the rows before each are its training part. As
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
/// [`Error::Parameter`] for fewer than two folds, and where gap and validation parts leave no training rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSeriesSplit {
    folds: usize,
    gap: usize,
    most: usize,
    validation: Option<usize>,
}

impl TimeSeriesSplit {
    /// Returns a split into `folds` folds, at least 2.
    #[doc(alias = "n_splits")]
    pub fn new(folds: usize) -> Self {
        TimeSeriesSplit { folds, gap: 0, most: usize::MAX, validation: None }
    }

    /// Sets the number of rows left out between training and validation part; default 0. For targets that are known only
    /// after a while.
    #[must_use]
    pub fn gap(mut self, rows: usize) -> Self {
        self.gap = rows;
        self
    }

    /// Sets the greatest number of training rows, of which the latest are taken; default all.
    #[must_use]
    pub fn max_train_size(mut self, rows: usize) -> Self {
        self.most = rows;
        self
    }

    /// Sets the number of rows in each validation part; default n / (k + 1).
    #[doc(alias = "test_size")]
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
        at_least("max_train_size", 1, self.most as u64)?;
        let size = self.validation.unwrap_or(rows / (self.folds + 1));
        at_least("validation_size", 1, size as u64)?;
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
