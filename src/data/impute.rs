//! Missing values: dropped, or filled with what the training part suggests.

use serde::{Deserialize, Serialize};

use super::column::{Column, Kind, require_distinct};
use super::dataset::Dataset;
use super::statistics::{mean, quantile};
use crate::error::{Error, Result};
use crate::saved::Saved;

impl Dataset {
    /// Only the rows in which nothing is missing, neither among the features nor among the targets.
    ///
    /// # Errors
    /// [`Error::Data`] where no row is left.
    ///
    /// ```no_run
    /// use gradus::prelude::*;
    /// let housing = datasets::california_housing_raw()?;
    /// assert_eq!((housing.rows(), housing.drop_missing()?.rows()), (20640, 20433));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn drop_missing(&self) -> Result<Self> {
        let whole = |row: &usize| {
            let values = self.features.row(*row).into_iter().chain(self.targets.row(*row));
            values.into_iter().all(|value| !value.is_nan())
        };
        let rows: Vec<usize> = (0..self.rows()).filter(whole).collect();
        if self.rows() == 0 {
            return Err(Error::Data(format!("{} has no rows", self.name)));
        }
        if rows.is_empty() {
            let problem = "every row misses a value; `missing()` shows where. Drop a column with `without`, or fill with an \
                           `Imputer`";
            return Err(Error::Data(format!("{}: {problem}", self.name)));
        }
        self.select_rows(&rows)
    }
}

/// How to fill missing features: `Imputer::median().fit(&train)?.transform(&test)?`.
///
/// Targets are never filled: a made-up answer teaches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imputer {
    strategy: Strategy,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Strategy {
    Mean,
    Median,
    MostFrequent,
    Constant(f64),
}

impl Imputer {
    /// With the mean of the column. Columns of categories are left as they are.
    pub fn mean() -> Self {
        Imputer { strategy: Strategy::Mean }
    }

    /// With the median of the column, which a few extreme values do not move. Columns of categories are left as they are.
    pub fn median() -> Self {
        Imputer { strategy: Strategy::Median }
    }

    /// With the most frequent value of the column, number or category; of equally frequent ones the smallest.
    pub fn most_frequent() -> Self {
        Imputer { strategy: Strategy::MostFrequent }
    }

    /// With this number. Columns of categories are left as they are.
    pub fn constant(value: f64) -> Self {
        Imputer { strategy: Strategy::Constant(value) }
    }

    /// Learns what to fill in from the training part.
    ///
    /// # Errors
    /// [`Error::Column`] for a column in which everything is missing, [`Error::NotFinite`] for an infinite value,
    /// [`Error::Parameter`] for a constant that is not finite.
    pub fn fit(&self, train: &Dataset) -> Result<FittedImputer> {
        let mut fitted = FittedImputer { columns: Vec::new(), values: Vec::new() };
        for (column, values) in train.columns.iter().zip(train.features.columns()) {
            if column.kind != Kind::Number && self.strategy != Strategy::MostFrequent {
                continue;
            }
            if let Some(row) = values.iter().position(|value| value.is_infinite()) {
                let (value, hint) = (values[row].to_string(), "correct it, or drop the row".into());
                return Err(Error::NotFinite { column: column.name.clone(), row, value, hint });
            }
            let mut present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            present.sort_unstable_by(f64::total_cmp);
            if present.is_empty() && !matches!(self.strategy, Strategy::Constant(_)) {
                let problem = "everything is missing, so nothing can be learned; drop it with `without`".into();
                return Err(Error::Column { column: column.name.clone(), problem });
            }
            let value = match self.strategy {
                Strategy::Mean => mean(&present),
                Strategy::Median => quantile(&present, 0.5),
                Strategy::MostFrequent => most_frequent(&present),
                Strategy::Constant(value) if value.is_finite() => value,
                Strategy::Constant(value) => {
                    let requirement = "a finite number".into();
                    return Err(Error::Parameter { parameter: "constant", value: value.to_string(), requirement });
                }
            };
            fitted.columns.push(column.clone());
            fitted.values.push(value);
        }
        Ok(fitted)
    }
}

/// What an [`Imputer`] learned: a value for each column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedImputer {
    columns: Vec<Column>,
    values: Vec<f64>,
}

impl Saved for FittedImputer {
    const TYPE: &'static str = "FittedImputer";

    fn check(&self) -> Result<(), String> {
        let (columns, values) = (self.columns.len(), self.values.len());
        if columns != values {
            return Err(format!("{columns} columns and {values} values"));
        }
        require_distinct(&self.columns)?;
        let fits = |(column, value): &(&Column, &f64)| match column.categories() {
            None => value.is_finite(),
            Some(categories) => value.fract() == 0.0 && (0.0..categories.len() as f64).contains(*value),
        };
        match self.columns.iter().zip(&self.values).find(|pair| !fits(pair)) {
            Some((column, value)) => Err(format!("`{}` cannot be filled with {value}", column.name)),
            None => Ok(()),
        }
    }
}

impl FittedImputer {
    /// What is filled in, by column; a category by its name.
    pub fn values(&self) -> Vec<(String, String)> {
        self.columns
            .iter()
            .zip(&self.values)
            .map(|(column, value)| (column.name.clone(), column.show(*value)))
            .collect()
    }

    /// The data with its missing features filled.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where a fitted column is missing; [`Error::Column`] where its kind or categories are others.
    pub fn transform(&self, data: &Dataset) -> Result<Dataset> {
        let mut filled = data.clone();
        for (column, value) in self.columns.iter().zip(&self.values) {
            let position = data.feature_position(&column.name)?;
            if data.columns[position].kind != column.kind {
                let problem = "is of another kind, or has other categories, than when the imputer was fitted".into();
                return Err(Error::Column { column: column.name.clone(), problem });
            }
            let fill = |cell: f64| if cell.is_nan() { *value } else { cell };
            filled.features.column_mut(position).mapv_inplace(fill);
        }
        Ok(filled)
    }
}

/// The most frequent of the sorted values; the smallest of several.
fn most_frequent(sorted: &[f64]) -> f64 {
    let runs = sorted.chunk_by(|a, b| a == b);
    // `max_by_key` would keep the last of equal runs.
    runs.fold((0, f64::NAN), |best, run| if run.len() > best.0 { (run.len(), run[0]) } else { best }).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sources;
    use ndarray::array;

    fn holes() -> Dataset {
        Dataset::from_arrays(array![[1.0], [f64::NAN], [1.0], [7.0], [9.0]], array![0.0, 1.0, 2.0, 3.0, 4.0]).unwrap()
    }

    #[test]
    fn each_strategy_fills_its_value() {
        let cases = [(Imputer::mean(), 4.5), (Imputer::median(), 4.0), (Imputer::most_frequent(), 1.0)];
        for (imputer, value) in cases.into_iter().chain([(Imputer::constant(-1.0), -1.0)]) {
            let filled = imputer.fit(&holes()).unwrap().transform(&holes()).unwrap();
            assert_eq!(filled.column("x1").unwrap().to_vec(), [1.0, value, 1.0, 7.0, 9.0]);
        }
    }

    #[test]
    fn the_value_comes_from_training_not_from_what_is_filled() {
        let train = holes().select_rows(&[0, 2]).unwrap();
        let fitted = Imputer::mean().fit(&train).unwrap();
        assert_eq!(fitted.transform(&holes()).unwrap().column("x1").unwrap()[1], 1.0);
        assert_eq!(fitted.values(), [("x1".to_string(), "1".to_string())]);
    }

    #[test]
    fn what_no_fit_makes_is_refused() {
        let fitted = Imputer::most_frequent().fit(&holes().categorized("x1").unwrap()).unwrap();
        fitted.check().unwrap();
        let with = |column: Column, values: &[f64]| FittedImputer { columns: vec![column], values: values.to_vec() };
        let category = fitted.columns[0].clone();
        assert!([0.5, 3.0, -1.0, f64::NAN].iter().all(|value| with(category.clone(), &[*value]).check().is_err()));
        let number = Column::number("x1");
        assert!(with(number.clone(), &[f64::INFINITY]).check().unwrap_err().contains("`x1`"));
        assert!(with(number.clone(), &[1.0, 2.0]).check().is_err());
        assert!(FittedImputer { columns: vec![number.clone(), number], values: vec![1.0; 2] }.check().is_err());
    }

    #[test]
    fn no_rows_and_no_columns_are_no_trouble() {
        let none = holes().select_rows(&[]).unwrap();
        assert!(Imputer::median().fit(&none).unwrap_err().to_string().contains("`x1`: everything is missing"));
        let fitted = Imputer::constant(2.0).fit(&none).unwrap();
        assert_eq!(fitted.transform(&none).unwrap(), none);
        let bare = holes().without(&["x1"]).unwrap();
        assert_eq!(Imputer::mean().fit(&bare).unwrap().transform(&bare).unwrap(), bare);
    }

    #[test]
    fn rows_are_dropped() {
        assert_eq!(sources::california_housing_raw().unwrap().drop_missing().unwrap().rows(), 20433);
        let mut none = holes().select_rows(&[1]).unwrap();
        assert!(none.drop_missing().unwrap_err().to_string().contains("every row misses"));
        none.features[(0, 0)] = 1.0;
        none.targets[(0, 0)] = f64::NAN;
        assert!(none.drop_missing().is_err());
    }

    #[test]
    fn what_cannot_be_filled_is_named() {
        let empty = holes().select_rows(&[1]).unwrap();
        assert!(Imputer::mean().fit(&empty).unwrap_err().to_string().contains("`x1`: everything is missing"));
        assert!(Imputer::constant(f64::NAN).fit(&empty).is_err());
        let mut infinite = holes();
        infinite.features[(2, 0)] = f64::INFINITY;
        assert!(Imputer::median().fit(&infinite).unwrap_err().to_string().contains("row 2 is inf"));
        let other = holes().categorized("x1").unwrap();
        assert!(Imputer::mean().fit(&holes()).unwrap().transform(&other).is_err());
    }
}
