//! Classes as columns of zeros and ones.

use ndarray::Array2;

use super::names;
use crate::data::dataset::Dataset;
use crate::data::labels::indicator;
use crate::error::{Error, Result};

impl Dataset {
    /// The data with its one target of classes as one target a class: 1 in the column of the row's class, else 0.
    ///
    /// The columns are in the order of [`Dataset::classes`], also for a class that does not occur in these rows.
    ///
    /// # Errors
    /// [`Error::Data`] without one target; [`Error::Column`] where it holds numbers or misses a value.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?.one_hot_target()?;
    /// assert_eq!(iris.targets().row(149).to_vec(), [0.0, 0.0, 1.0]);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn one_hot_target(&self) -> Result<Self> {
        let values = self.target()?;
        let column = &self.target_columns[0];
        names(column, values).map_err(|error| match (error, column.categories()) {
            (_, None) => {
                let problem = "holds numbers, so it has no classes; `categorized(\"…\")` makes them".into();
                Error::Column { column: column.name.clone(), problem }
            }
            (error, _) => error,
        })?;
        let classes = column.categories().unwrap_or_default();
        let targets = Array2::from_shape_fn((self.rows(), classes.len()), |(row, class)| {
            f64::from(u8::from(values[row] == class as f64))
        });
        let columns = classes.iter().map(|class| indicator(column, class));
        Dataset::new(self.name.clone(), self.columns.clone(), self.features.clone(), columns.collect(), targets)
    }
}

#[cfg(test)]
mod tests {
    use crate::data::sources;

    #[test]
    fn every_row_has_one_one() {
        let digits = sources::digits().unwrap().one_hot_target().unwrap();
        assert_eq!(digits.targets().dim(), (1797, 10));
        assert!(digits.targets().rows().into_iter().all(|row| row.sum() == 1.0));
        assert_eq!(digits.target_columns()[3].name, "digit=3");
    }

    #[test]
    fn numbers_are_refused() {
        assert!(sources::diabetes().unwrap().one_hot_target().unwrap_err().to_string().contains("`progression`"));
    }
}
