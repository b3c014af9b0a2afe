//! Predictions for every row by a model that has not seen it.

use ndarray::{Array2, Axis};

use super::class_labels::ClassLabels;
use super::estimator::Estimator;
use super::fit_jobs::{OnFailure, for_each, jobs_of_folds};
use super::scoring::without_probabilities;
use super::split::{Fold, Folds};
use crate::data::Dataset;
use crate::error::{Error, Result};

/// Returns for every row the prediction of the fit that did not see it, n × k: to plot against the truth, or for one
/// confusion matrix of all rows.
///
/// A measure of all these predictions together is not the mean of the folds' scores; report which one it is.
///
/// ```
/// use gradus::prelude::*;
/// let data = datasets::diabetes()?;
/// let predicted = cross_val_predict(&LinearRegression::closed_form(), &data, &KFold::new(5))?;
/// assert_eq!(predicted.dim(), (442, 1));
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// As [`cross_validate`](super::cross_validate); [`Error::Interrupted`] before all folds are done; [`Error::Data`] for
/// folds in which a row is not validated exactly once.
pub fn cross_val_predict(estimator: &dyn Estimator, data: &Dataset, folds: &dyn Folds) -> Result<Array2<f64>> {
    let folds = partition(folds.folds(data)?, data)?;
    let jobs = jobs_of_folds(estimator, &folds, "");
    let parts = for_each(&jobs, data, OnFailure::Stop, |model, _, validation| model.predict_values(validation));
    together(&folds, all_of(parts)?, data)
}

/// Returns, as [`cross_val_predict`] does, the probabilities of the classes that occur in the whole data or that the model knows,
/// n × classes in the order of their labels; a class that a fit has not seen has probability 0 there.
///
/// # Errors
/// As [`cross_val_predict`]; [`Error::Data`] for a model without probabilities.
pub fn cross_val_probabilities(estimator: &dyn Estimator, data: &Dataset, folds: &dyn Folds) -> Result<Array2<f64>> {
    let folds = partition(folds.folds(data)?, data)?;
    let labels = ClassLabels::of(data);
    let jobs = jobs_of_folds(estimator, &folds, "");
    let parts = for_each(&jobs, data, OnFailure::Stop, |model, _, validation| {
        let found = model.probabilities(validation)?;
        let found = found.ok_or_else(|| without_probabilities("`cross_val_probabilities`"))?;
        labels.with(model.class_labels()).with(found.labels.iter().copied()).spread(&found)
    });
    together(&folds, all_of(parts)?, data)
}

/// Refuses folds in which a row is validated never, or more than once.
fn partition(folds: Vec<Fold>, data: &Dataset) -> Result<Vec<Fold>> {
    let mut times = vec![0; data.rows()];
    for row in folds.iter().flat_map(|fold| &fold.validation) {
        if let Some(times) = times.get_mut(*row) {
            *times += 1;
        }
    }
    match times.iter().position(|times| *times != 1) {
        None => Ok(folds),
        Some(row) => Err(Error::Data(format!(
            "row {row} is validated {} times: predictions for each row need folds in which each is validated once, such \
             as `KFold`",
            times[row]
        ))),
    }
}

/// The parts of all folds, or the first error.
fn all_of<T>(parts: Vec<Result<T>>) -> Result<Vec<T>> {
    let count = parts.len();
    let open = parts.iter().filter(|part| part.as_ref().is_err_and(Error::is_interruption)).count();
    let all: Result<Vec<T>> = parts.into_iter().collect();
    all.map_err(|error| match error.is_interruption() {
        true => Error::Interrupted(format!("after {} of {count} folds, and each row needs its own", count - open)),
        false => error,
    })
}

fn together(folds: &[Fold], parts: Vec<(Array2<f64>, f64)>, data: &Dataset) -> Result<Array2<f64>> {
    let width = parts.first().map_or(0, |(part, _)| part.ncols());
    let mut all = Array2::zeros((data.rows(), width));
    for (fold, (part, _)) in folds.iter().zip(&parts) {
        if part.dim() != (fold.validation.len(), width) {
            let expected = format!("[{}, {width}]", fold.validation.len());
            return Err(Error::Shape { what: "predictions".into(), expected, found: format!("{:?}", part.shape()) });
        }
        for (row, values) in fold.validation.iter().zip(part.axis_iter(Axis(0))) {
            all.row_mut(*row).assign(&values);
        }
    }
    Ok(all)
}
