//! Ordinal encoding: categories with an order as 0, 1, 2, …

use serde::{Deserialize, Serialize};

use super::{names, unseen};
use crate::data::column::{Column, Kind, stands_twice};
use crate::data::dataset::Dataset;
use crate::error::{Error, Result};
use crate::saved::Saved;

/// Ordinal encoding of one feature: each category becomes its place, from 0, in an order that you give.
///
/// For categories that have an order (`small`, `medium`, `large`); where they have none, a model would learn one that is
/// not there: take [`OneHotEncoder`](super::OneHotEncoder).
///
/// ```
/// use gradus::prelude::*;
/// let iris = datasets::iris()?.with_target("petal_width")?;
/// let encoder = OrdinalEncoder::fit(&iris, "species", &["setosa", "versicolor", "virginica"])?;
/// assert_eq!(encoder.transform(&iris)?.column("species")?[149], 2.0);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdinalEncoder {
    column: Column,
    order: Vec<String>,
}

impl Saved for OrdinalEncoder {
    const TYPE: &'static str = "OrdinalEncoder";

    fn check(&self) -> std::result::Result<(), String> {
        let name = &self.column.name;
        match (self.column.categories(), stands_twice(&self.order)) {
            (None, _) => Err(format!("`{name}` has no categories")),
            (_, Some(twice)) => Err(format!("`{twice}` occurs twice in the order of `{name}`")),
            _ if self.order.is_empty() => Err(format!("there is no order for `{name}`")),
            _ => Ok(()),
        }
    }
}

impl OrdinalEncoder {
    /// The feature `column` with its categories in this order; every category of the training part must be in it.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where there is no such feature; [`Error::Column`] where it holds numbers, misses a value, or has
    /// a category that is not in the order; [`Error::Parameter`] for a category that stands twice, and for no order.
    pub fn fit(train: &Dataset, column: &str, order: &[&str]) -> Result<Self> {
        let position = train.feature_position(column)?;
        let order: Vec<String> = order.iter().map(|name| name.to_string()).collect();
        if let Some(twice) = stands_twice(&order) {
            let requirement = "each category must occur in the order once".into();
            return Err(Error::Parameter { parameter: "order", value: twice.clone(), requirement });
        }
        if order.is_empty() {
            let requirement = "it must hold the categories, lowest first".into();
            return Err(Error::Parameter { parameter: "order", value: "[]".into(), requirement });
        }
        let encoder = OrdinalEncoder { column: train.columns[position].clone(), order };
        encoder.transform(train)?;
        Ok(encoder)
    }

    /// The order of the categories.
    pub fn order(&self) -> &[String] {
        &self.order
    }

    /// The data with this feature as numbers.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where the feature is missing; [`Error::Column`] for a category that is not in the order and for
    /// a missing value.
    pub fn transform(&self, data: &Dataset) -> Result<Dataset> {
        let position = data.feature_position(&self.column.name)?;
        let mut encoded = data.clone();
        let names = names(&data.columns[position], data.features.column(position))?;
        for (row, name) in names.into_iter().enumerate() {
            let place = self.order.iter().position(|other| other == name);
            let place = place.ok_or_else(|| unseen(&self.column.name, name, row, &self.order))?;
            encoded.features[(row, position)] = place as f64;
        }
        encoded.columns[position].kind = Kind::Number;
        encoded.columns[position].unit = format!("0 = {}", self.order.first().map_or("", String::as_str));
        Ok(encoded)
    }

    /// The data with this feature as categories again.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where the feature is missing; [`Error::Column`] for a number that is no place in the order.
    pub fn inverse(&self, data: &Dataset) -> Result<Dataset> {
        let position = data.feature_position(&self.column.name)?;
        let mut decoded = data.clone();
        let categories = self.column.categories().unwrap_or_default();
        for (row, value) in data.features.column(position).iter().enumerate() {
            let valid = value.fract() == 0.0 && *value >= 0.0;
            let name = valid.then(|| self.order.get(*value as usize)).flatten();
            let place = name.and_then(|name| categories.iter().position(|other| other == name));
            let Some(place) = place else {
                let problem = format!("row {row} holds {value}, which is no place of one of its categories");
                return Err(Error::Column { column: self.column.name.clone(), problem });
            };
            decoded.features[(row, position)] = place as f64;
        }
        decoded.columns[position] = self.column.clone();
        Ok(decoded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sources;

    fn flowers() -> Dataset {
        sources::iris().unwrap().with_target("petal_width").unwrap()
    }

    #[test]
    fn the_given_order_counts_not_the_alphabet() {
        let order = ["virginica", "setosa", "versicolor"];
        let encoder = OrdinalEncoder::fit(&flowers(), "species", &order).unwrap();
        let encoded = encoder.transform(&flowers()).unwrap();
        let species = encoded.column("species").unwrap();
        assert_eq!((species[0], species[50], species[149]), (1.0, 2.0, 0.0));
        assert_eq!(encoder.inverse(&encoded).unwrap(), flowers());
        assert!(encoder.inverse(&flowers().without(&["species"]).unwrap()).is_err());
    }

    #[test]
    fn what_is_not_in_the_order_is_named() {
        let message = OrdinalEncoder::fit(&flowers(), "species", &["setosa", "virginica"]).unwrap_err().to_string();
        assert!(message.contains("row 50 holds `versicolor`"), "{message}");
        assert!(OrdinalEncoder::fit(&flowers(), "sepal_length", &["a"]).is_err());
        assert!(OrdinalEncoder::fit(&flowers(), "species", &["a", "a"]).unwrap_err().to_string().contains("once"));
        assert!(OrdinalEncoder::fit(&flowers(), "species", &[]).unwrap_err().to_string().starts_with("order = []"));
        let none = flowers().select_rows(&[]).unwrap();
        assert!(OrdinalEncoder::fit(&none, "sepal_length", &["a"]).is_err());
        assert_eq!(OrdinalEncoder::fit(&none, "species", &["a"]).unwrap().inverse(&none).unwrap(), none);
        let encoder = OrdinalEncoder::fit(&flowers(), "species", &["setosa", "versicolor", "virginica"]).unwrap();
        encoder.check().unwrap();
        let numbers = OrdinalEncoder { column: Column::number("species"), ..encoder.clone() };
        let twice = OrdinalEncoder { order: vec!["setosa".into(), "setosa".into()], ..encoder.clone() };
        let none = OrdinalEncoder { order: vec![], ..encoder.clone() };
        assert!([numbers, twice, none].iter().all(|encoder| encoder.check().is_err()));
        let mut wrong = encoder.transform(&flowers()).unwrap();
        wrong.features[(3, 3)] = 0.5;
        assert!(encoder.inverse(&wrong).unwrap_err().to_string().contains("row 3 holds 0.5"));
    }
}
