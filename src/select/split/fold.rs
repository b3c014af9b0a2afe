//! One division of the rows.

use std::ops::Range;

use crate::data::Dataset;
use crate::error::Result;

/// One division of the rows: to learn from, to judge with. Both in rising order, unless a scheme says otherwise.
///
/// The rows to learn from are mostly all the others, and are made when they are asked for: as many folds as rows take no
/// more memory than the rows.
#[derive(Clone, Debug)]
pub struct Fold {
    train: Train,
    /// The rows to judge with.
    pub validation: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Train {
    /// These, in this order.
    Rows(Vec<usize>),
    /// Neighbouring rows.
    Run(Range<usize>),
    /// Of so many rows all that are not in the validation part.
    Others(usize),
}

impl Fold {
    /// These rows to learn from, in this order, and these to judge with.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let fold = Fold::new([2, 0], [1]);
    /// assert_eq!((fold.train(), fold.validation), (vec![2, 0], vec![1]));
    /// ```
    pub fn new(train: impl IntoIterator<Item = usize>, validation: impl IntoIterator<Item = usize>) -> Self {
        Fold { train: Train::Rows(train.into_iter().collect()), validation: validation.into_iter().collect() }
    }

    /// Of so many rows these to judge with, and all others to learn from.
    pub(super) fn all_but(rows: usize, validation: Vec<usize>) -> Self {
        Fold { train: Train::Others(rows), validation }
    }

    /// Neighbouring rows to learn from, and others to judge with.
    pub(super) fn of_runs(train: Range<usize>, validation: Range<usize>) -> Self {
        Fold { train: Train::Run(train), validation: validation.collect() }
    }

    /// The rows to learn from.
    pub fn train(&self) -> Vec<usize> {
        match &self.train {
            Train::Rows(rows) => rows.clone(),
            Train::Run(run) => run.clone().collect(),
            Train::Others(rows) => {
                let mut judged = vec![false; *rows];
                for row in &self.validation {
                    if let Some(judged) = judged.get_mut(*row) {
                        *judged = true;
                    }
                }
                (0..*rows).filter(|row| !judged[*row]).collect()
            }
        }
    }

    /// How many rows there are to learn from.
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

/// Folds of the same rows are equal, however these are held.
impl PartialEq for Fold {
    fn eq(&self, other: &Self) -> bool {
        self.validation == other.validation && self.train() == other.train()
    }
}

impl Eq for Fold {}
