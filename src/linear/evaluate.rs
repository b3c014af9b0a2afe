//! How good a linear classifier is on examples.

use super::classifier::LinearClassifier;
use crate::data::{Examples, class_name};
use crate::error::Result;
use crate::metrics::{Answers, Evaluation, Scores, classifier_methods};

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
    /// assert!(fit.precision_recall_curve_of(&test, "setosa")?.average_precision() > 0.99);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`score`](Self::score).
    pub fn evaluate(&self, examples: &impl Examples) -> Result<Evaluation> {
        self.answers(examples)?.evaluation()
    }

    classifier_methods!(&impl Examples);

    fn answers(&self, examples: &impl Examples) -> Result<Answers> {
        let known = self.labels().iter().copied().zip(self.classes()).collect();
        let probabilities = Scores::Probabilities(self.predict_proba(examples)?);
        let (truth, said) = (self.classes.labels_of(examples)?, self.predict(examples)?);
        Answers::new(known, |label| class_name(self.target(), label), &truth, &said, Some(probabilities))
    }
}
