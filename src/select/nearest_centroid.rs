//! A small classifier for the tests of this folder: the class whose mean is nearest, with probabilities from distances.

use ndarray::{Array1, Array2, Axis};

use super::estimator::{Estimator, Predictor, Probabilities};
use crate::data::Dataset;
use crate::error::{Error, Result};

#[derive(Clone, Debug)]
pub struct NearestCentroid;

#[derive(Debug)]
struct Centroids {
    labels: Vec<f64>,
    means: Vec<Array1<f64>>,
}

impl Estimator for NearestCentroid {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        let truth = train.target()?;
        let mut labels = truth.to_vec();
        labels.sort_unstable_by(f64::total_cmp);
        labels.dedup();
        if labels.len() < 2 {
            return Err(Error::Data("a classifier needs examples of at least two classes".into()));
        }
        let mean = |label: &f64| {
            let rows: Vec<usize> = (0..train.rows()).filter(|row| truth[*row] == *label).collect();
            train.features().select(Axis(0), &rows).mean_axis(Axis(0)).unwrap_or_default()
        };
        Ok(Box::new(Centroids { means: labels.iter().map(mean).collect(), labels }))
    }
}

impl Predictor for Centroids {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        let probabilities = self.softmax(data);
        let rows = probabilities.rows().into_iter();
        let labels = rows.map(|row| self.labels[crate::metrics::greatest(row)]).collect::<Array1<f64>>();
        Ok(labels.insert_axis(Axis(1)))
    }

    fn probabilities(&self, data: &Dataset) -> Result<Option<Probabilities>> {
        Ok(Some(Probabilities { labels: self.labels.clone(), values: self.softmax(data) }))
    }
}

impl Centroids {
    /// Softmax of −½ of the squared distances.
    fn softmax(&self, data: &Dataset) -> Array2<f64> {
        let mut values = Array2::from_shape_fn((data.rows(), self.labels.len()), |(row, class)| {
            let difference = &data.features().row(row) - &self.means[class];
            -0.5 * difference.dot(&difference)
        });
        for mut row in values.rows_mut() {
            let most = row.fold(f64::NEG_INFINITY, |most, value| most.max(*value));
            row.mapv_inplace(|value| (value - most).exp());
            let sum = row.sum();
            row /= sum;
        }
        values
    }
}
