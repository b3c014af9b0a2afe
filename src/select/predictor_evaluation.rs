//! Scores and reports of a model behind [`Predictor`]: the same methods as those of concrete models.

use std::borrow::Cow;

use ndarray::{Array1, Array2, Axis};

use super::estimator::Predictor;
use super::pipeline::FittedPipeline;
use super::scoring::{Scoring, without_probabilities};
use crate::data::{Dataset, class_name};
use crate::error::{Error, Result};
use crate::metrics::{Answers, Evaluation, Scores, classifier_methods};

impl<'a> dyn Predictor + 'a {
    /// Accuracy for classes; R² for numbers, its mean over several targets.
    ///
    /// # Errors
    /// What the model cannot predict from; targets of another shape, classes that mean none of the model's.
    pub fn score(&self, data: &Dataset) -> Result<f64> {
        let scoring = if self.predicts_classes(data)? { Scoring::Accuracy } else { Scoring::RSquared };
        scoring.score(self, data)
    }

    /// Log loss and accuracy for classes; for numbers the mean squared error, the mean absolute error and R².
    ///
    /// # Errors
    /// As `score`; a classifier without probabilities.
    pub fn evaluate(&self, data: &Dataset) -> Result<Evaluation> {
        match self.predicts_classes(data)? {
            true => self.answers(data)?.evaluation(),
            false => Evaluation::of_numbers(data.targets().view(), self.predict_values(data)?.view()),
        }
    }

    /// The probability of each class, n × classes, in rising order of the labels.
    ///
    /// # Errors
    /// What the model cannot predict from; a model without probabilities.
    pub fn predict_proba(&self, data: &Dataset) -> Result<Array2<f64>> {
        let found = self.probabilities(data)?.ok_or_else(|| without_probabilities("`predict_proba`"))?;
        Ok(found.values)
    }

    /// One prediction per example: the label of the predicted class as the target held it, or the one number of a
    /// regression.
    ///
    /// # Errors
    /// What the model cannot predict from; several targets, which `predict_values` predicts.
    pub fn predict(&self, data: &Dataset) -> Result<Array1<f64>> {
        let predicted = self.predict_values(data)?;
        match predicted.ncols() {
            1 => Ok(predicted.index_axis_move(Axis(1), 0)),
            several => Err(Error::Data(format!("the model has {several} targets; `predict_values` predicts them all"))),
        }
    }

    classifier_methods!(&Dataset);

    /// Whether the model knows classes, or answers with those of this data.
    fn predicts_classes(&self, data: &Dataset) -> Result<bool> {
        Ok(!self.class_labels().is_empty() || self.in_own_labels(data)?.classes().is_some())
    }

    fn answers(&self, data: &Dataset) -> Result<Answers> {
        let own: Cow<'_, Dataset> = self.in_own_labels(data)?;
        if self.class_labels().is_empty() && own.classes().is_none() {
            return Err(Error::Data("the model predicts numbers, not classes; use `evaluate` and `score`".into()));
        }
        let (truth, target) = (own.target()?.to_owned(), &own.target_columns()[0]);
        let predicted = self.predict_values(&own)?;
        if predicted.dim() != (truth.len(), 1) {
            let expected = format!("[{}, 1], one column of class labels", truth.len());
            let found = format!("{:?}", predicted.shape());
            return Err(Error::Shape { what: "predictions to score".into(), expected, found });
        }
        let found = self.probabilities(&own)?;
        let labels = found.as_ref().map_or_else(|| self.class_labels(), |found| found.labels.clone());
        let known = labels.into_iter().map(|label| (label, class_name(target, label))).collect();
        let scores = found.map(|found| Scores::Probabilities(found.values));
        Answers::new(known, |label| class_name(target, label), &truth, &predicted.index_axis_move(Axis(1), 0), scores)
    }
}

/// Each method takes the original data and transforms it as fitted.
impl FittedPipeline {
    /// Accuracy for classes; R² for numbers, its mean over several targets.
    ///
    /// # Errors
    /// What the model cannot predict from; targets of another shape, classes that mean none of the model's.
    pub fn score(&self, data: &Dataset) -> Result<f64> {
        self.model().score(&self.transform(data)?)
    }

    /// Log loss and accuracy for classes; for numbers the mean squared error, the mean absolute error and R².
    ///
    /// # Errors
    /// As [`score`](Self::score); a classifier without probabilities.
    pub fn evaluate(&self, data: &Dataset) -> Result<Evaluation> {
        self.model().evaluate(&self.transform(data)?)
    }

    /// The probability of each class, n × classes, in rising order of the labels.
    ///
    /// # Errors
    /// What the model cannot predict from; a model without probabilities.
    pub fn predict_proba(&self, data: &Dataset) -> Result<Array2<f64>> {
        self.model().predict_proba(&self.transform(data)?)
    }

    /// The names of the classes, in the order of the probabilities' columns; a regression has none.
    #[doc(alias = "classes_")]
    pub fn classes(&self) -> Vec<String> {
        self.model().classes()
    }

    /// One prediction per example: the label of the predicted class as the target held it, or the one number of a
    /// regression.
    ///
    /// # Errors
    /// What the model cannot predict from; several targets, which [`predict_values`](Predictor::predict_values)
    /// predicts.
    pub fn predict(&self, data: &Dataset) -> Result<Array1<f64>> {
        self.model().predict(&self.transform(data)?)
    }

    classifier_methods!(&Dataset);

    fn answers(&self, data: &Dataset) -> Result<Answers> {
        self.model().answers(&self.transform(data)?)
    }
}
