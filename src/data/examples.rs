//! What models learn from: a [`Dataset`], or arrays as they are.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::column::{Column, Kind};
use super::dataset::Dataset;
use crate::error::{Error, Result};

/// Features without targets: what `predict` takes. A [`Dataset`], an `Array2<f64>` or a view of one, n × d.
pub trait Inputs {
    /// The features, n × d.
    fn inputs(&self) -> ArrayView2<'_, f64>;

    /// The features' columns, where they are known.
    fn input_columns(&self) -> Option<&[Column]> {
        None
    }
}

/// Features with targets: what `fit` and `score` take. A [`Dataset`], or a pair `(x, y)` of arrays, references or views.
pub trait Examples: Inputs {
    /// The targets, n × k.
    fn outputs(&self) -> ArrayView2<'_, f64>;

    /// The targets' columns, where they are known.
    fn output_columns(&self) -> Option<&[Column]> {
        None
    }
}

impl Inputs for Dataset {
    fn inputs(&self) -> ArrayView2<'_, f64> {
        self.features.view()
    }

    fn input_columns(&self) -> Option<&[Column]> {
        Some(&self.columns)
    }
}

impl Examples for Dataset {
    fn outputs(&self) -> ArrayView2<'_, f64> {
        self.targets.view()
    }

    fn output_columns(&self) -> Option<&[Column]> {
        Some(&self.target_columns)
    }
}

impl Inputs for Array2<f64> {
    fn inputs(&self) -> ArrayView2<'_, f64> {
        self.view()
    }
}

impl Inputs for ArrayView2<'_, f64> {
    fn inputs(&self) -> ArrayView2<'_, f64> {
        self.view()
    }
}

impl<T: Inputs + ?Sized> Inputs for &T {
    fn inputs(&self) -> ArrayView2<'_, f64> {
        (**self).inputs()
    }

    fn input_columns(&self) -> Option<&[Column]> {
        (**self).input_columns()
    }
}

impl<T: Examples + ?Sized> Examples for &T {
    fn outputs(&self) -> ArrayView2<'_, f64> {
        (**self).outputs()
    }

    fn output_columns(&self) -> Option<&[Column]> {
        (**self).output_columns()
    }
}

/// Targets in the forms in which they come: one per row, or k per row.
pub trait Targets {
    /// The targets, n × k.
    fn as_columns(&self) -> ArrayView2<'_, f64>;
}

impl Targets for Array1<f64> {
    fn as_columns(&self) -> ArrayView2<'_, f64> {
        self.view().insert_axis(Axis(1))
    }
}

impl Targets for ArrayView1<'_, f64> {
    fn as_columns(&self) -> ArrayView2<'_, f64> {
        self.view().insert_axis(Axis(1))
    }
}

impl Targets for Array2<f64> {
    fn as_columns(&self) -> ArrayView2<'_, f64> {
        self.view()
    }
}

impl Targets for ArrayView2<'_, f64> {
    fn as_columns(&self) -> ArrayView2<'_, f64> {
        self.view()
    }
}

impl<T: Targets + ?Sized> Targets for &T {
    fn as_columns(&self) -> ArrayView2<'_, f64> {
        (**self).as_columns()
    }
}

impl<X: Inputs, Y: Targets> Inputs for (X, Y) {
    fn inputs(&self) -> ArrayView2<'_, f64> {
        self.0.inputs()
    }

    fn input_columns(&self) -> Option<&[Column]> {
        self.0.input_columns()
    }
}

impl<X: Inputs, Y: Targets> Examples for (X, Y) {
    fn outputs(&self) -> ArrayView2<'_, f64> {
        self.1.as_columns()
    }
}

/// The columns of `width` features, made up as `x1`, `x2`, … where nobody named them.
pub(crate) fn columns_or_numbered(columns: Option<&[Column]>, width: usize, letter: &str) -> Vec<Column> {
    match columns {
        Some(columns) => columns.to_vec(),
        None if width == 1 && letter == "y" => vec![Column::number("y")],
        None => (1..=width).map(|number| Column::number(format!("{letter}{number}"))).collect(),
    }
}

/// Refuses features whose names are not those that `who`, such as a model, was fitted on, in their order; arrays have none.
///
/// # Errors
/// [`Error::Column`] for the first name in the place of another.
pub(crate) fn require_fitted_columns(fitted: &[Column], given: Option<&[Column]>, who: &str) -> Result<()> {
    match fitted.iter().zip(given.unwrap_or_default()).find(|(fitted, given)| fitted.name != given.name) {
        None => Ok(()),
        Some((fitted, given)) => {
            let problem =
                format!("is in the place of `{}`, on which the {who} was fitted; reorder with `select`", fitted.name);
            Err(Error::Column { column: given.name.clone(), problem })
        }
    }
}

/// Refuses targets in another order. A target may have another name than in the fit.
///
/// # Errors
/// [`Error::Column`] for the first one out of its place.
pub(crate) fn require_target_order(fitted: &[Column], given: Option<&[Column]>, who: &str) -> Result<()> {
    let misplaced = |(own, given): &(&Column, &Column)| {
        own.name != given.name && fitted.iter().any(|other| other.name == given.name)
    };
    match fitted.iter().zip(given.unwrap_or_default()).find(misplaced) {
        None => Ok(()),
        Some((fitted, given)) => {
            let problem = format!(
                "is a target in the place of `{}`, on which the {who} was fitted; reorder with `with_targets`",
                fitted.name
            );
            Err(Error::Column { column: given.name.clone(), problem })
        }
    }
}

/// Refuses what no model can compute with: text not yet encoded, missing values, infinities.
///
/// # Errors
/// [`Error::Column`] for a column of categories, [`Error::NotFinite`] with the column and row.
pub(crate) fn require_numbers(values: ArrayView2<'_, f64>, columns: Option<&[Column]>, letter: &str) -> Result<()> {
    if let Some(column) = columns.and_then(|columns| columns.iter().find(|column| column.kind != Kind::Number)) {
        let problem = "holds text; encode it first with a `OneHotEncoder` or an `OrdinalEncoder`".into();
        return Err(Error::Column { column: column.name.clone(), problem });
    }
    if values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    let names = columns_or_numbered(columns, values.ncols(), letter);
    for ((row, column), value) in values.indexed_iter() {
        if !value.is_finite() {
            let (value, hint) = match value.is_nan() {
                true => {
                    ("missing (NaN)".to_string(), "drop such rows with `drop_missing` or fill them with an `Imputer`")
                }
                false => (value.to_string(), "correct it, or drop the row"),
            };
            return Err(Error::NotFinite { column: names[column].name.clone(), row, value, hint: hint.into() });
        }
    }
    Ok(())
}
