//! Pipelines: preprocessing fitted on the training part alone, and a model after it.

use std::borrow::Cow;

use ndarray::Array2;

use super::estimator::{Estimator, Predictor, Probabilities};
use crate::data::{
    Dataset, FittedImputer, Imputer, MeanNormalizer, MinMaxScaler, PolynomialFeatures, Scaler, StandardScaler,
};
use crate::error::Result;

/// One preprocessing step.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Fills in missing values.
    Impute(Imputer),
    /// Powers and products of the features.
    Polynomial(PolynomialFeatures),
    /// (x − x̄) / σ: [`StandardScaler`].
    Standardize,
    /// (x − x̄) / (max − min): [`MeanNormalizer`].
    NormalizeMean,
    /// (x − min) / (max − min): [`MinMaxScaler`].
    MinMax,
}

impl Step {
    /// Powers and products of the features up to this degree.
    pub fn polynomial(degree: usize) -> Self {
        Step::Polynomial(PolynomialFeatures::degree(degree))
    }

    fn fit(&self, train: &Dataset) -> Result<FittedStep> {
        // A column that varies little can be constant in one fold: it becomes 0 there, as in scikit-learn.
        Ok(match self {
            Step::Impute(imputer) => FittedStep::Impute(imputer.fit(train)?),
            Step::Polynomial(features) => FittedStep::Polynomial(*features),
            Step::Standardize => FittedStep::Standardize(StandardScaler::fit_constant_to_zero(train)?),
            Step::NormalizeMean => FittedStep::NormalizeMean(MeanNormalizer::fit_constant_to_zero(train)?),
            Step::MinMax => FittedStep::MinMax(MinMaxScaler::fit_constant_to_zero(train)?),
        })
    }
}

#[derive(Clone, Debug)]
enum FittedStep {
    Impute(FittedImputer),
    Polynomial(PolynomialFeatures),
    Standardize(StandardScaler),
    NormalizeMean(MeanNormalizer),
    MinMax(MinMaxScaler),
}

impl FittedStep {
    fn transform(&self, data: &Dataset) -> Result<Dataset> {
        match self {
            FittedStep::Impute(imputer) => imputer.transform(data),
            FittedStep::Polynomial(features) => features.transform(data),
            FittedStep::Standardize(scaler) => scaler.transform(data),
            FittedStep::NormalizeMean(scaler) => scaler.transform(data),
            FittedStep::MinMax(scaler) => scaler.transform(data),
        }
    }
}

/// Preprocessing steps, in order, and a model after them; an estimator like any other.
///
/// Each step is fitted on the model's training rows, inside the fold: scaling the whole data first would leak the
/// validation rows into training. A constant column is scaled to 0.
///
/// ```
/// use gradus::prelude::*;
/// let curve = generators::polynomial(40, &[1.0, 0.0, -2.0], 0.1, Seed(1))?;
/// let model = Pipeline::new([Step::polynomial(2), Step::Standardize], LinearRegression::closed_form());
/// let scores = cross_validate(&model, &curve, &KFold::new(5).shuffled(Seed(1)), &[Scoring::RSquared])?;
/// assert!(scores.mean(Scoring::RSquared)? > 0.9);
/// # Ok::<(), gradus::Error>(())
/// ```
#[doc(alias = "make_pipeline")]
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline<E> {
    steps: Vec<Step>,
    model: E,
}

impl<E: Estimator> Pipeline<E> {
    /// Returns the pipeline of these steps, in this order, and this model.
    pub fn new(steps: impl IntoIterator<Item = Step>, model: E) -> Self {
        Pipeline { steps: steps.into_iter().collect(), model }
    }

    /// Fits the steps, one after the other, and then the model.
    ///
    /// # Errors
    /// Those of the steps and the model.
    pub fn fit(&self, train: &Dataset) -> Result<FittedPipeline> {
        let (mut steps, mut prepared) = (Vec::new(), None);
        for step in &self.steps {
            let data = prepared.as_ref().unwrap_or(train);
            let step = step.fit(data)?;
            prepared = Some(step.transform(data)?);
            steps.push(step);
        }
        let model = self.model.fit_model(prepared.as_ref().unwrap_or(train))?;
        Ok(FittedPipeline { steps, model })
    }
}

impl<E: Estimator> Estimator for Pipeline<E> {
    fn fit_model(&self, train: &Dataset) -> Result<Box<dyn Predictor>> {
        Ok(Box::new(self.fit(train)?))
    }
}

/// A fitted [`Pipeline`]: transforms the original data as fitted, and predicts.
#[derive(Debug)]
pub struct FittedPipeline {
    steps: Vec<FittedStep>,
    model: Box<dyn Predictor>,
}

impl FittedPipeline {
    /// The data as the model sees it.
    ///
    /// # Errors
    /// Other columns than those of the fit.
    pub fn transform(&self, data: &Dataset) -> Result<Dataset> {
        self.steps.iter().try_fold(data.clone(), |data, step| step.transform(&data))
    }

    /// The model behind the steps.
    pub fn model(&self) -> &dyn Predictor {
        self.model.as_ref()
    }
}

impl Predictor for FittedPipeline {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.model.predict_values(&self.transform(data)?)
    }

    fn class_labels(&self) -> Vec<f64> {
        self.model.class_labels()
    }

    fn classes(&self) -> Vec<String> {
        self.model.classes()
    }

    fn probabilities(&self, data: &Dataset) -> Result<Option<Probabilities>> {
        self.model.probabilities(&self.transform(data)?)
    }

    fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
        self.model.in_own_labels(data)
    }
}
