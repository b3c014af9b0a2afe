//! From a polars `DataFrame` and back.

use std::collections::BTreeSet;

use ndarray::{Array1, Array2};
use polars::prelude::{Column as Series, DataFrame, DataType, PlSmallStr};

use super::column::{Column, Kind};
use super::dataset::Dataset;
use crate::error::{Error, Result};

impl Dataset {
    /// A data set from a polars `DataFrame`; every column becomes a feature.
    ///
    /// Numbers of any width become `f64`, `true` and `false` 1 and 0, text becomes categories in sorted order, a null
    /// becomes a missing value (NaN). [`Dataset::with_target`] then says which column is to be predicted.
    ///
    /// # Errors
    /// [`Error::Column`] for a column of dates, lists or structures: turn it into numbers or text first; for a whole number of
    /// more digits than `f64` keeps, such as an id: turn the column into text.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// use gradus::polars::prelude::{df, DataFrame};
    /// let frame = df!["age" => [Some(31.0), None], "city" => ["Ulm", "Aachen"]].unwrap();
    /// let data = Dataset::from_frame(&frame)?;
    /// assert_eq!(data.column("city")?.to_vec(), [1.0, 0.0]);
    /// assert!(data.column("age")?[1].is_nan());
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn from_frame(frame: &DataFrame) -> Result<Self> {
        let rows = frame.height();
        let mut columns = Vec::with_capacity(frame.width());
        let mut features = Array2::zeros((rows, frame.width()));
        for (position, series) in frame.columns().iter().enumerate() {
            let name = series.name().to_string();
            let (kind, values) = read_series(series)
                .map_err(|problem| Error::Column { column: name.clone(), problem: problem.to_string() })?;
            features.column_mut(position).assign(&values);
            columns.push(Column { kind, ..Column::number(name) });
        }
        Dataset::new("data", columns, features, Vec::new(), Array2::zeros((rows, 0)))
    }

    /// The data as a polars `DataFrame`: features, then targets. Categories become text, missing values null.
    ///
    /// Meanings and units stay behind, a `DataFrame` has no place for them.
    ///
    /// # Errors
    /// [`Error::Library`] where polars refuses the columns.
    pub fn to_frame(&self) -> Result<DataFrame> {
        let features = self.columns.iter().zip(self.features.columns());
        let targets = self.target_columns.iter().zip(self.targets.columns());
        let series = features.chain(targets).map(|(column, values)| {
            let name = PlSmallStr::from(column.name.as_str());
            let present = values.iter().map(|value| (!value.is_nan()).then_some(*value));
            match &column.kind {
                Kind::Number => Series::new(name, present.collect::<Vec<_>>()),
                Kind::Category(categories) => {
                    let text = present.map(|value| categories.get(value? as usize).map(String::as_str));
                    Series::new(name, text.collect::<Vec<_>>())
                }
            }
        });
        DataFrame::new(self.rows(), series.collect()).map_err(Error::library("making a DataFrame"))
    }
}

/// Kind and values of one column of a `DataFrame`.
fn read_series(series: &Series) -> std::result::Result<(Kind, Array1<f64>), String> {
    let polars = |error: polars::prelude::PolarsError| error.to_string();
    match series.dtype() {
        DataType::String => {
            let text = series.str().map_err(polars)?;
            Ok(categorize(&text.iter().collect::<Vec<_>>()))
        }
        DataType::Boolean => {
            let values = series.bool().map_err(polars)?;
            let numbers = values.iter().map(|value| value.map_or(f64::NAN, |value| f64::from(u8::from(value))));
            Ok((Kind::Number, numbers.collect()))
        }
        DataType::Null => Ok((Kind::Number, Array1::from_elem(series.len(), f64::NAN))),
        dtype if dtype.is_primitive_numeric() => {
            let inexact = match dtype {
                DataType::Int64 => first_inexact(series.i64().map_err(polars)?.iter()),
                DataType::UInt64 => first_inexact(series.u64().map_err(polars)?.iter()),
                _ => None,
            };
            if let Some((row, value)) = inexact {
                return Err(format!(
                    "row {row} holds {value}, which has more digits than a number keeps; turn the column into text in polars \
                     first"
                ));
            }
            let numbers = series.cast(&DataType::Float64).map_err(polars)?;
            Ok((Kind::Number, numbers.f64().map_err(polars)?.iter().map(|value| value.unwrap_or(f64::NAN)).collect()))
        }
        dtype => {
            Err(format!("holds {dtype}, of which gradus knows no use; turn it into numbers or text in polars first"))
        }
    }
}

/// The first whole number that is not the same as `f64`, and its row.
fn first_inexact<T: Into<i128>>(values: impl Iterator<Item = Option<T>>) -> Option<(usize, i128)> {
    let mut present = values.enumerate().filter_map(|(row, value)| Some((row, value?.into())));
    present.find(|(_, value)| *value as f64 as i128 != *value)
}

/// Categories in sorted order and the position of each cell in them; NaN for a missing cell.
///
/// Categories that are all numbers are sorted as numbers, so that "9" stands before "10".
pub(crate) fn categorize(cells: &[Option<&str>]) -> (Kind, Array1<f64>) {
    let distinct: BTreeSet<&str> = cells.iter().flatten().copied().collect();
    let mut categories: Vec<&str> = distinct.into_iter().collect();
    if categories.iter().all(|category| category.parse::<f64>().is_ok_and(f64::is_finite)) {
        let number = |category: &str| category.parse::<f64>().unwrap_or(f64::NAN);
        categories.sort_by(|a, b| number(a).total_cmp(&number(b)));
    }
    let positions: std::collections::HashMap<&str, f64> =
        categories.iter().enumerate().map(|(position, category)| (*category, position as f64)).collect();
    let values = cells.iter().map(|cell| cell.and_then(|cell| positions.get(cell).copied()).unwrap_or(f64::NAN));
    let values = values.collect();
    (Kind::Category(categories.into_iter().map(String::from).collect()), values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    #[test]
    fn every_kind_of_column_arrives() {
        let frame = df![
            "small" => [1i32, 2, 3],
            "large" => [Some(1u64), None, Some(3)],
            "half" => [0.5f32, 1.5, 2.5],
            "yes" => [Some(true), Some(false), None],
            "size" => [Some("L"), None, Some("S")],
        ]
        .unwrap();
        let data = Dataset::from_frame(&frame).unwrap();
        assert_eq!(data.feature_names(), ["small", "large", "half", "yes", "size"]);
        assert_eq!(data.column("small").unwrap().to_vec(), [1.0, 2.0, 3.0]);
        assert!(data.column("large").unwrap()[1].is_nan());
        assert_eq!(data.column("half").unwrap().to_vec(), [0.5, 1.5, 2.5]);
        assert_eq!(data.column("yes").unwrap()[0], 1.0);
        assert_eq!(data.columns()[4].categories().unwrap(), ["L", "S"]);
        assert!(data.column("size").unwrap()[1].is_nan());
        assert_eq!(data.column("size").unwrap()[2], 1.0);
    }

    #[test]
    fn whole_numbers_that_lose_digits_are_refused() {
        let message = |frame: DataFrame| Dataset::from_frame(&frame).unwrap_err().to_string();
        let ids = message(df!["id" => [Some(1i64), None, Some(12_345_678_901_234_567)]].unwrap());
        assert!(ids.contains("`id`: row 2 holds 12345678901234567") && ids.contains("into text"), "{ids}");
        assert!(message(df!["id" => [i64::MAX]].unwrap()).contains("9223372036854775807"));
        assert!(message(df!["id" => [1, u64::MAX]].unwrap()).contains("row 1 holds 18446744073709551615"));
        let data = Dataset::from_frame(&df!["id" => [1i64 << 60, -(1 << 53)]].unwrap()).unwrap();
        assert_eq!(data.column("id").unwrap().to_vec(), [2f64.powi(60), -(2f64.powi(53))]);
    }

    #[test]
    fn a_column_of_lists_is_refused_by_name() {
        let inner = Series::new("a".into(), [1.0, 2.0]).take_materialized_series();
        let lists = Series::new("nested".into(), [inner]);
        let frame = DataFrame::new(1, vec![lists]).unwrap();
        let message = Dataset::from_frame(&frame).unwrap_err().to_string();
        assert!(message.contains("`nested`") && message.contains("list"), "{message}");
    }

    #[test]
    fn categories_that_are_numbers_are_sorted_as_numbers() {
        let (kind, values) = categorize(&[Some("10"), Some("9"), None, Some("-1")]);
        assert_eq!(kind, Kind::Category(vec!["-1".into(), "9".into(), "10".into()]));
        assert_eq!(values.iter().filter(|value| !value.is_nan()).copied().collect::<Vec<_>>(), [2.0, 1.0, 0.0]);
    }
}
