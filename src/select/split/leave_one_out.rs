//! Leave-one-out: as many folds as rows.

use super::{Fold, Folds, KFold};
use crate::data::Dataset;
use crate::error::Result;

/// Leave-one-out cross-validation: each row is the validation part once, so n fits on n − 1 rows each.
///
/// R² and the area under the ROC curve are not defined for a single row; take an error or the accuracy, or score the
/// predictions of [`cross_val_predict`](crate::select::cross_val_predict) together.
///
/// ```
/// use gradus::prelude::*;
/// assert_eq!(LeaveOneOut.folds(&datasets::iris()?)?.len(), 150);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`](crate::Error::Parameter) for fewer than two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaveOneOut;

impl Folds for LeaveOneOut {
    fn folds(&self, data: &Dataset) -> Result<Vec<Fold>> {
        KFold::new(data.rows()).of_rows(data.rows(), 0)
    }
}
