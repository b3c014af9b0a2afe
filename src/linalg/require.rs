//! Requirements on a matrix.

use ndarray::{ArrayRef, ArrayRef2, Dimension};

use crate::error::{Error, Result};

/// Refuses a matrix that is not square.
pub(super) fn square(what: &str, a: &ArrayRef2<f64>) -> Result<()> {
    if a.is_square() {
        return Ok(());
    }
    let (rows, columns) = a.dim();
    Err(Error::Shape {
        what: format!("{what} of a matrix"),
        expected: "a square one".into(),
        found: shape(rows, columns),
    })
}

/// Refuses NaN and infinite entries, with their place.
pub(super) fn finite<D: Dimension>(what: &str, a: &ArrayRef<f64, D>) -> Result<()> {
    if a.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    let found = a.view().into_dyn().indexed_iter().find(|(_, value)| !value.is_finite()).map(|(at, value)| {
        let place = match at.as_array_view().to_vec()[..] {
            [row, column] => format!("row {row}, column {column}"),
            [position] => format!("position {position}"),
            ref other => format!("{other:?}"),
        };
        format!("{place} is {value}")
    });
    let found = found.unwrap_or_default();
    Err(Error::Data(format!("{what} needs finite numbers, but {found} (counted from 0); correct it or leave it out")))
}

/// `3 × 2`.
pub(super) fn shape(rows: usize, columns: usize) -> String {
    format!("{rows} × {columns}")
}
