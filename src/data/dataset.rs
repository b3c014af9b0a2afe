//! `Dataset`: examples in rows, features in columns, beside their targets, with names, meanings and units.

use ndarray::{Array1, Array2, ArrayView1, Axis};
use serde::{Deserialize, Serialize};

use super::column::{Column, Kind, stands_twice};
use crate::error::{Error, Result};

/// A table of examples: features `X` (n × d) and targets `Y` (n × k), row by row, each column with its name.
///
/// Everything is stored as `f64`. A missing value is NaN; a category is its position in the column's sorted list. Models
/// refuse both, naming column and row, until they are imputed or encoded by choice.
///
/// The lectures write examples as columns; here, as everywhere in the field's software, they are rows.
///
/// ```
/// use gradus::prelude::*;
/// let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])?;
/// assert_eq!((data.rows(), data.feature_names()), (4, vec!["x1".to_string()]));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Dataset {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) features: Array2<f64>,
    pub(crate) target_columns: Vec<Column>,
    pub(crate) targets: Array2<f64>,
}

/// What a data set is read from; it must pass the same checks as any other.
#[derive(Deserialize)]
struct Parts {
    name: String,
    columns: Vec<Column>,
    features: Array2<f64>,
    target_columns: Vec<Column>,
    targets: Array2<f64>,
}

impl TryFrom<Parts> for Dataset {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self> {
        Dataset::new(parts.name, parts.columns, parts.features, parts.target_columns, parts.targets)
    }
}

impl Dataset {
    /// A data set from its parts, checked: as many columns as names, as many targets as rows, no name twice, neither of
    /// columns nor of one's categories.
    ///
    /// # Errors
    /// [`Error::Shape`] where counts differ, [`Error::Column`] for a name or category that stands twice or a category out of
    /// range.
    pub fn new(
        name: impl Into<String>,
        columns: Vec<Column>,
        features: Array2<f64>,
        target_columns: Vec<Column>,
        targets: Array2<f64>,
    ) -> Result<Self> {
        let shape = |what: &str, expected: String, found: String| Error::Shape { what: what.into(), expected, found };
        if columns.len() != features.ncols() {
            let expected = format!("{} columns, as there are names", columns.len());
            return Err(shape("features", expected, format!("{:?}", features.shape())));
        }
        if target_columns.len() != targets.ncols() {
            let expected = format!("{} columns, as there are names", target_columns.len());
            return Err(shape("targets", expected, format!("{:?}", targets.shape())));
        }
        if features.nrows() != targets.nrows() {
            let expected = format!("{} rows, as the features {:?} have", features.nrows(), features.shape());
            return Err(shape("targets", expected, format!("{:?}", targets.shape())));
        }
        let mut names: Vec<&str> = columns.iter().chain(&target_columns).map(|column| column.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            let problem = "two columns have this name; rename one".into();
            return Err(Error::Column { column: pair[0].into(), problem });
        }
        for (column, values) in
            columns.iter().zip(features.columns()).chain(target_columns.iter().zip(targets.columns()))
        {
            let Kind::Category(categories) = &column.kind else { continue };
            if let Some(twice) = stands_twice(categories) {
                let problem = format!("the category `{twice}` stands twice; each needs a name of its own");
                return Err(Error::Column { column: column.name.clone(), problem });
            }
            let valid = |value: f64| {
                value.is_nan() || (value.fract() == 0.0 && (0.0..categories.len() as f64).contains(&value))
            };
            if let Some((row, value)) = values.iter().enumerate().find(|(_, value)| !valid(**value)) {
                let problem =
                    format!("row {row} holds {value}, which is no position in its {} categories", categories.len());
                return Err(Error::Column { column: column.name.clone(), problem });
            }
        }
        Ok(Dataset { name: name.into(), columns, features, target_columns, targets })
    }

    /// Features (n × d) named `x1`, `x2`, … and one target per row named `y`.
    ///
    /// # Errors
    /// [`Error::Shape`] where the two differ in rows.
    pub fn from_arrays(features: Array2<f64>, target: Array1<f64>) -> Result<Self> {
        let columns = (1..=features.ncols()).map(|number| Column::number(format!("x{number}"))).collect();
        Dataset::new("data", columns, features, vec![Column::number("y")], target.insert_axis(Axis(1)))
    }

    /// What the data set is called, for titles.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same data under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How many examples there are (n; the lecture's m).
    pub fn rows(&self) -> usize {
        self.features.nrows()
    }

    /// The features' columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The targets' columns, in order; none for unlabelled data.
    pub fn target_columns(&self) -> &[Column] {
        &self.target_columns
    }

    /// The features' names, in order.
    pub fn feature_names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// The features, n × d. Clone to keep them in a cell's variable.
    pub fn features(&self) -> &Array2<f64> {
        &self.features
    }

    /// The targets, n × k; k is 0 for unlabelled data.
    pub fn targets(&self) -> &Array2<f64> {
        &self.targets
    }

    /// The one target.
    ///
    /// # Errors
    /// [`Error::Data`] where there is none, or more than one.
    pub fn target(&self) -> Result<ArrayView1<'_, f64>> {
        match self.target_columns.as_slice() {
            [_] => Ok(self.targets.column(0)),
            [] => Err(Error::Data(format!("{} has no target; name one with `with_target(\"column\")`", self.name))),
            several => {
                Err(Error::Data(format!("{} has {} targets; `targets()` gives them all", self.name, several.len())))
            }
        }
    }

    /// The sorted class names of the one target, where it holds categories.
    pub fn classes(&self) -> Option<&[String]> {
        match self.target_columns.as_slice() {
            [column] => column.categories(),
            _ => None,
        }
    }

    /// One column's values, feature or target, by name.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where no column has this name.
    pub fn column(&self, name: &str) -> Result<ArrayView1<'_, f64>> {
        if let Some(position) = self.columns.iter().position(|column| column.name == name) {
            return Ok(self.features.column(position));
        }
        match self.target_columns.iter().position(|column| column.name == name) {
            Some(position) => Ok(self.targets.column(position)),
            None => Err(self.no_column(name)),
        }
    }

    /// These rows, in this order; a row may stand more than once.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a row that does not exist.
    pub fn select_rows(&self, rows: &[usize]) -> Result<Self> {
        if let Some(row) = rows.iter().find(|row| **row >= self.rows()) {
            let requirement = format!("{} has {} rows, counted from 0", self.name, self.rows());
            return Err(Error::Parameter { parameter: "row", value: row.to_string(), requirement });
        }
        Ok(Dataset {
            features: self.features.select(Axis(0), rows),
            targets: self.targets.select(Axis(0), rows),
            name: self.name.clone(),
            columns: self.columns.clone(),
            target_columns: self.target_columns.clone(),
        })
    }

    /// Only these features, in this order; the targets stay.
    ///
    /// # Errors
    /// [`Error::NoColumn`] for a name that is no feature.
    pub fn select(&self, names: &[&str]) -> Result<Self> {
        let positions = names.iter().map(|name| self.feature_position(name)).collect::<Result<Vec<_>>>()?;
        Dataset::new(
            self.name.clone(),
            positions.iter().map(|position| self.columns[*position].clone()).collect(),
            self.features.select(Axis(1), &positions),
            self.target_columns.clone(),
            self.targets.clone(),
        )
    }

    /// Position of a feature by its name.
    pub(crate) fn feature_position(&self, name: &str) -> Result<usize> {
        self.columns.iter().position(|column| column.name == name).ok_or_else(|| self.no_column(name))
    }

    pub(crate) fn no_column(&self, name: &str) -> Error {
        let available = self.columns.iter().chain(&self.target_columns).map(|column| column.name.clone()).collect();
        Error::NoColumn { column: name.into(), available }
    }
}
