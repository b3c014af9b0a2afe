//! How good predictions are, one measure a file.

mod mean_absolute_error;
mod mean_squared_error;
mod r_squared;

pub use mean_absolute_error::mean_absolute_error;
pub use mean_squared_error::mean_squared_error;
pub use r_squared::r_squared;

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
