//! Mean normalization: mean 0, range 1.

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::range;
use super::{Constant, Fitted, Scaler};
use crate::data::column::Column;
use crate::data::examples::Inputs;
use crate::data::statistics::mean;
use crate::error::Result;
use crate::saved::Saved;

/// Mean normalization, the lecture's: z = (x − x̄) / (max − min), with all three of the training part.
///
/// Afterwards the training part has mean 0, and its largest and smallest values are 1 apart.
///
/// ```
/// use gradus::prelude::*;
/// let train = array![[1.0], [2.0], [6.0]];
/// let scaler = MeanNormalizer::fit(&train)?;
/// assert_eq!(scaler.transform_array(&train)?, array![[-0.4], [-0.2], [0.6]]);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanNormalizer {
    fitted: Fitted,
}

impl MeanNormalizer {
    /// Learns from the training part, a data set or an array n × d. Columns of categories are left alone.
    ///
    /// # Errors
    /// [`Error::Column`](crate::Error::Column) for a column that holds one value only,
    /// [`Error::NotFinite`](crate::Error::NotFinite) for a missing or infinite value, [`Error::Data`](crate::Error::Data)
    /// without rows.
    pub fn fit(train: impl Inputs) -> Result<Self> {
        Ok(MeanNormalizer { fitted: Fitted::new(train, Constant::Refuse, measure)? })
    }

    /// As [`MeanNormalizer::fit`], but a column that holds one value only is allowed: that value becomes 0.
    ///
    /// # Errors
    /// As [`MeanNormalizer::fit`], without the one for constant columns.
    pub fn fit_constant_to_zero(train: impl Inputs) -> Result<Self> {
        Ok(MeanNormalizer { fitted: Fitted::new(train, Constant::ToZero, measure)? })
    }
}

fn measure(values: &[f64]) -> (f64, f64) {
    let (min, max) = range(values);
    (mean(values), max - min)
}

impl Saved for MeanNormalizer {
    const TYPE: &'static str = "MeanNormalizer";

    fn check(&self) -> Result<(), String> {
        self.fitted.check()
    }
}

impl Scaler for MeanNormalizer {
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
