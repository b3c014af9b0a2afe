//! The correlation matrix.

use ndarray::{Array1, Array2, Axis};

use super::column::{Column, Kind};
use super::dataset::Dataset;
use super::examples::require_numbers;
use super::statistics::{deviation, mean};
use crate::error::{Error, Result};

impl Dataset {
    /// Pearson's correlation of every two columns of numbers, features first, then targets: the names, and a symmetric
    /// matrix with ones on its diagonal.
    ///
    /// r = (1/n) Σ zᵢ wᵢ, with z and w the two standardized columns; 1 and −1 mean a straight line, 0 means none. Columns of
    /// categories are left out.
    ///
    /// # Errors
    /// [`Error::Column`] for a column that holds one value only, [`Error::NotFinite`] for a missing or infinite value,
    /// [`Error::Data`] without a column of numbers.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let data = Dataset::from_arrays(array![[1.0], [2.0], [3.0]], array![9.0, 8.0, 7.0])?;
    /// let (names, r) = data.correlations()?;
    /// assert_eq!(names, ["x1", "y"]);
    /// assert!((r[(0, 1)] + 1.0).abs() < 1e-15);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn correlations(&self) -> Result<(Vec<String>, Array2<f64>)> {
        let features = self.columns.iter().zip(self.features.columns());
        let all = features.chain(self.target_columns.iter().zip(self.targets.columns()));
        let numbers: Vec<_> = all.filter(|(column, _)| column.kind == Kind::Number).collect();
        if numbers.is_empty() || self.rows() == 0 {
            return Err(Error::Data(format!("{} has no numbers to correlate", self.name)));
        }
        let mut standardized = Array2::zeros((self.rows(), numbers.len()));
        for (number, (column, values)) in numbers.iter().enumerate() {
            let columns: [Column; 1] = [(*column).clone()];
            require_numbers(values.insert_axis(Axis(1)), Some(&columns), "x")?;
            let values = values.to_vec();
            if values.iter().all(|value| *value == values[0]) {
                let problem = format!(
                    "holds only {}, so it correlates with nothing; drop it with `without`",
                    column.show(values[0])
                );
                return Err(Error::Column { column: column.name.clone(), problem });
            }
            let mean = mean(&values);
            let std = deviation(&values, mean);
            if !(mean.is_finite()
                && std.is_finite()
                && std > 0.0
                && values.iter().all(|value| (value - mean).is_finite()))
            {
                let problem =
                    "its values are too large (or too far apart) to be standardized in f64; scale it first".into();
                return Err(Error::Column { column: column.name.clone(), problem });
            }
            let scaled: Array1<f64> = values.iter().map(|value| (value - mean) / std).collect();
            standardized.column_mut(number).assign(&scaled);
        }
        let mut r = standardized.t().dot(&standardized) / self.rows() as f64;
        // Rounding can carry a value just beyond 1; the diagonal is 1 by definition.
        r.mapv_inplace(|value| value.clamp(-1.0, 1.0));
        r.diag_mut().fill(1.0);
        Ok((numbers.iter().map(|(column, _)| column.name.clone()).collect(), r))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn constants_and_missing_values_are_named() {
        let constant = Dataset::from_arrays(array![[1.0, 5.0], [2.0, 5.0]], array![0.0, 1.0]).unwrap();
        assert!(constant.correlations().unwrap_err().to_string().contains("`x2`: holds only 5"));
        let missing = Dataset::from_arrays(array![[1.0], [f64::NAN]], array![0.0, 1.0]).unwrap();
        assert!(missing.correlations().unwrap_err().to_string().contains("`x1`, row 1 is missing"));
        let none = missing.select_rows(&[]).unwrap();
        assert!(none.correlations().unwrap_err().to_string().contains("no numbers to correlate"));
        let far = Dataset::from_arrays(array![[f64::MAX], [f64::MIN], [f64::MIN]], array![0.0, 1.0, 2.0]).unwrap();
        assert!(far.correlations().unwrap_err().to_string().contains("`x1`: its values are too large"));
    }
}
