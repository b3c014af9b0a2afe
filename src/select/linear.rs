//! Linear models as estimators.

use ndarray::Array2;

use super::estimator::{Estimator, Predictor};
use crate::data::Dataset;
use crate::error::Result;
use crate::linear::{ClosedForm, Descent, GradientDescent, LeastSquares, LinearModel};

impl Estimator for ClosedForm {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

impl Estimator for GradientDescent {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

impl Predictor for LinearModel {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.predict_targets(data)
    }
}

impl Predictor for LeastSquares {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.predict_targets(data)
    }
}

impl Predictor for Descent {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.predict_targets(data)
    }
}
