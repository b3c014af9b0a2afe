//! One division of the rows.

use std::ops::Range;

use crate::data::Dataset;
use crate::error::Result;

/// One division of the rows into a training and a validation part, both in rising order unless a scheme says otherwise.
///
/// The training rows are mostly all the others, and are listed only on request: leave-one-out takes no more memory than
/// the rows.
#[derive(Clone, Debug)]
pub struct Fold {
    train: Train,
    /// The validation rows.
    pub validation: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Train {
    /// These, in this order.
    Rows(Vec<usize>),
    /// Consecutive rows.
    Run(Range<usize>),
    /// All of this number of rows that are not in the validation part.
    Others(usize),
}

impl Fold {
    /// Returns a fold of these training rows, in this order, and these validation rows.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let fold = Fold::new([2, 0], [1]);
    /// assert_eq!((fold.train(), fold.validation), (vec![2, 0], vec![1]));
    /// ```
    pub fn new(train: impl IntoIterator<Item = usize>, validation: impl IntoIterator<Item = usize>) -> Self {
        Fold { train: Train::Rows(train.into_iter().collect()), validation: validation.into_iter().collect() }
    }

    /// These validation rows, and all others of `rows` rows for training.
    pub(super) fn all_but(rows: usize, validation: Vec<usize>) -> Self {
        Fold { train: Train::Others(rows), validation }
    }

    /// Consecutive rows for training, and others for validation.
    pub(super) fn of_runs(train: Range<usize>, validation: Range<usize>) -> Self {
        Fold { train: Train::Run(train), validation: validation.collect() }
    }

    /// The training rows.
    pub fn train(&self) -> Vec<usize> {
        match &self.train {
            Train::Rows(rows) => rows.clone(),
            Train::Run(run) => run.clone().collect(),
            Train::Others(rows) => {
                let mut validated = vec![false; *rows];
                for row in &self.validation {
                    if let Some(validated) = validated.get_mut(*row) {
                        *validated = true;
                    }
                }
                (0..*rows).filter(|row| !validated[*row]).collect()
            }
        }
    }

    /// The number of training rows.
    pub(in crate::select) fn train_size(&self) -> usize {
        match &self.train {
            Train::Rows(rows) => rows.len(),
            Train::Run(run) => run.len(),
            Train::Others(rows) => rows.saturating_sub(self.validation.len()),
        }
    }

    /// The training and the validation part of `data`.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) for a row that `data` does not have.
    pub fn parts(&self, data: &Dataset) -> Result<[Dataset; 2]> {
        Ok([data.select_rows(&self.train())?, data.select_rows(&self.validation)?])
    }
}

/// Folds of the same rows are equal, however these are stored.
impl PartialEq for Fold {
    fn eq(&self, other: &Self) -> bool {
        self.validation == other.validation && self.train() == other.train()
    }
}

impl Eq for Fold {}
