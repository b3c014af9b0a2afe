//! Encoding: categories as numbers that a model can compute with.

mod one_hot;
mod ordinal;
mod targets;

pub use one_hot::OneHotEncoder;
pub use ordinal::OrdinalEncoder;

use ndarray::ArrayView1;

use super::column::Column;
use crate::error::{Error, Result};

/// The category names of a column's cells.
///
/// # Errors
/// For a column of numbers, and for a missing value.
fn names<'a>(column: &'a Column, values: ArrayView1<'_, f64>) -> Result<Vec<&'a str>> {
    let refuse = |problem: String| Error::Column { column: column.name.clone(), problem };
    let Some(categories) = column.categories() else {
        return Err(refuse("holds numbers, not categories".into()));
    };
    let name = |(row, value): (usize, &f64)| match categories.get(*value as usize) {
        Some(name) if !value.is_nan() => Ok(name.as_str()),
        _ => Err(refuse(format!(
            "row {row} is missing; drop such rows with `drop_missing`, or fill them with `Imputer::most_frequent()`"
        ))),
    };
    values.iter().enumerate().map(name).collect()
}

/// The error for a category that the training part did not have.
fn unseen(column: &str, category: &str, row: usize, known: &[String]) -> Error {
    let problem = format!(
        "row {row} holds `{category}`, which was not there when the encoder was fitted; known: {}",
        known.join(", ")
    );
    Error::Column { column: column.into(), problem }
}
