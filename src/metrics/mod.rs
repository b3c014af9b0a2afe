//! How good predictions are, one measure a file, with scikit-learn's conventions for ties, empty classes and zero divisions.
//!
//! | question | measures |
//! |---|---|
//! | how far off is a number? | [`r_squared`], [`mean_squared_error`], [`mean_absolute_error`], [`median_absolute_error`], [`max_error`] |
//! | how often is a class right? | [`accuracy`], [`top_k_accuracy`], [`ConfusionMatrix`] with precision, recall, F1, balanced accuracy, Matthews' correlation, [`ClassificationReport`] |
//! | are the scores in the right order? | [`RocCurve`], [`roc_auc`], [`PrecisionRecallCurve`] |
//! | do the scores keep a margin? | [`hinge_loss`] |
//! | are the probabilities right? | [`log_loss`], [`brier_score`], [`coverage`] |

mod accuracy;
mod answers;
mod brier_score;
mod classification_report;
mod classification_scores;
mod classifier_methods;
mod confusion_matrix;
mod coverage;
mod evaluation;
mod hinge_loss;
mod log_loss;
mod max_error;
mod mean_absolute_error;
mod mean_squared_error;
mod median_absolute_error;
mod precision_recall;
mod r_squared;
mod roc;
mod roc_auc;
mod thresholds;

pub use accuracy::{accuracy, top_k_accuracy};
pub(crate) use answers::{Answers, Scores};
pub use brier_score::brier_score;
pub use classification_report::{ClassificationReport, ReportLine};
pub use classification_scores::Average;
pub(crate) use classification_scores::ClassCounts;
pub(crate) use classifier_methods::classifier_methods;
pub use confusion_matrix::{ConfusionMatrix, Normalize};
pub use coverage::{Coverage, coverage};
pub use evaluation::Evaluation;
pub use hinge_loss::hinge_loss;
pub use log_loss::log_loss;
pub use max_error::max_error;
pub use mean_absolute_error::mean_absolute_error;
pub use mean_squared_error::mean_squared_error;
pub use median_absolute_error::median_absolute_error;
pub use precision_recall::PrecisionRecallCurve;
pub(crate) use r_squared::explained;
pub use r_squared::r_squared;
pub use roc::RocCurve;
pub use roc_auc::{Pairing, roc_auc};

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::loss::probability_tolerance;

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

/// Refuses scores, n × k, that are not one row for each class or hold a NaN.
fn require_scores(measure: &str, truth: ArrayView1<'_, f64>, scores: ArrayView2<'_, f64>) -> Result<()> {
    if scores.ncols() == 0 {
        return Err(Error::Data(format!("{measure}: there are no columns of scores, one a class is needed")));
    }
    require_pairs(measure, truth, scores.column(0))?;
    // Looked for without its place first, which is faster.
    if !scores.iter().any(|score| score.is_nan()) {
        return Ok(());
    }
    match scores.indexed_iter().find(|(_, score)| score.is_nan()) {
        None => Ok(()),
        Some(((row, class), _)) => Err(Error::Data(format!("{measure}: the score of row {row}, class {class} is NaN"))),
    }
}

/// Refuses what [`require_scores`] does, and rows that are not probabilities, up to rounding in `f32`; one column is the
/// probability of the second of two classes.
fn require_distributions(measure: &str, truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>) -> Result<()> {
    require_scores(measure, truth, probabilities)?;
    let (classes, out) =
        (probabilities.ncols(), "apply the sigmoid or softmax to scores first, as `predict_proba` does");
    let tolerance = probability_tolerance(classes);
    let valid = |p: &f64| (-tolerance..=1.0 + tolerance).contains(p);
    for (row, own) in probabilities.rows().into_iter().enumerate() {
        if let Some((class, p)) = own.iter().enumerate().find(|(_, p)| !valid(p)) {
            return Err(Error::Data(format!(
                "{measure} needs probabilities, but that of row {row}, class {class} is {p}; {out}"
            )));
        }
        let sum = own.sum();
        if classes > 1 && (sum - 1.0).abs() > tolerance {
            return Err(Error::Data(format!(
                "{measure} needs probabilities, but those of row {row} sum to {sum}, not 1; {out}"
            )));
        }
    }
    Ok(())
}

/// The mean over the columns, one a target, of a measure of true and predicted values.
pub(crate) fn mean_over_columns(
    truth: ArrayView2<'_, f64>,
    predicted: ArrayView2<'_, f64>,
    measure: impl Fn(ArrayView1<'_, f64>, ArrayView1<'_, f64>) -> Result<f64>,
) -> Result<f64> {
    let mut sum = 0.0;
    for (truth, predicted) in truth.columns().into_iter().zip(predicted.columns()) {
        sum += measure(truth, predicted)?;
    }
    Ok(sum / truth.ncols() as f64)
}

/// Classes as a data set stores them, whole numbers from 0, as positions in a list of `classes`; `what` names them.
pub(crate) fn class_positions(what: &str, values: ArrayView1<'_, f64>, classes: usize) -> Result<Vec<usize>> {
    let mut positions = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        positions.push(class_of(*value, classes).ok_or_else(|| no_class(what, row, *value, classes))?);
    }
    Ok(positions)
}

fn no_class(what: &str, row: usize, value: f64, classes: usize) -> Error {
    let most = if classes == usize::MAX { String::new() } else { format!(" below {classes}") };
    let problem = "which is no class: classes are whole numbers from 0";
    Error::Data(format!("the {what} of row {row} is {value}, {problem}{most}"))
}

/// A whole number from 0 below `classes`, or nothing.
fn class_of(value: f64, classes: usize) -> Option<usize> {
    // What is negative, not whole, too large or NaN changes on the way to an integer and back.
    let class = value as usize;
    (class as f64 == value && class < classes).then_some(class)
}

/// The sum of `term` over the rows 0..n, in blocks over the cores; nothing where one of them has no term. The blocks and
/// their order are fixed, so that the sum is the same on any machine, and short, so that few digits are lost.
fn sum_of_rows(rows: usize, term: impl Fn(usize) -> Option<f64> + Sync) -> Option<f64> {
    const BLOCK: usize = 4096;
    let block = |block: usize| (block * BLOCK..rows.min((block + 1) * BLOCK)).map(&term).sum::<Option<f64>>();
    let sums: Vec<Option<f64>> = (0..rows.div_ceil(BLOCK)).into_par_iter().map(block).collect();
    sums.into_iter().sum()
}

/// The position of the greatest value, the first of equals.
pub(crate) fn greatest<'a>(values: impl IntoIterator<Item = &'a f64>) -> usize {
    let best = values.into_iter().enumerate().fold(None, |best: Option<(usize, f64)>, (at, value)| match best {
        Some((_, most)) if *value <= most => best,
        _ => Some((at, *value)),
    });
    best.map_or(0, |(at, _)| at)
}
