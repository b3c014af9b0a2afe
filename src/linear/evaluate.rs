//! How good a linear classifier is on examples.

use super::classifier::LinearClassifier;
use crate::data::{Examples, class_name};
use crate::error::Result;
use crate::metrics::{Answers, ClassificationReport, ConfusionMatrix, Evaluation, RocCurve, Scores};

impl LinearClassifier {
    /// Log loss and accuracy on these examples.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let TrainTest { train, test } = iris.train_test_stratified([0.7, 0.3], Seed(1))?;
    /// let fit = SoftmaxRegression::maximum_likelihood().c(1.0).fit(&train)?;
    /// assert_eq!(fit.evaluate(&test)?.get("accuracy")?, fit.score(&test)?);
    /// assert_eq!(fit.confusion_matrix(&test)?.accuracy(), fit.score(&test)?);
    /// assert_eq!(fit.report(&test)?.classes.len(), 3);
    /// assert!(fit.roc_curve_of(&test, "setosa")?.auc() > 0.99);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`score`](Self::score).
    pub fn evaluate(&self, examples: &impl Examples) -> Result<Evaluation> {
        self.answers(examples)?.evaluation()
    }

    /// How often each class is called what, k × k, on these examples: rows are the true classes, columns those said. The
    /// classes are those that the classifier knows, and others that the examples show.
    ///
    /// # Errors
    /// As [`score`](Self::score).
    pub fn confusion_matrix(&self, examples: &impl Examples) -> Result<ConfusionMatrix> {
        self.answers(examples)?.confusion_matrix()
    }

    /// Precision, recall and F1 of each class on these examples, and their means.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix).
    pub fn report(&self, examples: &impl Examples) -> Result<ClassificationReport> {
        self.answers(examples)?.report()
    }

    /// The ROC curve of the second of two classes on these examples, by its probability.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix); more classes than two, of which
    /// [`roc_curve_of`](Self::roc_curve_of) takes one; examples that are all of one class.
    pub fn roc_curve(&self, examples: &impl Examples) -> Result<RocCurve> {
        self.answers(examples)?.roc_curve()
    }

    /// The ROC curve of this class, by its name, against all others.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix); a class that is not there; examples that are all of it, or none.
    pub fn roc_curve_of(&self, examples: &impl Examples, class: &str) -> Result<RocCurve> {
        self.answers(examples)?.roc_curve_of(class)
    }

    fn answers(&self, examples: &impl Examples) -> Result<Answers> {
        let known = self.labels().iter().copied().zip(self.classes().iter().cloned()).collect();
        let probabilities = Scores::Probabilities(self.predict_proba(examples)?);
        let (truth, said) = (self.classes.labels_of(examples)?, self.predict(examples)?);
        Answers::new(known, |label| class_name(self.target(), label), &truth, &said, Some(probabilities))
    }
}
