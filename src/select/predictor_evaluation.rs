//! Scores and reports of a model behind [`Predictor`]: the same methods as those of concrete models.

use std::borrow::Cow;

use ndarray::{Array2, Axis};

use super::estimator::Predictor;
use super::pipeline::FittedPipeline;
use super::scoring::{Scoring, without_probabilities};
use crate::data::{Dataset, class_name};
use crate::error::{Error, Result};
use crate::metrics::{Answers, ClassificationReport, ConfusionMatrix, Evaluation, RocCurve, Scores};

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

    /// The confusion matrix on these examples, k × k: rows are the true classes, columns the predicted ones. The classes are
    /// those that the model knows, and others that occur in the examples.
    ///
    /// # Errors
    /// As `score`; a model of numbers.
    pub fn confusion_matrix(&self, data: &Dataset) -> Result<ConfusionMatrix> {
        self.answers(data)?.confusion_matrix()
    }

    /// Precision, recall and F1 of each class on these examples, and their means.
    ///
    /// # Errors
    /// As `confusion_matrix`.
    pub fn report(&self, data: &Dataset) -> Result<ClassificationReport> {
        self.answers(data)?.report()
    }

    /// The ROC curve of the second of two classes on these examples, by its probability.
    ///
    /// # Errors
    /// As `confusion_matrix`; more classes than two, of which
    /// `roc_curve_of` takes one; examples that are all of one class.
    pub fn roc_curve(&self, data: &Dataset) -> Result<RocCurve> {
        self.answers(data)?.roc_curve()
    }

    /// The ROC curve of this class, by its name, against all others.
    ///
    /// # Errors
    /// As `confusion_matrix`; an unknown class; examples that are all of it, or none.
    pub fn roc_curve_of(&self, data: &Dataset, class: &str) -> Result<RocCurve> {
        self.answers(data)?.roc_curve_of(class)
    }

    /// Whether the model knows classes, or answers with those of this data.
    fn predicts_classes(&self, data: &Dataset) -> Result<bool> {
        Ok(!self.class_labels().is_empty() || self.in_own_labels(data)?.classes().is_some())
    }

    fn answers(&self, data: &Dataset) -> Result<Answers> {
        let own: Cow<'_, Dataset> = self.in_own_labels(data)?;
        if self.class_labels().is_empty() && own.classes().is_none() {
            return Err(Error::Data("the model predicts numbers, not classes; use `evaluate` or `score`".into()));
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

    /// The confusion matrix on these examples, k × k: rows are the true classes, columns the predicted ones. The classes are
    /// those that the model knows, and others that occur in the examples.
    ///
    /// # Errors
    /// As [`score`](Self::score); a model of numbers.
    pub fn confusion_matrix(&self, data: &Dataset) -> Result<ConfusionMatrix> {
        self.answers(data)?.confusion_matrix()
    }

    /// Precision, recall and F1 of each class on these examples, and their means.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix).
    pub fn report(&self, data: &Dataset) -> Result<ClassificationReport> {
        self.answers(data)?.report()
    }

    /// The ROC curve of the second of two classes on these examples, by its probability.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix); more classes than two, of which
    /// [`roc_curve_of`](Self::roc_curve_of) takes one; examples that are all of one class.
    pub fn roc_curve(&self, data: &Dataset) -> Result<RocCurve> {
        self.answers(data)?.roc_curve()
    }

    /// The ROC curve of this class, by its name, against all others.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix); an unknown class; examples that are all of it, or none.
    pub fn roc_curve_of(&self, data: &Dataset, class: &str) -> Result<RocCurve> {
        self.answers(data)?.roc_curve_of(class)
    }

    fn answers(&self, data: &Dataset) -> Result<Answers> {
        self.model().answers(&self.transform(data)?)
    }
}
