//! Scaling: features of different sizes brought to the same one, learned on the training part only.
//!
//! | scaler | formula | result |
//! |---|---|---|
//! | [`StandardScaler`] | (x − x̄) / σ | mean 0, standard deviation 1 |
//! | [`MeanNormalizer`] | (x − x̄) / (max − min) | mean 0, range 1 |
//! | [`MinMaxScaler`] | (x − min) / (max − min) | from 0 to 1 |

mod mean;
mod min_max;
mod standard;

pub use mean::MeanNormalizer;
pub use min_max::MinMaxScaler;
pub use standard::StandardScaler;

use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

use super::column::{Column, Kind, require_distinct};
use super::dataset::Dataset;
use super::examples::{Inputs, columns_or_numbered};
use crate::error::{Error, Result};

/// What every scaler does: z = (x − shift) / scale, column by column, and back.
///
/// Columns are found by their names. Columns of categories are left as they are. A missing value stays missing.
pub trait Scaler {
    /// The columns that were fitted.
    fn columns(&self) -> &[Column];

    /// What is subtracted from each column.
    fn shift(&self) -> &Array1<f64>;

    /// What each column is divided by.
    fn scale(&self) -> &Array1<f64>;

    /// The unit of a scaled column.
    fn unit(&self) -> &'static str;

    /// The data with scaled features.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where a fitted column is missing, [`Error::Column`] for a column of numbers that was not fitted.
    fn transform(&self, data: &Dataset) -> Result<Dataset> {
        apply(self, data, |value, shift, scale| (value - shift) / scale, true)
    }

    /// The data with the features as they were before scaling.
    ///
    /// # Errors
    /// As [`Scaler::transform`].
    fn inverse(&self, data: &Dataset) -> Result<Dataset> {
        apply(self, data, |value, shift, scale| value * scale + shift, false)
    }

    /// An array n × d with scaled columns.
    ///
    /// # Errors
    /// [`Error::Shape`] where d is not the number of fitted columns.
    fn transform_array(&self, values: &Array2<f64>) -> Result<Array2<f64>> {
        check_width(self, values)?;
        Ok((values - self.shift()) / self.scale())
    }

    /// An array n × d with its columns as they were before scaling.
    ///
    /// # Errors
    /// As [`Scaler::transform_array`].
    fn inverse_array(&self, values: &Array2<f64>) -> Result<Array2<f64>> {
        check_width(self, values)?;
        Ok(values * self.scale() + self.shift())
    }
}

fn check_width<S: Scaler + ?Sized>(scaler: &S, values: &Array2<f64>) -> Result<()> {
    match scaler.columns().len() {
        width if width == values.ncols() => Ok(()),
        width => Err(Error::Shape {
            what: "scaling".into(),
            expected: format!("{width} columns, as were fitted"),
            found: format!("{:?}", values.shape()),
        }),
    }
}

fn apply<S: Scaler + ?Sized>(
    scaler: &S,
    data: &Dataset,
    formula: impl Fn(f64, f64, f64) -> f64,
    forward: bool,
) -> Result<Dataset> {
    let mut scaled = data.clone();
    for (number, fitted) in scaler.columns().iter().enumerate() {
        let position = data.feature_position(&fitted.name)?;
        if data.columns[position].kind != Kind::Number {
            let problem = "held numbers when the scaler was fitted, now it holds categories".into();
            return Err(Error::Column { column: fitted.name.clone(), problem });
        }
        let (shift, scale) = (scaler.shift()[number], scaler.scale()[number]);
        scaled.features.column_mut(position).mapv_inplace(|value| formula(value, shift, scale));
        scaled.columns[position].unit = if forward { scaler.unit().into() } else { fitted.unit.clone() };
    }
    let unknown = data.columns.iter().find(|column| {
        column.kind == Kind::Number && !scaler.columns().iter().any(|fitted| fitted.name == column.name)
    });
    match unknown {
        None => Ok(scaled),
        Some(column) => {
            let problem =
                "was not there when the scaler was fitted; drop it with `without`, or fit the scaler again".into();
            Err(Error::Column { column: column.name.clone(), problem })
        }
    }
}

/// What a fit learns: which columns, and shift and scale of each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fitted {
    pub columns: Vec<Column>,
    pub shift: Array1<f64>,
    pub scale: Array1<f64>,
}

/// What to do with a column that holds one value only, whose scale would be 0.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Constant {
    Refuse,
    ToZero,
}

impl Fitted {
    /// Measures shift and scale of every column of numbers.
    pub fn new(data: impl Inputs, constant: Constant, measure: impl Fn(&[f64]) -> (f64, f64)) -> Result<Self> {
        let values = data.inputs();
        if values.nrows() == 0 {
            return Err(Error::Data("a scaler needs at least one row to be fitted".into()));
        }
        let mut fitted = Fitted { columns: Vec::new(), shift: Array1::zeros(0), scale: Array1::zeros(0) };
        let (mut shifts, mut scales) = (Vec::new(), Vec::new());
        let columns = columns_or_numbered(data.input_columns(), values.ncols(), "x");
        for (column, values) in columns.into_iter().zip(values.axis_iter(Axis(1))) {
            if column.kind != Kind::Number {
                continue;
            }
            if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                let hint = "drop such rows with `drop_missing`, or fill them with an `Imputer`".into();
                let value = if values[row].is_nan() { "missing (NaN)".into() } else { values[row].to_string() };
                return Err(Error::NotFinite { column: column.name, row, value, hint });
            }
            let values = values.to_vec();
            // Compared value by value: the measured deviation of a constant can be a rounding error above 0.
            let is_constant = values.iter().all(|value| *value == values[0]);
            let (shift, scale) = measure(&values);
            let (shift, scale) = match constant {
                Constant::Refuse if is_constant => {
                    let problem = format!(
                        "holds only {}, so it cannot be scaled; drop it with `without(&[\"{}\"])`, or fit with \
                         `fit_constant_to_zero`",
                        column.show(values[0]),
                        column.name
                    );
                    return Err(Error::Column { column: column.name, problem });
                }
                Constant::ToZero if is_constant => (values[0], 1.0),
                _ => (shift, scale),
            };
            if !(shift.is_finite() && scale.is_finite() && scale > 0.0) {
                let problem = format!("its values reach too far to be scaled in f64 (scale {scale})");
                return Err(Error::Column { column: column.name, problem });
            }
            shifts.push(shift);
            scales.push(scale);
            fitted.columns.push(column);
        }
        (fitted.shift, fitted.scale) = (shifts.into(), scales.into());
        Ok(fitted)
    }

    /// Whether there are as many shifts and scales as columns, and numbers that a fit could have found.
    pub fn check(&self) -> Result<(), String> {
        let (columns, shifts, scales) = (self.columns.len(), self.shift.len(), self.scale.len());
        if shifts != columns || scales != columns {
            return Err(format!("{columns} columns, {shifts} shifts and {scales} scales"));
        }
        require_distinct(&self.columns)?;
        for ((column, shift), scale) in self.columns.iter().zip(&self.shift).zip(&self.scale) {
            if column.kind != Kind::Number || !(shift.is_finite() && scale.is_finite() && *scale > 0.0) {
                return Err(format!("`{}` cannot be scaled with shift {shift} and scale {scale}", column.name));
            }
        }
        Ok(())
    }
}

/// The smallest and the largest value.
pub(crate) fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(*value), max.max(*value)))
}

#[cfg(test)]
mod tests;
