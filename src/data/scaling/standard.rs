//! Standardization: mean 0, standard deviation 1.

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::{Constant, Fitted, Scaler};
use crate::data::column::Column;
use crate::data::examples::Inputs;
use crate::data::statistics::{deviation, mean};
use crate::error::Result;
use crate::saved::Saved;

/// Standardization: z = (x − x̄) / σ, with x̄ and σ of the training part.
///
/// σ is the population's standard deviation, √((1/n) Σ (xᵢ − x̄)²), as in scikit-learn. Both are found in two passes, so
/// that a large mean costs no digits. Afterwards a column's unit is σ: 1.5 means one and a half standard deviations above
/// the mean.
///
/// scikit-learn's ready-scaled diabetes data is this divided by √n.
///
/// ```
/// use gradus::prelude::*;
/// let train = array![[1.0], [3.0]];
/// let scaler = StandardScaler::fit(&train)?;
/// assert_eq!(scaler.transform_array(&array![[1.0], [2.0], [7.0]])?, array![[-1.0], [0.0], [5.0]]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandardScaler {
    fitted: Fitted,
}

impl StandardScaler {
    /// Learns from the training part, a data set or an array n × d. Columns of categories are left alone.
    ///
    /// # Errors
    /// [`Error::Column`](crate::Error::Column) for a column that holds one value only,
    /// [`Error::NotFinite`](crate::Error::NotFinite) for a missing or infinite value, [`Error::Data`](crate::Error::Data)
    /// without rows.
    pub fn fit(train: impl Inputs) -> Result<Self> {
        Ok(StandardScaler { fitted: Fitted::new(train, Constant::Refuse, measure)? })
    }

    /// As [`StandardScaler::fit`], but a column that holds one value only is allowed: that value becomes 0.
    ///
    /// # Errors
    /// As [`StandardScaler::fit`], without the one for constant columns.
    pub fn fit_constant_to_zero(train: impl Inputs) -> Result<Self> {
        Ok(StandardScaler { fitted: Fitted::new(train, Constant::ToZero, measure)? })
    }

    /// The means x̄ of the training part.
    pub fn mean(&self) -> &Array1<f64> {
        &self.fitted.shift
    }

    /// The standard deviations σ of the training part.
    pub fn std(&self) -> &Array1<f64> {
        &self.fitted.scale
    }
}

fn measure(values: &[f64]) -> (f64, f64) {
    let mean = mean(values);
    (mean, deviation(values, mean))
}

impl Saved for StandardScaler {
    const TYPE: &'static str = "StandardScaler";

    fn check(&self) -> Result<(), String> {
        self.fitted.check()
    }
}

impl Scaler for StandardScaler {
    fn columns(&self) -> &[Column] {
        &self.fitted.columns
    }

    fn shift(&self) -> &Array1<f64> {
        &self.fitted.shift
    }

    fn scale(&self) -> &Array1<f64> {
        &self.fitted.scale
    }

    fn unit(&self) -> &'static str {
        "σ"
    }
}
