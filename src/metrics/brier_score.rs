//! Brier score: the squared error of probabilities.

use ndarray::{ArrayView1, ArrayView2};

use super::{class_of, no_class, require_distributions, sum_of_rows};
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
/// Different numbers of rows, a NaN, a class without a column, rows that are not probabilities: outside of 0 … 1, or with
/// another sum than 1.
pub fn brier_score(truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>) -> Result<f64> {
    require_distributions("Brier score", truth, probabilities)?;
    in_one_pass(truth, probabilities).ok_or_else(|| {
        let classes = probabilities.ncols().max(2);
        let wrong = truth.iter().enumerate().find(|(_, label)| class_of(**label, classes).is_none());
        let (row, label) = wrong.map_or((0, f64::NAN), |(row, label)| (row, *label));
        no_class("class", row, label, classes)
    })
}

/// The score, or nothing where a label is no class.
fn in_one_pass(truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>) -> Option<f64> {
    let (rows, columns) = probabilities.dim();
    let (labels, values) = (truth.as_standard_layout(), probabilities.as_standard_layout());
    let (labels, values) = (labels.as_slice()?, values.as_slice()?);
    let term = |row: usize| {
        let class = class_of(labels[row], columns.max(2))?;
        let own = &values[row * columns..(row + 1) * columns];
        let square = |at: usize, p: f64| (p - f64::from(u8::from(at == class))).powi(2);
        Some(match own {
            [second] | [_, second] => square(1, *second),
            _ => own.iter().enumerate().map(|(at, p)| square(at, *p)).sum(),
        })
    };
    Some(sum_of_rows(rows, term)? / rows as f64)
}
