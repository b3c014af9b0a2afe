//! `Estimator` and `Predictor`, the traits behind model selection: hyper-parameters → fit → predictions.

use std::borrow::Cow;
use std::fmt::Debug;

use ndarray::Array2;

use crate::data::{Dataset, number_name};
use crate::error::Result;

/// Hyper-parameters that can be fitted, as [`cross_validate`](crate::select::cross_validate), the searches and the curves
/// take. A model's own `fit` returns its concrete type, with more methods.
///
/// ```
/// use gradus::prelude::*;
/// let data = datasets::diabetes()?;
/// let models: Vec<Box<dyn Estimator>> = vec![
///     Box::new(LinearRegression::closed_form()),
///     Box::new(Pipeline::new([Step::Standardize], LinearRegression::gradient_descent().learning_rate(0.1))),
/// ];
/// for model in &models {
///     let folds = cross_validate(model, &data, &KFold::new(5), &[Scoring::RSquared])?;
///     assert!(folds.mean(Scoring::RSquared)? > 0.45);
/// }
/// # Ok::<(), gradus::Error>(())
/// ```
pub trait Estimator: Debug + Send + Sync {
    /// Learns from these examples.
    ///
    /// # Errors
    /// Input that the model refuses: missing values, text, parameters out of range.
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>>;
}

/// A fitted model of any kind.
pub trait Predictor: Debug + Send + Sync {
    /// Predictions, n × k: numbers for each target, or one column of class labels as the target held them.
    ///
    /// # Errors
    /// Other columns than the model was fitted on, text, missing values.
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>>;

    /// The label of each class that the model distinguishes, as in the target; empty for a regression, and by default.
    fn class_labels(&self) -> Vec<f64> {
        vec![]
    }

    /// The names of the classes, in the order of the probabilities' columns; by default those of the labels as numbers.
    #[doc(alias = "classes_")]
    fn classes(&self) -> Vec<String> {
        self.class_labels().into_iter().map(number_name).collect()
    }

    /// The probability of each class, where the model knows it; a regression does not.
    ///
    /// # Errors
    /// As [`predict_values`](Self::predict_values).
    fn probabilities(&self, _data: &Dataset) -> Result<Option<Probabilities>> {
        Ok(None)
    }

    /// The data with its one target of classes as the model's own target holds it: its classes are matched by what they are
    /// called. By default the data as it is.
    ///
    /// # Errors
    /// Classes that mean none of the model's own.
    fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
        Ok(Cow::Borrowed(data))
    }
}

/// Probabilities of the classes that a model has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Probabilities {
    /// The label of each column, as the target held it, in rising order.
    pub labels: Vec<f64>,
    /// Probabilities, n × classes; each row adds up to 1.
    pub values: Array2<f64>,
}

impl<E: Estimator + ?Sized> Estimator for &E {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        (**self).fit_model(train)
    }
}

impl<E: Estimator + ?Sized> Estimator for Box<E> {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        (**self).fit_model(train)
    }
}
