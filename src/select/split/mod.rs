//! Cross-validation splits into training and validation rows, one scheme per file.
//!
//! | scheme | each row is in validation | for |
//! |---|---|---|
//! | [`KFold`] | once | most data |
//! | [`StratifiedKFold`] | once, with the same shares of classes | classification, above all where a class is rare |
//! | [`RepeatedKFold`], [`RepeatedStratifiedKFold`] | once per round | little data: the mean of several rounds varies less |
//! | [`LeaveOneOut`] | once, alone | very little data |
//! | [`GroupKFold`] | once, with its whole group | several rows of one patient, one writer |
//! | [`TimeSeriesSplit`] | at most once, after all training rows | time series |

mod fold;
mod group_k_fold;
mod k_fold;
mod leave_one_out;
mod repeated;
mod stratified_k_fold;
mod time_series;

pub use fold::Fold;
pub use group_k_fold::GroupKFold;
pub use k_fold::KFold;
pub use leave_one_out::LeaveOneOut;
pub use repeated::{RepeatedKFold, RepeatedStratifiedKFold};
pub use stratified_k_fold::StratifiedKFold;
pub use time_series::TimeSeriesSplit;

use crate::data::Dataset;
use crate::error::{Error, Result};

/// A cross-validation scheme: several divisions of data into training and validation parts.
pub trait Folds: Sync {
    /// Returns the divisions, in order; the same for the same data.
    ///
    /// # Errors
    /// Data that cannot be divided in this way: too few rows, classes or groups.
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>>;
}

/// Folds made by hand, or by another program.
impl Folds for Vec<Fold> {
    fn folds(&self, _data: &Dataset) -> Result<Vec<Fold>> {
        Ok(self.clone())
    }
}

/// Folds from the number of the fold in which each row is validated.
fn by_fold_of_row(fold_of: &[usize], folds: usize) -> Vec<Fold> {
    let mut validation = vec![vec![]; folds];
    for (row, fold) in fold_of.iter().enumerate() {
        validation[*fold].push(row);
    }
    validation.into_iter().map(|validation| Fold::all_but(fold_of.len(), validation)).collect()
}

/// Sizes of `folds` parts of `rows`: as equal as possible, the first ones one larger.
fn even_sizes(rows: usize, folds: usize) -> impl Iterator<Item = usize> {
    (0..folds).map(move |fold| rows / folds + usize::from(fold < rows % folds))
}

/// Refuses fewer than two folds, and more folds than there are `things` to divide.
fn require_folds(folds: usize, count: usize, things: &str) -> Result<()> {
    let requirement = match folds {
        0 | 1 => "it must be at least 2, one for validation".to_string(),
        _ if folds > count => format!("it must be at most {count}, as there are {count} {things}"),
        _ => return Ok(()),
    };
    Err(Error::Parameter { parameter: "folds", value: folds.to_string(), requirement })
}
