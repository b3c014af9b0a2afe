//! Rows with a weight of 0 are rows that are not there: no algorithm may see them, whatever they hold.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::column::Column;
use super::examples::{Examples, Inputs};
use crate::error::Error;

/// The examples whose weight is above 0, with those weights; made by [`present`].
pub(crate) struct Present {
    x: Array2<f64>,
    y: Array2<f64>,
    columns: Option<Vec<Column>>,
    target_columns: Option<Vec<Column>>,
    /// Where each of them stood among all examples.
    rows: Vec<usize>,
    /// Their weights, all above 0.
    pub weights: Array1<f64>,
}

/// The examples whose weight is above 0; `None` where that is all of them, where none is left, or where there is not one
/// weight an example, so that the caller goes on with what it has and reports what is wrong with it.
pub(crate) fn present(examples: &impl Examples, weights: Option<&Array1<f64>>) -> Option<Present> {
    let (weights, x, y) = (weights?, examples.inputs(), examples.outputs());
    // −0 is 0; a negative weight or NaN stays, for the caller to refuse.
    let rows: Vec<usize> = (0..weights.len()).filter(|row| weights[*row] != 0.0).collect();
    let fits = weights.len() == x.nrows() && weights.len() == y.nrows();
    if !fits || rows.is_empty() || rows.len() == weights.len() {
        return None;
    }
    Some(Present {
        x: x.select(Axis(0), &rows),
        y: y.select(Axis(0), &rows),
        columns: examples.input_columns().map(<[Column]>::to_vec),
        target_columns: examples.output_columns().map(<[Column]>::to_vec),
        weights: weights.select(Axis(0), &rows),
        rows,
    })
}

impl Present {
    /// An error that counts rows among all examples, not among those present.
    pub fn in_all_rows(&self, error: Error) -> Error {
        match error {
            Error::NotFinite { column, row, value, hint } => {
                Error::NotFinite { column, row: self.rows.get(row).copied().unwrap_or(row), value, hint }
            }
            other => other,
        }
    }
}

impl Inputs for Present {
    fn inputs(&self) -> ArrayView2<'_, f64> {
        self.x.view()
    }

    fn input_columns(&self) -> Option<&[Column]> {
        self.columns.as_deref()
    }
}

impl Examples for Present {
    fn outputs(&self) -> ArrayView2<'_, f64> {
        self.y.view()
    }

    fn output_columns(&self) -> Option<&[Column]> {
        self.target_columns.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn only_rows_with_a_weight_are_present() {
        let examples = (array![[1.0], [f64::NAN], [3.0]], array![4.0, 5.0, 6.0]);
        let left = present(&examples, Some(&array![2.0, 0.0, 1.0])).unwrap();
        assert_eq!((left.inputs().to_owned(), left.outputs().to_owned()), (array![[1.0], [3.0]], array![[4.0], [6.0]]));
        assert_eq!(left.weights, array![2.0, 1.0]);
        let error = Error::NotFinite { column: "x".into(), row: 1, value: "∞".into(), hint: String::new() };
        assert!(matches!(left.in_all_rows(error), Error::NotFinite { row: 2, .. }));
    }

    #[test]
    fn examples_stay_as_they_are_where_nothing_is_absent_or_left() {
        let examples = (array![[1.0], [2.0]], array![3.0, 4.0]);
        for weights in [None, Some(array![1.0, 1.0]), Some(array![0.0, -0.0]), Some(array![0.0, 1.0, 1.0])] {
            assert!(present(&examples, weights.as_ref()).is_none());
        }
    }
}
