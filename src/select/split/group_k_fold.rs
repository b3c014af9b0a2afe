//! Group k-fold: rows that belong together stay together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Fold, Folds, by_fold_of_row, require_folds};
use crate::data::Dataset;
use crate::error::{Error, Result};

/// Group k-fold: k parts of about equal size, none of which shares a group with another. All rows of one patient, say, are
/// either training or validation rows.
///
/// The largest group goes first (of equal ones the last), each into the part that has the fewest rows so far, as in
/// scikit-learn's `GroupKFold`.
///
/// ```
/// use gradus::prelude::*;
/// let data = Dataset::from_arrays(array![[1.0], [2.0], [3.0], [4.0]], Array1::zeros(4))?;
/// let folds = GroupKFold::new(2, ["Ada", "Ada", "Max", "Ada"]).folds(&data)?;
/// assert_eq!((&folds[0].validation, &folds[1].validation), (&vec![0, 1, 3], &vec![2]));
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] where there is not one group for each row; [`Error::Parameter`] for fewer than two folds, or more than
/// groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKFold {
    folds: usize,
    /// For each row the position of its group among all groups in order.
    groups: Vec<usize>,
    count: usize,
}

impl GroupKFold {
    /// Returns a division into `folds` parts, at least 2, by the group of each row: names or whole numbers.
    pub fn new<G: Ord>(folds: usize, groups: impl IntoIterator<Item = G>) -> Self {
        let groups: Vec<G> = groups.into_iter().collect();
        let mut known: Vec<&G> = groups.iter().collect();
        known.sort_unstable();
        known.dedup();
        // Every group is known.
        let position = |group: &G| known.binary_search(&group).unwrap_or_else(|at| at);
        GroupKFold { folds, count: known.len(), groups: groups.iter().map(position).collect() }
    }
}

impl Folds for GroupKFold {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        if self.groups.len() != data.rows() {
            let expected = format!("{}, one for each row", data.rows());
            return Err(Error::Shape { what: "groups".into(), expected, found: self.groups.len().to_string() });
        }
        require_folds(self.folds, self.count, if self.count == 1 { "group" } else { "groups" })?;
        let mut sizes = vec![0; self.count];
        self.groups.iter().for_each(|group| sizes[*group] += 1);
        let mut order: Vec<usize> = (0..self.count).collect();
        order.sort_by_key(|group| Reverse((sizes[*group], *group)));
        let mut parts: BinaryHeap<_> = (0..self.folds).map(|fold| Reverse((0, fold))).collect();
        let mut fold_of_group = vec![0; self.count];
        for group in order {
            // There are at least two folds.
            let Some(Reverse((filled, lightest))) = parts.pop() else { break };
            parts.push(Reverse((filled + sizes[group], lightest)));
            fold_of_group[group] = lightest;
        }
        let fold_of: Vec<usize> = self.groups.iter().map(|group| fold_of_group[*group]).collect();
        Ok(by_fold_of_row(&fold_of, self.folds))
    }
}
