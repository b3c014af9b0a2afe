//! A small classifier made outside of the library: the class whose mean is nearest, with probabilities from distances.

use gradus::prelude::*;
use gradus::select::Probabilities;
use ndarray::{ArrayView1, Axis};

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
        let greatest = |row: ArrayView1<'_, f64>| (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap();
        let labels: Array1<f64> = probabilities.rows().into_iter().map(|row| self.labels[greatest(row)]).collect();
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
