//! What views need of examples: one column as numbers, and its label.

use ndarray::ArrayView1;

use super::style;
use crate::data::{Column, Examples, columns_or_numbered, require_numbers};
use crate::error::{Error, Result};

/// One feature and one target of examples, with their labels for axes.
pub(crate) struct Pair<'a> {
    pub x: ArrayView1<'a, f64>,
    pub y: ArrayView1<'a, f64>,
    pub x_label: String,
    pub y_label: String,
}

/// Examples with one feature and one target; others are told what to do.
pub(crate) fn one_feature<'a, E: Examples>(examples: &'a E, what: &str, instead: &str) -> Result<Pair<'a>> {
    let (inputs, outputs) = (examples.inputs(), examples.outputs());
    if inputs.ncols() != 1 || outputs.ncols() != 1 {
        let found = format!("{} features and {} targets", inputs.ncols(), outputs.ncols());
        return Err(Error::Shape {
            what: what.into(),
            expected: format!("one feature and one target ({instead})"),
            found,
        });
    }
    if inputs.nrows() != outputs.nrows() || inputs.nrows() == 0 {
        let expected = format!("{} rows, at least one", inputs.nrows());
        return Err(Error::Shape { what: "targets".into(), expected, found: format!("{} rows", outputs.nrows()) });
    }
    require_numbers(inputs.view(), examples.input_columns(), "x")?;
    require_numbers(outputs.view(), examples.output_columns(), "y")?;
    let x_label = axis_label(&columns_or_numbered(examples.input_columns(), 1, "x"));
    let y_label = axis_label(&columns_or_numbered(examples.output_columns(), 1, "y"));
    Ok(Pair {
        x: inputs.index_axis_move(ndarray::Axis(1), 0),
        y: outputs.index_axis_move(ndarray::Axis(1), 0),
        x_label,
        y_label,
    })
}

/// The first column's name and unit, safe for plotly.
pub(crate) fn axis_label(columns: &[Column]) -> String {
    columns.first().map(|column| style::escape(&column.label())).unwrap_or_default()
}

/// A list as plotly wants a series with gaps: each piece, then nothing.
pub(crate) fn with_gaps<const N: usize>(pieces: impl IntoIterator<Item = [f64; N]>) -> Vec<f64> {
    pieces.into_iter().flat_map(|piece| piece.into_iter().chain([f64::NAN])).collect()
}
