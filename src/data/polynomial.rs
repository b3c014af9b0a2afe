//! Polynomial features: powers and products of the features.

use ndarray::{Array2, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::column::Column;
use super::dataset::Dataset;
use super::examples::{columns_or_numbered, require_numbers};
use crate::error::{Error, Result};
use crate::saved::Saved;

/// All powers and products of the features up to a degree: of x₁, x₂ with degree 2: x₁, x₂, x₁², x₁x₂, x₂².
///
/// With them a linear model fits curves. From d features, degree p gives (d+p)! / (d! p!) − 1 columns, in scikit-learn's
/// order: by degree, then as the features stand. No column of ones by default, linear models have their intercept.
///
/// ```
/// use gradus::prelude::*;
/// let data = Dataset::from_arrays(array![[2.0, 3.0]], array![0.0])?;
/// let features = PolynomialFeatures::degree(2).transform(&data)?;
/// assert_eq!(features.feature_names(), ["x1", "x2", "x1^2", "x1 x2", "x2^2"]);
/// assert_eq!(features.features(), &array![[2.0, 3.0, 4.0, 6.0, 9.0]]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolynomialFeatures {
    degree: usize,
    interaction_only: bool,
    bias: bool,
}

impl Saved for PolynomialFeatures {
    const TYPE: &'static str = "PolynomialFeatures";

    fn check(&self) -> std::result::Result<(), String> {
        if self.degree == 0 { Err("its degree is 0".into()) } else { Ok(()) }
    }
}

impl PolynomialFeatures {
    /// Powers and products up to this degree, at least 1.
    pub fn degree(degree: usize) -> Self {
        PolynomialFeatures { degree, interaction_only: false, bias: false }
    }

    /// Only products of different features: x₁x₂, but not x₁².
    #[must_use]
    pub fn interaction_only(mut self) -> Self {
        self.interaction_only = true;
        self
    }

    /// With a first column of ones, named `1`.
    #[must_use]
    pub fn with_bias(mut self) -> Self {
        self.bias = true;
        self
    }

    /// The data with its features replaced by their powers and products.
    ///
    /// # Errors
    /// [`Error::Column`] for a feature of categories, [`Error::NotFinite`] for a missing or infinite value or product,
    /// [`Error::Parameter`] for degree 0 and for one that makes more numbers than fit into memory.
    pub fn transform(&self, data: &Dataset) -> Result<Dataset> {
        require_numbers(data.features.view(), Some(&data.columns), "x")?;
        let powers = self.powers(data.rows(), data.columns.len())?;
        let columns = powers.iter().map(|factors| self.column(factors, &data.columns)).collect();
        let features = self.multiply(data.features.view(), &powers, &data.columns)?;
        Dataset::new(data.name.clone(), columns, features, data.target_columns.clone(), data.targets.clone())
    }

    /// The powers and products of the columns of an array n × d.
    ///
    /// # Errors
    /// As [`PolynomialFeatures::transform`].
    pub fn transform_array(&self, values: &Array2<f64>) -> Result<Array2<f64>> {
        require_numbers(values.view(), None, "x")?;
        let powers = self.powers(values.nrows(), values.ncols())?;
        self.multiply(values.view(), &powers, &columns_or_numbered(None, values.ncols(), "x"))
    }

    /// The new columns, each as the positions of its factors in rising order; none for the column of ones.
    fn powers(&self, rows: usize, width: usize) -> Result<Vec<Vec<usize>>> {
        let refuse = |requirement: String| {
            Err(Error::Parameter { parameter: "degree", value: self.degree.to_string(), requirement })
        };
        if self.degree == 0 {
            return refuse("at least 1".into());
        }
        let mut all: Vec<Vec<usize>> = if self.bias { vec![Vec::new()] } else { Vec::new() };
        let (mut last, mut factor_count): (Vec<Vec<usize>>, usize) = (vec![Vec::new()], 0);
        for degree in 1..=self.degree {
            let mut next = Vec::new();
            for factors in &last {
                // Factors rise, so that each product comes once.
                let first = factors.last().map_or(0, |factor| factor + usize::from(self.interaction_only));
                next.extend((first..width).map(|factor| [factors.as_slice(), &[factor]].concat()));
                let many = (all.len() + next.len()).saturating_mul(rows.max(1)) > MOST_NUMBERS;
                if many || factor_count + next.len() * degree > MOST_FACTORS {
                    return refuse(format!(
                        "{width} features and {rows} rows make too many numbers already at degree {degree}; take a lower one"
                    ));
                }
            }
            if next.is_empty() {
                break;
            }
            factor_count += next.len() * degree;
            all.extend(next.iter().cloned());
            last = next;
        }
        Ok(all)
    }

    /// The products, or an error for the first that f64 does not hold.
    fn multiply(&self, x: ArrayView2<'_, f64>, powers: &[Vec<usize>], columns: &[Column]) -> Result<Array2<f64>> {
        let mut products = Array2::ones((x.nrows(), powers.len()));
        for (row, (mut to, from)) in products.axis_iter_mut(Axis(0)).zip(x.axis_iter(Axis(0))).enumerate() {
            for (product, factors) in to.iter_mut().zip(powers) {
                *product = factors.iter().map(|factor| from[*factor]).product::<f64>();
                if !product.is_finite() {
                    return Err(Error::NotFinite {
                        column: self.column(factors, columns).name,
                        row,
                        value: "too large for f64".into(),
                        hint: "scale the features, as with a `StandardScaler`, or take a lower degree".into(),
                    });
                }
            }
        }
        Ok(products)
    }

    fn column(&self, factors: &[usize], columns: &[Column]) -> Column {
        match factors {
            [] => Column::number("1"),
            // The feature itself keeps its meaning and unit.
            [factor] => columns[*factor].clone(),
            _ => {
                let part = |run: &[usize]| match run.len() {
                    1 => columns[run[0]].name.clone(),
                    power => format!("{}^{power}", columns[run[0]].name),
                };
                Column::number(factors.chunk_by(|a, b| a == b).map(part).collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// 2³¹ numbers are 16 GiB; more would end the notebook's kernel, not raise an error.
const MOST_NUMBERS: usize = 1 << 31;
/// The number of factors of all columns that, with the columns' names, takes about as much.
const MOST_FACTORS: usize = 1 << 25;

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn interactions_and_bias() {
        let features = PolynomialFeatures::degree(3).interaction_only().with_bias();
        let x = array![[2.0, 3.0, 5.0]];
        assert_eq!(features.transform_array(&x).unwrap(), array![[1.0, 2.0, 3.0, 5.0, 6.0, 10.0, 15.0, 30.0]]);
        let data = Dataset::from_arrays(x, array![0.0]).unwrap();
        let names = features.transform(&data).unwrap().feature_names();
        assert_eq!(names, ["1", "x1", "x2", "x3", "x1 x2", "x1 x3", "x2 x3", "x1 x2 x3"]);
        // More factors than features: nothing more to multiply.
        assert_eq!(PolynomialFeatures::degree(9).interaction_only().transform(&data).unwrap().columns().len(), 7);
    }

    #[test]
    fn a_feature_keeps_its_unit_and_a_power_has_none() {
        let data =
            Dataset::from_arrays(array![[2.0]], array![0.0]).unwrap().describe_column("x1", "length", "m").unwrap();
        let features = PolynomialFeatures::degree(2).transform(&data).unwrap();
        assert_eq!((features.columns()[0].unit.as_str(), features.columns()[1].unit.as_str()), ("m", ""));
    }

    #[test]
    fn what_cannot_be_raised_is_refused() {
        let message = |result: Result<Array2<f64>>| result.unwrap_err().to_string();
        assert!(message(PolynomialFeatures::degree(0).transform_array(&array![[1.0]])).contains("at least 1"));
        assert!(message(PolynomialFeatures::degree(2).transform_array(&array![[f64::NAN]])).contains("missing"));
        let wide = Array2::zeros((1000, 200));
        let refused = message(PolynomialFeatures::degree(8).transform_array(&wide));
        assert!(
            refused.contains("degree = 8") && refused.contains("too many numbers already at degree 4"),
            "{refused}"
        );
        // One column, but a hundred thousand factors in the last of as many products.
        assert!(
            message(PolynomialFeatures::degree(100_000).transform_array(&array![[1.0]])).contains("too many numbers")
        );
        let large = message(PolynomialFeatures::degree(3).transform_array(&array![[1.0], [1e150]]));
        assert!(large.contains("`x1^3`, row 1 is too large"), "{large}");
        PolynomialFeatures::degree(1).check().unwrap();
        assert!(PolynomialFeatures::degree(0).check().is_err());
    }

    #[test]
    fn no_rows_and_no_columns_are_no_trouble() {
        let features = PolynomialFeatures::degree(2).with_bias();
        assert_eq!(features.transform_array(&Array2::zeros((0, 2))).unwrap().dim(), (0, 6));
        assert_eq!(features.transform_array(&Array2::zeros((2, 0))).unwrap(), array![[1.0], [1.0]]);
    }
}
