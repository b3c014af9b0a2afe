//! Brier score: the squared error of probabilities.

use ndarray::{ArrayView1, ArrayView2, Zip};

use super::{class_positions, require_scores};
use crate::error::Result;

/// (1/n) Σ (p − y)² for two classes, with the probability p of class 1; for more, the sum of such squares over the classes,
/// from 0 to 2. Probabilities are n × k, or one column. G. W. Brier (1950), *Verification of Forecasts Expressed in Terms of
/// Probability*; conventions as in scikit-learn's `brier_score_loss`.
///
/// ```
/// use gradus::{metrics::brier_score, prelude::*};
/// let score = brier_score(array![0.0, 1.0].view(), array![[0.9, 0.1], [0.2, 0.8]].view())?;
/// assert!((score - 0.025).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different numbers of rows, a NaN, a class without a column.
pub fn brier_score(truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>) -> Result<f64> {
    require_scores("Brier score", truth, probabilities)?;
    let columns = probabilities.ncols();
    let classes = class_positions("class", truth, columns.max(2))?;
    let examples = truth.len() as f64;
    if columns <= 2 {
        let second = probabilities.column(columns - 1);
        return Ok(classes.iter().zip(second).map(|(class, p)| (p - *class as f64).powi(2)).sum::<f64>() / examples);
    }
    let squares = Zip::from(&ndarray::Array1::from(classes)).and(probabilities.rows()).fold(0.0, |sum, class, row| {
        sum + row.iter().enumerate().map(|(k, p)| (p - f64::from(u8::from(k == *class))).powi(2)).sum::<f64>()
    });
    Ok(squares / examples)
}
