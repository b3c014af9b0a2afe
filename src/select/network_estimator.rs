//! Networks as estimators.

use std::borrow::Cow;

use ndarray::{Array2, Axis};

use super::estimator::{Estimator, Predictor, Probabilities};
use crate::data::Dataset;
use crate::error::Result;
use crate::loss::Loss as _;
use crate::nn::{Fit, Network};

/// A compiled network and how it is trained: each fit begins with a copy of the network as it is.
///
/// ```
/// use gradus::prelude::*;
/// let net = Sequential::new([4]).dense(3).softmax().compile(
///     Adam::new(0.05),
///     SparseCategoricalCrossEntropy,
///     Device::Cpu,
///     Seed(1),
/// )?;
/// let model = Pipeline::new([Step::Standardize], (net, Fit::epochs(20)));
/// let folds = cross_validate(&model, &datasets::iris()?, &StratifiedKFold::new(3), &[Scoring::Accuracy])?;
/// assert!(folds.mean(Scoring::Accuracy)? > 0.8);
/// # Ok::<(), gradus::Error>(())
/// ```
impl Estimator for (Network, Fit) {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        let mut network = self.0.clone();
        network.fit(train, self.1.clone())?;
        Ok(Box::new(network))
    }
}

impl Predictor for Network {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        match self.is_classifier() {
            true if self.is_multi_label() => self.predict_labels(data),
            true => Ok(self.predict(data)?.insert_axis(Axis(1))),
            false => self.predict_raw(data),
        }
    }

    fn class_labels(&self) -> Vec<f64> {
        // The hinges of two classes may have been given −1 and 1.
        match self.gives_probabilities() || self.loss_function().takes_class_numbers() {
            true => (0..self.output_count().max(2)).map(|class| class as f64).collect(),
            false => vec![],
        }
    }

    fn classes(&self) -> Vec<String> {
        Network::classes(self)
    }

    fn probabilities(&self, data: &Dataset) -> Result<Option<Probabilities>> {
        if !self.gives_probabilities() {
            return Ok(None);
        }
        let values = self.predict_proba(data)?;
        let labels = (0..values.ncols()).map(|class| class as f64).collect();
        Ok(Some(Probabilities { labels, values }))
    }

    fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
        Network::in_own_labels(self, data)
    }
}
