//! k-fold: every row is validated once, by a model that has not seen it.

use super::{Fold, Folds, by_fold_of_row, even_sizes, require_folds};
use crate::data::{Dataset, Seed, permutation};
use crate::error::Result;

/// k-fold cross-validation: k parts of equal size, each the validation part once, the others together its training part.
///
/// The first n mod k parts have one row more. By default the parts are consecutive rows, as in
/// scikit-learn's `KFold`: shuffle where the rows are sorted. M. Stone (1974), *Cross-Validatory Choice and Assessment of
/// Statistical Predictions*.
///
/// ```
/// use gradus::prelude::*;
/// let data = Dataset::from_arrays(array![[0.0], [1.0], [2.0], [3.0], [4.0]], Array1::zeros(5))?;
/// let folds = KFold::new(2).folds(&data)?;
/// assert_eq!((&folds[0].validation, folds[0].train()), (&vec![0, 1, 2], vec![3, 4]));
/// assert_ne!(KFold::new(2).shuffled(Seed(1)).folds(&data)?, folds);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`](crate::Error::Parameter) for fewer than two folds, or more than rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KFold {
    folds: usize,
    seed: Option<Seed>,
}

impl KFold {
    /// Returns a division into `folds` parts, at least 2; 5 and 10 are usual.
    #[doc(alias = "n_splits")]
    pub fn new(folds: usize) -> Self {
        KFold { folds, seed: None }
    }

    /// Shuffles the rows first.
    #[doc(alias = "shuffle")]
    #[must_use]
    pub fn shuffled(mut self, seed: Seed) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The folds of `rows` rows; `round` numbers the repetitions of one seed.
    pub(super) fn of_rows(self, rows: usize, round: usize) -> Result<Vec<Fold>> {
        require_folds(self.folds, rows, "rows")?;
        let order = match self.seed {
            Some(seed) => permutation(rows, &mut seed.of_epoch(round)),
            None => (0..rows).collect(),
        };
        let mut fold_of = vec![0; rows];
        let runs = even_sizes(rows, self.folds).enumerate().flat_map(|(fold, size)| std::iter::repeat_n(fold, size));
        for (row, fold) in order.into_iter().zip(runs) {
            fold_of[row] = fold;
        }
        Ok(by_fold_of_row(&fold_of, self.folds))
    }
}

impl Folds for KFold {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        self.of_rows(data.rows(), 0)
    }
}
