//! Splits: which rows to learn from and which to judge with, again and again, one scheme a file.
//!
//! | scheme | each row is in validation | for |
//! |---|---|---|
//! | [`KFold`] | once | most data |
//! | [`StratifiedKFold`] | once, classes in the same shares | classes, the more so where one is rare |
//! | [`RepeatedKFold`], [`RepeatedStratifiedKFold`] | once a round | little data: the mean of several rounds varies less |
//! | [`LeaveOneOut`] | once, alone | very little data |
//! | [`GroupKFold`] | once, with its whole group | several rows of one patient, one writer |
//! | [`TimeSeriesSplit`] | at most once, after all rows learned from | what comes in order of time |

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

/// A scheme that divides data into training and validation parts, several times.
pub trait Folds: Sync {
    /// The divisions, in order; the same for the same data.
    ///
    /// # Errors
    /// Data that cannot be divided so: too few rows, classes or groups.
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>>;
}

/// Folds that were made before: by hand, or by another program.
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

/// Sizes of `folds` parts of `rows`: as equal as can be, the first ones one larger.
fn even_sizes(rows: usize, folds: usize) -> impl Iterator<Item = usize> {
    (0..folds).map(move |fold| rows / folds + usize::from(fold < rows % folds))
}

/// Refuses fewer than two folds, and more folds than there are `things` to divide.
fn require_folds(folds: usize, count: usize, things: &str) -> Result<()> {
    let requirement = match folds {
        0 | 1 => "at least 2, one of them to judge with".to_string(),
        _ if folds > count => format!("at most {count}, as there are {count} {things}"),
        _ => return Ok(()),
    };
    Err(Error::Parameter { parameter: "folds", value: folds.to_string(), requirement })
}
