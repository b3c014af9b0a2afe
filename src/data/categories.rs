//! Numbers as categories, and categories that no row holds.

use ndarray::{Array1, Axis};

use super::column::Kind;
use super::dataset::Dataset;
use super::labels::number_name;
use crate::error::Result;

impl Dataset {
    /// Reads a column of numbers as categories: the classes 0 and 1, postcodes. Each different number is a category, in rising
    /// order; its name is the number with all its digits.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no column has this name.
    pub fn categorized(mut self, name: &str) -> Result<Self> {
        let values = self.column(name)?.to_vec();
        let error = self.no_column(name);
        // + 0.0 makes −0 the 0 that it is.
        let mut numbers: Vec<f64> = values.iter().filter(|value| !value.is_nan()).map(|value| value + 0.0).collect();
        numbers.sort_unstable_by(f64::total_cmp);
        numbers.dedup();
        let position = |value: &f64| match numbers.binary_search_by(|number| number.total_cmp(&(value + 0.0))) {
            Ok(position) => position as f64,
            Err(_) => f64::NAN,
        };
        let positions: Array1<f64> = values.iter().map(position).collect();
        let kind = Kind::Category(numbers.iter().map(|number| number_name(*number)).collect());
        let features = self.columns.iter_mut().zip(self.features.axis_iter_mut(Axis(1)));
        let targets = self.target_columns.iter_mut().zip(self.targets.axis_iter_mut(Axis(1)));
        let (column, mut place) = features.chain(targets).find(|(column, _)| column.name == name).ok_or(error)?;
        if column.kind == Kind::Number {
            column.kind = kind;
            place.assign(&positions);
        }
        Ok(self)
    }

    /// The same data without the categories that no row holds, in features and target alike: of two of iris' three species,
    /// those two are the classes. Rows that were taken out of a data set keep all of its categories until then.
    ///
    /// A model that was fitted before still predicts labels of its own categories, which these positions no longer match:
    /// drop before the fit, or use the model's `score`, which reads labels by their names.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let two = datasets::iris()?.select_rows(&(50..150).collect::<Vec<_>>())?;
    /// assert_eq!(two.classes().map(<[String]>::len), Some(3));
    /// let two = two.drop_unused_categories();
    /// assert_eq!(two.classes(), Some(&["versicolor", "virginica"].map(String::from)[..]));
    /// assert_eq!((two.target()?[0], two.target()?[99]), (0.0, 1.0));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    #[must_use]
    pub fn drop_unused_categories(mut self) -> Self {
        let features = self.columns.iter_mut().zip(self.features.axis_iter_mut(Axis(1)));
        let targets = self.target_columns.iter_mut().zip(self.targets.axis_iter_mut(Axis(1)));
        for (column, mut values) in features.chain(targets) {
            let Kind::Category(categories) = &mut column.kind else { continue };
            let mut used = vec![false; categories.len()];
            for value in values.iter().filter(|value| !value.is_nan()) {
                used.get_mut(*value as usize).into_iter().for_each(|used| *used = true);
            }
            // A position moves down by the unused ones before it.
            let places: Vec<usize> = used
                .iter()
                .scan(0, |count, used| {
                    *count += usize::from(*used);
                    Some(count.saturating_sub(1))
                })
                .collect();
            let place = |value: f64| places.get(value as usize).filter(|_| !value.is_nan());
            values.mapv_inplace(|value| place(value).map_or(value, |place| *place as f64));
            let mut used = used.into_iter();
            categories.retain(|_| used.next() == Some(true));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, OneHotEncoder, OrdinalEncoder};
    use ndarray::array;

    fn data() -> Dataset {
        Dataset::from_arrays(array![[1.0, 5.0], [2.0, 5.0]], array![0.0, 1.0]).unwrap()
    }

    #[test]
    fn numbers_become_classes_once() {
        let classes = data().categorized("y").unwrap();
        assert_eq!(classes.classes().unwrap(), ["0", "1"]);
        assert_eq!(classes.clone().categorized("y").unwrap(), classes);
    }

    #[test]
    fn every_number_is_a_category_of_its_own() {
        let numbers = array![[12345678904.0], [12345678901.0], [12345678903.0], [12345678902.0], [12345678901.0]];
        let data = Dataset::from_arrays(numbers, Array1::zeros(5)).unwrap().categorized("x1").unwrap();
        let names = ["12345678901", "12345678902", "12345678903", "12345678904"];
        assert_eq!(data.columns()[0].categories().unwrap(), names);
        assert_eq!(data.column("x1").unwrap().to_vec(), [3.0, 0.0, 2.0, 1.0, 0.0]);
        let counts = data.category_counts("x1").unwrap();
        assert_eq!(counts.rows.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["2", "1", "1", "1"]);
        let encoder = OneHotEncoder::fit(&data).unwrap();
        assert_eq!(encoder.transform(&data).unwrap().feature_names()[1], "x1=12345678902");
        OrdinalEncoder::fit(&data, "x1", &names).unwrap();

        let close = array![[0.1 + 0.2], [0.3], [-0.0], [0.0], [f64::NAN], [1e-300]];
        let data = Dataset::from_arrays(close, Array1::zeros(6)).unwrap().categorized("x1").unwrap();
        let names = ["0", "1e-300", "0.3", "0.30000000000000004"];
        assert_eq!(data.columns()[0].categories().unwrap(), names);
        assert_eq!(data.column("x1").unwrap().to_vec()[..4], [3.0, 2.0, 0.0, 0.0]);
        assert!(data.column("x1").unwrap()[4].is_nan());
    }

    #[test]
    fn categories_without_rows_are_dropped() {
        let sizes = Column::category("size", ["L", "M", "S", "XL"].map(String::from).to_vec());
        let kinds = Column::category("kind", ["a", "b"].map(String::from).to_vec());
        let x = array![[3.0, 1.0], [1.0, 2.0], [f64::NAN, 3.0], [1.0, 4.0]];
        let data =
            Dataset::new("d", vec![sizes, Column::number("n")], x, vec![kinds], array![[1.0], [1.0], [1.0], [1.0]]);
        let data = data.unwrap().drop_unused_categories();
        assert_eq!(data.columns()[0].categories().unwrap(), ["M", "XL"]);
        assert_eq!((data.column("size").unwrap()[0], data.column("size").unwrap()[3]), (1.0, 0.0));
        assert!(data.column("size").unwrap()[2].is_nan());
        assert_eq!((data.classes().unwrap(), data.target().unwrap()[0]), (&["b".to_string()][..], 0.0));
        assert_eq!(data.column("n").unwrap().to_vec(), [1.0, 2.0, 3.0, 4.0]);
        // A missing value does not equal itself.
        assert_eq!(format!("{:?}", data.clone().drop_unused_categories()), format!("{data:?}"));
        assert_eq!(data.select_rows(&[]).unwrap().drop_unused_categories().classes().unwrap(), [""; 0]);
    }
}
