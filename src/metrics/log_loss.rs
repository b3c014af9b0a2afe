//! Log loss: how surprised a classifier is by the truth.

use ndarray::{ArrayView1, ArrayView2};

use crate::error::Result;
use crate::loss::{BinaryCrossEntropy, Loss, SparseCategoricalCrossEntropy};

/// −(1/n) Σ ln p of the true class, from class numbers and probabilities: n × k, or one column with that of class 1.
/// Probabilities are kept 2.2·10⁻¹⁶ away from 0 and 1, as in scikit-learn.
///
/// ```
/// use gradus::{metrics::log_loss, prelude::*};
/// let loss = log_loss(array![0.0, 1.0].view(), array![[0.9, 0.1], [0.2, 0.8]].view())?;
/// assert!((loss - 0.164_252_033_486_018_02).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different numbers of rows, a class without a column, rows that do not sum to 1.
pub fn log_loss(truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>) -> Result<f64> {
    match probabilities.ncols() {
        1 => BinaryCrossEntropy::default().value(&truth, &probabilities),
        _ => SparseCategoricalCrossEntropy::default().value(&truth, &probabilities),
    }
}
