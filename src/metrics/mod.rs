//! How good predictions are, one measure a file.

mod confusion_matrix;
mod mean_absolute_error;
mod mean_squared_error;
mod precision_recall;
mod r_squared;
mod roc;
mod thresholds;

pub use confusion_matrix::{ConfusionMatrix, Normalize};
pub use mean_absolute_error::mean_absolute_error;
pub use mean_squared_error::mean_squared_error;
pub use precision_recall::PrecisionRecallCurve;
pub use r_squared::r_squared;
pub use roc::RocCurve;

use ndarray::ArrayView1;

use crate::error::{Error, Result};

/// Refuses pairs of different length, and empty ones.
fn require_pairs(measure: &str, truth: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<()> {
    if truth.len() != predicted.len() {
        let what = format!("{measure}: predictions");
        let (expected, found) = (format!("{}, one per true value", truth.len()), predicted.len().to_string());
        return Err(Error::Shape { what, expected, found });
    }
    if truth.is_empty() {
        return Err(Error::Data(format!("{measure} of no values is not defined")));
    }
    Ok(())
}

/// Classes as a data set stores them, whole numbers from 0, as positions in a list of `classes`; `what` names them.
pub(crate) fn class_positions(what: &str, values: ArrayView1<'_, f64>, classes: usize) -> Result<Vec<usize>> {
    let position = |(row, value): (usize, &f64)| match *value {
        value if value.fract() == 0.0 && value >= 0.0 && value < classes as f64 => Ok(value as usize),
        value => {
            let most = if classes == usize::MAX { String::new() } else { format!(" below {classes}") };
            let problem = "which is no class: classes are whole numbers from 0";
            Err(Error::Data(format!("the {what} of row {row} is {value}, {problem}{most}")))
        }
    };
    values.iter().enumerate().map(position).collect()
}
