//! Which columns are features, which is the target, and what they mean.

use ndarray::{Array2, ArrayView1};

use super::column::Column;
use super::dataset::Dataset;
use crate::error::Result;

impl Dataset {
    /// This column is to be predicted: it moves out of the features. What was the target before becomes a feature.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no column has this name.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?.with_target("petal_width")?;
    /// assert_eq!(iris.feature_names(), ["sepal_length", "sepal_width", "petal_length", "species"]);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn with_target(self, name: &str) -> Result<Self> {
        self.with_targets(&[name])
    }

    /// These columns are to be predicted, in this order; none makes the data unlabelled.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no column has such a name, [`Error::Column`](crate::Error::Column) where one stands twice.
    pub fn with_targets(self, names: &[&str]) -> Result<Self> {
        let all: Vec<(Column, ArrayView1<'_, f64>)> = self
            .columns
            .iter()
            .zip(self.features.columns())
            .chain(self.target_columns.iter().zip(self.targets.columns()))
            .map(|(column, values)| (column.clone(), values))
            .collect();
        let find = |name: &&str| all.iter().position(|(column, _)| column.name == *name);
        let chosen =
            names.iter().map(|name| find(name).ok_or_else(|| self.no_column(name))).collect::<Result<Vec<usize>>>()?;
        let others: Vec<usize> = (0..all.len()).filter(|position| !chosen.contains(position)).collect();
        let gather = |positions: &[usize]| {
            let mut values = Array2::zeros((self.rows(), positions.len()));
            for (mut to, position) in values.columns_mut().into_iter().zip(positions) {
                to.assign(&all[*position].1);
            }
            (positions.iter().map(|position| all[*position].0.clone()).collect::<Vec<_>>(), values)
        };
        let ((columns, features), (target_columns, targets)) = (gather(&others), gather(&chosen));
        Dataset::new(self.name.clone(), columns, features, target_columns, targets)
    }

    /// The same data without these features.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) for a name that is no feature.
    pub fn without(&self, names: &[&str]) -> Result<Self> {
        for name in names {
            self.feature_position(name)?;
        }
        let kept: Vec<&str> =
            self.columns.iter().map(|column| column.name.as_str()).filter(|name| !names.contains(name)).collect();
        self.select(&kept)
    }

    /// Says what a column means and in which unit it is; plots and tables show both.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no column has this name.
    pub fn describe_column(mut self, name: &str, meaning: &str, unit: &str) -> Result<Self> {
        let error = self.no_column(name);
        let column =
            self.columns.iter_mut().chain(&mut self.target_columns).find(|column| column.name == name).ok_or(error)?;
        *column = column.clone().meaning(meaning).unit(unit);
        Ok(self)
    }

    /// The names of the features that hold one value only, and so tell a model nothing.
    pub fn constant_features(&self) -> Vec<String> {
        let constant = self.columns.iter().zip(self.features.columns()).filter(|(_, values)| {
            let mut present = values.iter().filter(|value| !value.is_nan());
            let first = present.next();
            present.all(|value| Some(value) == first)
        });
        constant.map(|(column, _)| column.name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn data() -> Dataset {
        Dataset::from_arrays(array![[1.0, 5.0], [2.0, 5.0]], array![0.0, 1.0]).unwrap()
    }

    #[test]
    fn the_target_moves_and_the_old_one_comes_back() {
        let moved = data().with_target("x1").unwrap();
        assert_eq!(moved.feature_names(), ["x2", "y"]);
        assert_eq!(moved.target().unwrap().to_vec(), [1.0, 2.0]);
        assert_eq!(moved.with_targets(&[]).unwrap().feature_names(), ["x2", "y", "x1"]);
    }

    #[test]
    fn a_missing_target_is_named_with_what_there_is() {
        let message = data().with_target("price").unwrap_err().to_string();
        assert_eq!(message, "there is no column `price`; the columns are `x1`, `x2`, `y`");
        let unlabelled = data().with_targets(&[]).unwrap();
        assert!(unlabelled.target().unwrap_err().to_string().contains("with_target"));
        let message = data().with_targets(&["x1", "x1"]).unwrap_err().to_string();
        assert!(message.contains("`x1`: two columns"), "{message}");
    }

    #[test]
    fn features_are_dropped_described_and_found_constant() {
        assert_eq!(data().without(&["x1"]).unwrap().feature_names(), ["x2"]);
        assert!(data().without(&["y"]).is_err());
        assert_eq!(data().constant_features(), ["x2"]);
        let described = data().describe_column("y", "price of the house", "$").unwrap();
        assert_eq!(described.target_columns()[0].label(), "y ($)");
        assert!(data().describe_column("z", "", "").is_err());
    }
}
