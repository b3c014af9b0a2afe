//! One-hot encoding: one column of zeros and ones for each category.

use std::collections::HashSet;

use ndarray::{Array1, Array2, Axis, stack};
use serde::{Deserialize, Serialize};

use super::{names, unseen};
use crate::data::column::{Column, Kind, require_distinct, stands_twice};
use crate::data::dataset::Dataset;
use crate::data::labels::indicator;
use crate::error::{Error, Result};
use crate::saved::Saved;

/// One-hot encoding of every feature that holds categories: `ocean_proximity` becomes `ocean_proximity=INLAND`,
/// `ocean_proximity=ISLAND`, …, of which in each row one is 1 and the others are 0.
///
/// The categories are those that occur in the training part. The new columns stand where the old one stood; columns of
/// numbers stay. All columns of one feature add up to 1, as the intercept's column does, which makes the normal equations
/// of a linear model singular; [`OneHotEncoder::fit_drop_first`] leaves out the first category for that reason.
///
/// ```
/// use gradus::prelude::*;
/// let housing = datasets::iris()?.with_target("petal_width")?;
/// let encoder = OneHotEncoder::fit(&housing)?;
/// let encoded = encoder.transform(&housing)?;
/// assert_eq!(encoded.feature_names()[3..], ["species=setosa", "species=versicolor", "species=virginica"]);
/// assert_eq!(encoder.inverse(&encoded)?, housing);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OneHotEncoder {
    encoded: Vec<Encoded>,
    drop_first: bool,
}

/// What is known about one encoded feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Encoded {
    /// The column as it was, with all categories that the data set knows.
    column: Column,
    /// The categories that occur in the training part.
    seen: Vec<String>,
}

impl Saved for OneHotEncoder {
    const TYPE: &'static str = "OneHotEncoder";

    fn check(&self) -> std::result::Result<(), String> {
        let least = 1 + usize::from(self.drop_first);
        require_distinct(self.encoded.iter().map(|encoded| &encoded.column))?;
        self.encoded.iter().try_for_each(|encoded| encoded.check(least))
    }
}

impl OneHotEncoder {
    /// Learns the categories of the training part.
    ///
    /// # Errors
    /// [`Error::Column`] for a missing value; [`Error::Data`] where no feature holds categories, and without rows.
    pub fn fit(train: &Dataset) -> Result<Self> {
        Self::learn(train, false)
    }

    /// As [`OneHotEncoder::fit`]; the first category of each feature gets no column, it is where all others are 0.
    ///
    /// # Errors
    /// As [`OneHotEncoder::fit`]; also [`Error::Column`] for a feature with one category only.
    pub fn fit_drop_first(train: &Dataset) -> Result<Self> {
        Self::learn(train, true)
    }

    fn learn(train: &Dataset, drop_first: bool) -> Result<Self> {
        let mut encoded = Vec::new();
        if train.rows() == 0 {
            return Err(Error::Data(format!("{} has no rows, so no categories can be learned from it", train.name)));
        }
        for (column, values) in train.columns.iter().zip(train.features.columns()) {
            let Kind::Category(categories) = &column.kind else { continue };
            let present: HashSet<&str> = names(column, values)?.into_iter().collect();
            let seen: Vec<String> =
                categories.iter().filter(|category| present.contains(category.as_str())).cloned().collect();
            if drop_first && seen.len() == 1 {
                let problem = format!("holds only `{}`; without it nothing is left. Drop it with `without`", seen[0]);
                return Err(Error::Column { column: column.name.clone(), problem });
            }
            encoded.push(Encoded { column: column.clone(), seen });
        }
        match encoded.is_empty() {
            true => {
                Err(Error::Data(format!("{} has no feature of categories, so there is nothing to encode", train.name)))
            }
            false => Ok(OneHotEncoder { encoded, drop_first }),
        }
    }

    /// The encoded features and the categories that each had in the training part.
    pub fn categories(&self) -> Vec<(String, Vec<String>)> {
        self.encoded.iter().map(|encoded| (encoded.column.name.clone(), encoded.seen.clone())).collect()
    }

    /// The data with its categories as columns of zeros and ones.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where an encoded feature is missing; [`Error::Column`] for a category that the training part
    /// did not have, for a missing value, and for a feature of categories that was not fitted.
    pub fn transform(&self, data: &Dataset) -> Result<Dataset> {
        for encoded in &self.encoded {
            data.feature_position(&encoded.column.name)?;
        }
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for (column, cells) in data.columns.iter().zip(data.features.columns()) {
            let Some(encoded) = self.encoded.iter().find(|encoded| encoded.column.name == column.name) else {
                if column.kind != Kind::Number {
                    let problem = "was not there when the encoder was fitted; drop it, or fit the encoder again".into();
                    return Err(Error::Column { column: column.name.clone(), problem });
                }
                columns.push(column.clone());
                values.push(cells.to_owned());
                continue;
            };
            let names = names(column, cells)?;
            if let Some(row) = names.iter().position(|name| !encoded.seen.iter().any(|seen| seen == name)) {
                return Err(unseen(&column.name, names[row], row, &encoded.seen));
            }
            for category in encoded.seen.iter().skip(usize::from(self.drop_first)) {
                columns.push(encoded.indicator(category));
                values.push(names.iter().map(|name| f64::from(u8::from(name == category))).collect());
            }
        }
        rebuild(data, columns, &values)
    }

    /// The data with its categories as they were before encoding.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where one of the columns is missing; [`Error::Column`] for a row in which not exactly one of a
    /// feature's columns is 1 and the others 0.
    pub fn inverse(&self, data: &Dataset) -> Result<Dataset> {
        let (mut columns, mut values) = (data.columns.clone(), Vec::new());
        values.extend(data.features.columns().into_iter().map(|column| column.to_owned()));
        for encoded in &self.encoded {
            let kept: Vec<&String> = encoded.seen.iter().skip(usize::from(self.drop_first)).collect();
            let indicators = kept
                .iter()
                .map(|category| data.column(&encoded.indicator(category).name))
                .collect::<Result<Vec<_>>>()?;
            let decode = |row: usize| {
                let ones: Vec<usize> = (0..kept.len()).filter(|number| indicators[*number][row] == 1.0).collect();
                let zeros = indicators.iter().filter(|cells| cells[row] == 0.0).count();
                match (ones.as_slice(), self.drop_first) {
                    ([one], _) if zeros + 1 == kept.len() => encoded.position(kept[*one]),
                    ([], true) if zeros == kept.len() => encoded.position(&encoded.seen[0]),
                    _ => {
                        let problem = format!("row {row} is no one-hot code; exactly one of its columns must be 1");
                        Err(Error::Column { column: encoded.column.name.clone(), problem })
                    }
                }
            };
            let decoded: Array1<f64> = (0..data.rows()).map(decode).collect::<Result<_>>()?;
            let Some(place) = kept.first().map(|category| encoded.indicator(category).name) else { continue };
            let place = columns.iter().position(|column| column.name == place).unwrap_or(columns.len());
            columns.insert(place, encoded.column.clone());
            values.insert(place, decoded);
            let names: Vec<String> = kept.iter().map(|category| encoded.indicator(category).name).collect();
            let keep: Vec<bool> = columns.iter().map(|column| !names.contains(&column.name)).collect();
            let mut kept = keep.iter();
            columns.retain(|_| kept.next() == Some(&true));
            let mut kept = keep.iter();
            values.retain(|_| kept.next() == Some(&true));
        }
        rebuild(data, columns, &values)
    }
}

impl Encoded {
    fn indicator(&self, category: &str) -> Column {
        indicator(&self.column, category)
    }

    /// What is wrong with it, where it was not made by a fit.
    fn check(&self, least: usize) -> std::result::Result<(), String> {
        let (name, seen) = (&self.column.name, &self.seen);
        if seen.len() < least {
            return Err(format!("`{name}` has {} categories to encode, {least} are needed", seen.len()));
        }
        let known = self.column.categories().unwrap_or_default();
        if let Some(twice) = stands_twice(seen) {
            return Err(format!("`{name}` encodes `{twice}` twice"));
        }
        let known: HashSet<&String> = known.iter().collect();
        match seen.iter().find(|category| !known.contains(category)) {
            Some(strange) => Err(format!("`{name}` encodes `{strange}`, which is none of its categories")),
            None => Ok(()),
        }
    }

    /// The category's position in the original column's list.
    fn position(&self, category: &str) -> Result<f64> {
        let categories = self.column.categories().unwrap_or_default();
        match categories.iter().position(|name| name == category) {
            Some(position) => Ok(position as f64),
            None => Err(unseen(&self.column.name, category, 0, categories)),
        }
    }
}

/// The data with other features.
fn rebuild(data: &Dataset, columns: Vec<Column>, values: &[Array1<f64>]) -> Result<Dataset> {
    let views: Vec<_> = values.iter().map(|column| column.view()).collect();
    let features = match views.is_empty() {
        true => Array2::zeros((data.rows(), 0)),
        false => stack(Axis(1), &views).map_err(Error::library("joining columns"))?,
    };
    // `stack` may lay the columns one after another; everything else expects rows.
    let features = features.as_standard_layout().into_owned();
    Dataset::new(data.name.clone(), columns, features, data.target_columns.clone(), data.targets.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::frame::categorize;
    use ndarray::array;

    fn towns(cells: &[Option<&str>]) -> Dataset {
        let (kind, values) = categorize(cells);
        let rows = values.len();
        let mut features = Array2::zeros((rows, 2));
        features.column_mut(0).assign(&values);
        let columns = vec![Column { kind, ..Column::number("town") }, Column::number("x")];
        Dataset::new("towns", columns, features, Vec::new(), Array2::zeros((rows, 0))).unwrap()
    }

    #[test]
    fn one_column_for_each_category_that_training_saw() {
        let data = towns(&[Some("Ulm"), Some("Bonn"), Some("Ulm"), Some("Kiel")]);
        let train = data.select_rows(&[0, 1, 2]).unwrap();
        let encoder = OneHotEncoder::fit(&train).unwrap();
        let encoded = encoder.transform(&train).unwrap();
        assert_eq!(encoded.feature_names(), ["town=Bonn", "town=Ulm", "x"]);
        assert_eq!(encoded.features(), &array![[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
        assert_eq!(encoder.inverse(&encoded).unwrap(), train);

        let message = encoder.transform(&data).unwrap_err().to_string();
        assert!(message.contains("`town`: row 3 holds `Kiel`") && message.contains("Bonn, Ulm"), "{message}");
    }

    #[test]
    fn the_first_category_can_be_left_out() {
        let data = towns(&[Some("Ulm"), Some("Bonn"), Some("Kiel")]);
        let encoder = OneHotEncoder::fit_drop_first(&data).unwrap();
        let encoded = encoder.transform(&data).unwrap();
        assert_eq!(encoded.feature_names(), ["town=Kiel", "town=Ulm", "x"]);
        assert_eq!(encoded.features().row(1).to_vec(), [0.0, 0.0, 0.0]);
        assert_eq!(encoder.inverse(&encoded).unwrap(), data);
        let one = towns(&[Some("Ulm"), Some("Ulm")]);
        assert!(OneHotEncoder::fit_drop_first(&one).unwrap_err().to_string().contains("holds only `Ulm`"));
    }

    #[test]
    fn no_rows_teach_nothing_and_are_encoded_to_none() {
        let data = towns(&[Some("Ulm"), Some("Bonn")]);
        let none = data.select_rows(&[]).unwrap();
        for fit in [OneHotEncoder::fit, OneHotEncoder::fit_drop_first] {
            let message = fit(&none).unwrap_err().to_string();
            assert!(message.contains("towns has no rows"), "{message}");
            let encoder = fit(&data).unwrap();
            let encoded = encoder.transform(&none).unwrap();
            assert_eq!(encoded.rows(), 0);
            assert_eq!(encoder.inverse(&encoded).unwrap(), none);
        }
    }

    #[test]
    fn what_no_fit_makes_is_refused() {
        let fitted = OneHotEncoder::fit_drop_first(&towns(&[Some("Ulm"), Some("Bonn")])).unwrap();
        fitted.check().unwrap();
        let with = |seen: &[&str]| {
            let mut encoder = fitted.clone();
            encoder.encoded[0].seen = seen.iter().map(|name| name.to_string()).collect();
            encoder.check()
        };
        for seen in [&[][..], &["Bonn"], &["Bonn", "Kiel"], &["Ulm", "Ulm"]] {
            assert!(with(seen).unwrap_err().contains("`town`"), "{seen:?}");
        }
        let mut twice = fitted.clone();
        twice.encoded.push(fitted.encoded[0].clone());
        assert!(twice.check().is_err());
    }

    #[test]
    fn missing_values_other_columns_and_broken_codes_are_named() {
        let missing = towns(&[Some("Ulm"), None]);
        let message = OneHotEncoder::fit(&missing).unwrap_err().to_string();
        assert!(message.contains("`town`: row 1 is missing") && message.contains("most_frequent"), "{message}");

        let data = towns(&[Some("Ulm"), Some("Bonn")]);
        let encoder = OneHotEncoder::fit(&data).unwrap();
        assert!(encoder.transform(&data.without(&["town"]).unwrap()).is_err());
        assert!(OneHotEncoder::fit(&data.without(&["town"]).unwrap()).is_err());
        let mut broken = encoder.transform(&data).unwrap();
        broken.features[(0, 0)] = 1.0;
        assert!(encoder.inverse(&broken).unwrap_err().to_string().contains("row 0 is no one-hot code"));
    }
}
