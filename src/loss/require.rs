//! What losses refuse, each in one place.

use ndarray::{ArrayView2, Axis};

use crate::error::{Error, Result};

/// Refuses NaN and infinities.
pub(super) fn require_finite(loss: &str, which: &str, values: ArrayView2<'_, f64>) -> Result<()> {
    match values.indexed_iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some(((row, column), value)) => Err(Error::NotFinite {
            column: format!("{which} value {column} of the {loss}"),
            row,
            value: value.to_string(),
            hint: "drop or impute missing values; lower the learning rate where a model's outputs grew without end"
                .into(),
        }),
    }
}

fn require_some(loss: &str, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
    if truth.nrows() != predicted.nrows() {
        let (expected, found) = (format!("{}, one per true value", truth.nrows()), predicted.nrows().to_string());
        return Err(Error::Shape { what: format!("{loss}: predictions"), expected, found });
    }
    if truth.is_empty() || predicted.is_empty() {
        return Err(Error::Data(format!("the {loss} of no values is not defined")));
    }
    Ok(())
}

/// Refuses truth and predictions of different shape, and empty ones.
pub(super) fn require_same_shape(loss: &str, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
    require_some(loss, truth, predicted)?;
    if truth.ncols() != predicted.ncols() {
        let (expected, found) =
            (format!("{} columns, as the true values", truth.ncols()), predicted.ncols().to_string());
        return Err(Error::Shape { what: format!("{loss}: predictions"), expected, found });
    }
    Ok(())
}

/// By how much probabilities of this many classes may miss the range 0 … 1, and their sum 1: a sum of k numbers of `f32` that
/// add up to 1 is off by kε at most.
pub(crate) fn probability_tolerance(classes: usize) -> f64 {
    (classes as f64 * f64::from(f32::EPSILON)).clamp(1e-6, 1e-3)
}

/// Refuses probabilities outside of 0 … 1.
pub(super) fn require_probabilities(loss: &str, which: &str, values: ArrayView2<'_, f64>) -> Result<()> {
    let tolerance = probability_tolerance(values.ncols());
    match values.indexed_iter().find(|(_, value)| !(-tolerance..=1.0 + tolerance).contains(*value)) {
        None => Ok(()),
        Some(((row, column), value)) => Err(Error::Data(format!(
            "the {loss} needs probabilities, but the {which} value in row {row}, column {column} is {value}; for scores \
             before the sigmoid or softmax set `from_logits: true`"
        ))),
    }
}

/// Refuses rows that do not sum to 1.
pub(super) fn require_distributions(loss: &str, which: &str, values: ArrayView2<'_, f64>) -> Result<()> {
    require_probabilities(loss, which, values)?;
    let (sums, tolerance) = (values.sum_axis(Axis(1)), probability_tolerance(values.ncols()));
    match sums.indexed_iter().find(|(_, sum)| (*sum - 1.0).abs() > tolerance) {
        None => Ok(()),
        Some((row, sum)) => Err(Error::Data(format!(
            "the {loss} needs {which} probabilities that sum to 1, but those of row {row} sum to {sum}; for scores before \
             the softmax set `from_logits: true`"
        ))),
    }
}

/// Refuses what names no class: a column of class numbers below k, or one column a class with a single 1 (one-hot).
pub(super) fn require_classes(loss: &str, truth: ArrayView2<'_, f64>, predicted: ArrayView2<'_, f64>) -> Result<()> {
    require_some(loss, truth, predicted)?;
    let classes = predicted.ncols();
    if classes == 1 {
        return Err(Error::Data(format!(
            "the {loss} needs one output for each class, at least two; for one output take the binary cross-entropy or the \
             hinge"
        )));
    }
    if truth.ncols() == 1 {
        return match truth
            .column(0)
            .indexed_iter()
            .find(|(_, y)| y.fract() != 0.0 || **y < 0.0 || **y >= classes as f64)
        {
            None => Ok(()),
            Some((row, y)) => Err(Error::Data(format!(
                "the {loss} needs class numbers from 0 to {}, one for each of the {classes} outputs, but row {row} has {y}",
                classes - 1
            ))),
        };
    }
    require_same_shape(loss, truth, predicted)?;
    for (row, y) in truth.rows().into_iter().enumerate() {
        if y.iter().any(|y| *y != 0.0 && *y != 1.0) || y.sum() != 1.0 {
            return Err(Error::Data(format!(
                "the {loss} needs one 1 and else 0 in each row of classes, but row {row} is {y}"
            )));
        }
    }
    Ok(())
}
