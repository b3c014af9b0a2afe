//! Min–max scaling: from 0 to 1.

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::range;
use super::{Constant, Fitted, Scaler};
use crate::data::column::Column;
use crate::data::examples::Inputs;
use crate::error::Result;
use crate::saved::Saved;

/// Min–max scaling: z = (x − min) / (max − min), with both of the training part.
///
/// Afterwards the training part lies between 0 and 1; other data may lie outside.
///
/// ```
/// use gradus::prelude::*;
/// let train = array![[1.0], [2.0], [5.0]];
/// let scaler = MinMaxScaler::fit(&train)?;
/// assert_eq!(scaler.transform_array(&array![[1.0], [3.0], [9.0]])?, array![[0.0], [0.5], [2.0]]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MinMaxScaler {
    fitted: Fitted,
}

impl MinMaxScaler {
    /// Learns from the training part, a data set or an array n × d. Columns of categories are left alone.
    ///
    /// # Errors
    /// [`Error::Column`](crate::Error::Column) for a column that holds one value only,
    /// [`Error::NotFinite`](crate::Error::NotFinite) for a missing or infinite value, [`Error::Data`](crate::Error::Data)
    /// without rows.
    pub fn fit(train: impl Inputs) -> Result<Self> {
        Ok(MinMaxScaler { fitted: Fitted::new(train, Constant::Refuse, measure)? })
    }

    /// As [`MinMaxScaler::fit`], but a column that holds one value only is allowed: that value becomes 0.
    ///
    /// # Errors
    /// As [`MinMaxScaler::fit`], without the one for constant columns.
    pub fn fit_constant_to_zero(train: impl Inputs) -> Result<Self> {
        Ok(MinMaxScaler { fitted: Fitted::new(train, Constant::ToZero, measure)? })
    }
}

fn measure(values: &[f64]) -> (f64, f64) {
    let (min, max) = range(values);
    (min, max - min)
}

impl Saved for MinMaxScaler {
    const TYPE: &'static str = "MinMaxScaler";

    fn check(&self) -> Result<(), String> {
        self.fitted.check()
    }
}

impl Scaler for MinMaxScaler {
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
        "of the range"
    }
}
