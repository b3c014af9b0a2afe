//! Linear models as estimators.

use std::borrow::Cow;
use std::fmt::Debug;

use ndarray::{Array2, Axis};

use super::estimator::{Estimator, Predictor, Probabilities};
use crate::data::Dataset;
use crate::error::Result;
use crate::linear::{
    ClosedForm, CrossEntropy, FittedClosedForm, FittedGradientDescent, FittedMaximumLikelihood,
    FittedPolynomialRegression, GradientDescent, LinearClassifier, LinearModel, MaximumLikelihood,
    PolynomialRegression,
};

impl Estimator for ClosedForm {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

impl Estimator for PolynomialRegression {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

impl Predictor for FittedPolynomialRegression {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.predict_raw(data)
    }
}

impl Estimator for GradientDescent {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

impl Predictor for LinearModel {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.predict_raw(data)
    }
}

impl Predictor for FittedClosedForm {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.predict_raw(data)
    }
}

impl Predictor for FittedGradientDescent {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.predict_raw(data)
    }
}

impl<M: Debug + Send + Sync> Estimator for MaximumLikelihood<M> {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

impl Estimator for GradientDescent<CrossEntropy> {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

impl Predictor for LinearClassifier {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        Ok(self.predict(data)?.insert_axis(Axis(1)))
    }

    fn class_labels(&self) -> Vec<f64> {
        self.labels().to_vec()
    }

    fn classes(&self) -> Vec<String> {
        LinearClassifier::classes(self)
    }

    fn probabilities(&self, data: &Dataset) -> Result<Option<Probabilities>> {
        Ok(Some(Probabilities { labels: self.labels().to_vec(), values: self.predict_proba(data)? }))
    }

    fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
        LinearClassifier::in_own_labels(self, data)
    }
}

/// A fitted type predicts as its classifier does.
macro_rules! predicts_as_its_model {
    ($($fitted:ty),*) => {$(
        impl Predictor for $fitted {
            fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
                self.model().predict_values(data)
            }

            fn class_labels(&self) -> Vec<f64> {
                self.model().class_labels()
            }

            fn classes(&self) -> Vec<String> {
                self.model().classes()
            }

            fn probabilities(&self, data: &Dataset) -> Result<Option<Probabilities>> {
                self.model().probabilities(data)
            }

            fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
                self.model().in_own_labels(data)
            }
        }
    )*};
}

predicts_as_its_model!(FittedMaximumLikelihood, FittedGradientDescent<LinearClassifier>);
