//! What the labels of classes mean: the one place that knows, for models and measures alike.
//!
//! In a column of categories a label is a position and means the category's name; in a column of numbers it means that
//! number. An array without columns holds labels as a fitted model's `predict` gives them: positions, where it was fitted on
//! categories.

use std::collections::{HashMap, HashSet};

use ndarray::{Array1, ArrayView1, Axis};

use super::column::{Column, Kind};
use super::dataset::Dataset;
use crate::error::{Error, Result};

/// A number as the name of a class: the shortest text that no other number has.
pub(crate) fn number_name(value: f64) -> String {
    // + 0.0 makes −0 the 0 that it is.
    let value = value + 0.0;
    match value == 0.0 || (1e-5..1e17).contains(&value.abs()) {
        true => value.to_string(),
        false => format!("{value:e}"),
    }
}

/// The name of the class that a label of this column means.
pub(crate) fn class_name(column: &Column, label: f64) -> String {
    match column.categories() {
        Some(_) => column.show(label),
        None => number_name(label),
    }
}

/// Names in backticks for a message; of many the first ten.
pub(crate) fn quoted_list(names: &[String]) -> String {
    let more = if names.len() > 10 { ", …" } else { "" };
    names.iter().take(10).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ") + more
}

/// The distinct labels in rising order; −0 is 0.
pub(crate) fn distinct_labels(labels: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut labels: Vec<f64> = labels.into_iter().map(|label| label + 0.0).collect();
    labels.sort_unstable_by(f64::total_cmp);
    labels.dedup();
    labels
}

/// The position of a label among [`distinct_labels`].
pub(crate) fn label_position(labels: &[f64], label: f64) -> Option<usize> {
    labels.binary_search_by(|known| known.total_cmp(&(label + 0.0))).ok()
}

/// The column of zeros and ones that says where `column` holds `category`.
pub(crate) fn indicator(column: &Column, category: &str) -> Column {
    Column::number(format!("{}={category}", column.name)).meaning(format!("1 where {} is {category}", column.name))
}

/// The classes that somebody knows, and by which the labels of other data are read.
pub(crate) struct Labels<'a> {
    /// The target that was learned.
    pub own: &'a Column,
    /// The labels that are known of a target of numbers; of categories all are.
    pub known: &'a [f64],
    /// Before the own categories in a message: `the classifier was made for`.
    pub has: &'static str,
    /// Of a class that is none of them: `the classifier does not know`.
    pub lacks: &'static str,
}

impl Labels<'_> {
    /// The labels of a target `given` as the own one holds them; `None` for an array without columns. What is missing stays
    /// missing.
    ///
    /// - Categories are matched by their names. Some may lack; those that both know must come in the same order.
    /// - A number and a category that is a number (`1` and `"1"`) are matched by their value.
    /// - Where no category is a number, numbers are positions in the list of categories.
    ///
    /// # Errors
    /// [`Error::Column`] for categories in another order, for a label that means none of the own classes, and for numbers
    /// none of which is known.
    pub fn read(&self, given: Option<&Column>, labels: ArrayView1<'_, f64>) -> Result<Array1<f64>> {
        let (own, other) = (self.own.categories(), given.and_then(Column::categories));
        let name = |label: f64| given.map_or_else(|| number_name(label), |given| class_name(given, label));
        let column = || given.unwrap_or(self.own).name.clone();
        let each = |meaning: &dyn Fn(f64) -> Option<f64>| {
            let meaning = |(row, label): (usize, &f64)| match label.is_nan() {
                true => Ok(f64::NAN),
                false => meaning(*label).ok_or_else(|| self.unknown(column(), row, &name(*label))),
            };
            labels.iter().enumerate().map(meaning).collect()
        };
        match (own, other) {
            (Some(own), Some(other)) if own == other => Ok(labels.to_owned()),
            (Some(own), Some(other)) => {
                let own: HashMap<&String, usize> = own.iter().zip(0..).collect();
                let places: Vec<Option<usize>> = other.iter().map(|name| own.get(name).copied()).collect();
                let refuse = || self.other_categories(column(), other);
                let known: Vec<usize> = places.iter().flatten().copied().collect();
                if !known.is_sorted() || labels.iter().any(|label| !label.is_nan() && at(&places, *label).is_none()) {
                    return Err(refuse());
                }
                each(&|label| at(&places, label).map(|place| place as f64))
            }
            (None, Some(other)) => {
                let values: Vec<Option<f64>> = other.iter().map(|name| numeral(name)).collect();
                if values.iter().any(Option::is_some) {
                    let known = self.known_keys();
                    return each(&|label| at(&values, label).filter(|value| known.contains(&key(*value))));
                }
                match self.known.iter().all(|label| position(*label, other.len()).is_some()) {
                    true => Ok(labels.to_owned()),
                    false => Err(self.other_categories(column(), other)),
                }
            }
            (Some(own), None) => {
                let mut places: HashMap<u64, Option<f64>> = HashMap::new();
                for (place, value) in own.iter().enumerate().filter_map(|(place, name)| Some((place, numeral(name)?))) {
                    // Two categories of one value, such as `1` and `01`, leave open which one is meant.
                    places.entry(key(value)).and_modify(|place| *place = None).or_insert(Some(place as f64));
                }
                match given.is_some() && !places.is_empty() {
                    true => each(&|label| *places.get(&key(label))?),
                    false => each(&|label| position(label, own.len()).map(|place| place as f64)),
                }
            }
            (None, None) => {
                let known = self.known_keys();
                let strange = labels.iter().all(|label| !known.contains(&key(*label)));
                match labels.iter().position(|label| !label.is_nan()).filter(|_| strange) {
                    Some(row) => Err(self.unknown(column(), row, &name(labels[row]))),
                    None => Ok(labels.to_owned()),
                }
            }
        }
    }

    fn known_keys(&self) -> HashSet<u64> {
        self.known.iter().map(|label| key(*label)).collect()
    }

    /// The error for a label that means none of the own classes.
    pub fn unknown(&self, column: String, row: usize, name: &str) -> Error {
        let known: Vec<String> = match &self.own.kind {
            Kind::Category(names) => names.iter().take(11).cloned().collect(),
            Kind::Number => self.known.iter().take(11).map(|label| number_name(*label)).collect(),
        };
        let list = quoted_list(&known);
        let problem = format!(
            "row {row} holds class {name}, which {}: the classes are {list}; fit on examples of all classes, with labels \
             that are written in the same way",
            self.lacks
        );
        Error::Column { column, problem }
    }

    fn other_categories(&self, column: String, given: &[String]) -> Error {
        let own = match &self.own.kind {
            Kind::Category(own) => format!("{own:?}"),
            Kind::Number => {
                let numbers: Vec<String> = self.known.iter().map(|label| number_name(*label)).collect();
                format!("the numbers {}", numbers.join(", "))
            }
        };
        let problem = format!(
            "has the categories {given:?}, but {} {own}; give it classes of the same names in the same order",
            self.has
        );
        Error::Column { column, problem }
    }
}

impl Dataset {
    /// The same data with its one target read as a model holds it: these labels in this column.
    pub(crate) fn with_labels(&self, column: &Column, labels: Array1<f64>) -> Result<Self> {
        let (columns, features) = (self.columns.clone(), self.features.clone());
        // The target keeps its own name, which no feature has.
        let name = self.target_columns.first().map_or(&column.name, |own| &own.name).clone();
        let target = vec![Column { name, ..column.clone() }];
        Dataset::new(self.name.clone(), columns, features, target, labels.insert_axis(Axis(1)))
    }
}

/// A label as a position in a list of this length.
fn position(label: f64, count: usize) -> Option<usize> {
    // What is negative, not whole or too large changes on the way to an integer and back.
    let place = label as usize;
    (place as f64 == label && place < count).then_some(place)
}

fn at<T: Copy>(list: &[Option<T>], label: f64) -> Option<T> {
    list[position(label, list.len())?]
}

/// A number to look up by: equal numbers have one key.
fn key(value: f64) -> u64 {
    // + 0.0 makes −0 the 0 that it is.
    (value + 0.0).to_bits()
}

/// The number that a category's name is.
fn numeral(name: &str) -> Option<f64> {
    name.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(names: &[&str]) -> Column {
        Column::category("kind", names.iter().map(|name| name.to_string()).collect())
    }

    fn read(own: &Column, known: &[f64], given: Option<&Column>, labels: &[f64]) -> Result<Vec<f64>> {
        let labels = Array1::from(labels.to_vec());
        let reading = Labels { own, known, has: "the model was fitted on", lacks: "the model does not know" };
        reading.read(given, labels.view()).map(|labels| labels.to_vec())
    }

    #[test]
    fn names_of_numbers_are_exact_and_come_back() {
        let numbers = [12345678901.0, 12345678902.0, 0.1 + 0.2, 0.3, -0.0, 1e300, 5e-324, 123456789012345680.0, -7.5];
        let names = numbers.map(number_name);
        assert_eq!(&names[..5], ["12345678901", "12345678902", "0.30000000000000004", "0.3", "0"]);
        assert_eq!(&names[5..8], ["1e300", "5e-324", "1.2345678901234568e17"]);
        for (name, number) in names.iter().zip(numbers) {
            assert_eq!(name.parse::<f64>().unwrap(), number);
        }
    }

    #[test]
    fn categories_are_matched_by_name() {
        let own = categories(&["ham", "junk", "spam"]);
        assert_eq!(read(&own, &[], Some(&own), &[2.0, 0.0]).unwrap(), [2.0, 0.0]);
        let fewer = categories(&["ham", "spam"]);
        assert_eq!(read(&own, &[], Some(&fewer), &[1.0, 0.0]).unwrap(), [2.0, 0.0]);
        assert!(read(&own, &[], Some(&fewer), &[f64::NAN]).unwrap()[0].is_nan());
        let more = categories(&["eggs", "ham", "spam"]);
        assert_eq!(read(&own, &[], Some(&more), &[1.0, 2.0]).unwrap(), [0.0, 2.0]);
        for (other, label) in [(more, 0.0), (categories(&["spam", "ham", "junk"]), 0.0)] {
            let message = read(&own, &[], Some(&other), &[label]).unwrap_err().to_string();
            assert!(message.contains("`kind`: has the categories [") && message.contains("fitted on [\"ham\""));
        }
    }

    #[test]
    fn a_number_is_the_category_of_its_value() {
        let (own, number) = (categories(&["1", "2.0"]), Column::number("kind"));
        assert_eq!(read(&own, &[], Some(&number), &[2.0, 1.0]).unwrap(), [1.0, 0.0]);
        assert_eq!(read(&number, &[1.0, 2.0], Some(&own), &[1.0, 0.0]).unwrap(), [2.0, 1.0]);
        let message = read(&own, &[], Some(&number), &[1.0, 0.0]).unwrap_err().to_string();
        assert!(message.contains("row 1 holds class 0, which the model does not know"), "{message}");
        let message = read(&number, &[0.0, 1.0], Some(&own), &[1.0]).unwrap_err().to_string();
        assert!(message.contains("row 0 holds class 2.0") && message.contains("`0`, `1`"), "{message}");
        // Which one would it be?
        assert!(read(&categories(&["01", "1"]), &[], Some(&number), &[1.0]).is_err());
        // −0 is 0, in a name too.
        assert_eq!(read(&categories(&["-0", "1"]), &[], Some(&number), &[0.0, 1.0]).unwrap(), [0.0, 1.0]);
        assert_eq!(read(&number, &[0.0, 1.0], Some(&categories(&["-0", "1"])), &[1.0, 0.0]).unwrap()[0], 1.0);
        // An array holds what `predict` gives.
        assert_eq!(read(&own, &[], None, &[0.0, 1.0]).unwrap(), [0.0, 1.0]);
        assert!(read(&own, &[], None, &[2.0]).is_err());
    }

    #[test]
    fn numbers_are_positions_where_no_category_is_a_number() {
        let (words, number) = (categories(&["ham", "spam"]), Column::number("kind"));
        assert_eq!(read(&words, &[], Some(&number), &[1.0, 0.0]).unwrap(), [1.0, 0.0]);
        assert_eq!(read(&number, &[0.0, 1.0], Some(&words), &[1.0, 0.0]).unwrap(), [1.0, 0.0]);
        for label in [2.0, -1.0, 0.5] {
            assert!(read(&words, &[], Some(&number), &[label]).is_err(), "{label}");
        }
        let message = read(&number, &[1.0, 2.0], Some(&words), &[1.0, 0.0]).unwrap_err().to_string();
        assert!(message.contains("the numbers 1, 2"), "{message}");
    }

    #[test]
    fn numbers_of_which_none_is_known_are_refused() {
        let number = Column::number("kind");
        assert_eq!(read(&number, &[1.0, 2.0], Some(&number), &[2.0, 7.0]).unwrap(), [2.0, 7.0]);
        assert!(read(&number, &[1.0, 2.0], Some(&number), &[0.0, 7.0]).is_err());
        assert!(read(&number, &[1.0, 2.0], None, &[0.0]).is_err());
    }

    #[test]
    fn many_classes_are_read_in_a_moment() {
        let labels: Vec<f64> = (0..20_000).map(f64::from).collect();
        let numbers = Column::category("kind", labels.iter().map(f64::to_string).collect());
        let number = Column::number("kind");
        assert_eq!(read(&numbers, &[], Some(&number), &labels).unwrap(), labels);
        assert_eq!(read(&number, &labels, Some(&numbers), &labels).unwrap(), labels);
    }
}
