//! Pipelines: what prepares the features, learned from the training part alone, before the model itself.

use std::borrow::Cow;

use ndarray::Array2;

use super::estimator::{Estimator, Predictor, Probabilities};
use crate::data::{
    Dataset, FittedImputer, Imputer, MeanNormalizer, MinMaxScaler, PolynomialFeatures, Scaler, StandardScaler,
};
use crate::error::Result;

/// One preparation of the features.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Fill in what is missing.
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

/// Steps that prepare the features, in order, and a model after them; an estimator like any other.
///
/// Each step learns from the rows that the model learns from, inside the fold. Scaling the whole data first would tell the
/// model something of the rows it is judged with. A column that holds one value only is scaled to 0.
///
/// ```
/// use gradus::prelude::*;
/// let curve = generators::polynomial(40, &[1.0, 0.0, -2.0], 0.1, Seed(1))?;
/// let model = Pipeline::new([Step::polynomial(2), Step::Standardize], LinearRegression::closed_form());
/// let scores = cross_validate(&model, &curve, &KFold::new(5).shuffled(Seed(1)), &[Scoring::RSquared])?;
/// assert!(scores.mean(Scoring::RSquared)? > 0.9);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline<E> {
    steps: Vec<Step>,
    model: E,
}

impl<E: Estimator> Pipeline<E> {
    /// These steps in this order, then this model.
    pub fn new(steps: impl IntoIterator<Item = Step>, model: E) -> Self {
        Pipeline { steps: steps.into_iter().collect(), model }
    }

    /// Learns the steps, one after the other, and then the model.
    ///
    /// # Errors
    /// As the steps and the model say.
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

/// A fitted [`Pipeline`]: takes data as it came, prepares it as learned, predicts.
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
