//! A network's predictions against the truth, class by class.

use super::metric::true_classes;
use super::network::Network;
use super::predict::require_finite_outputs;
use crate::data::Examples;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::metrics::{Answers, ClassificationReport, ConfusionMatrix, RocCurve, Scores};

impl Network {
    /// The confusion matrix on these examples, k × k: rows are the true classes, columns the predicted ones. The
    /// classes are those that the network knows, and others that the examples show.
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them; a network of numbers, or one of
    /// [several labels](Network::is_multi_label), whose metrics [`evaluate`](Network::evaluate) measures; an output that is not
    /// finite.
    pub fn confusion_matrix(&self, examples: &dyn Examples) -> Result<ConfusionMatrix> {
        self.answers(examples)?.confusion_matrix()
    }

    /// Precision, recall and F1 of each class on these examples, and their means.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix).
    pub fn report(&self, examples: &dyn Examples) -> Result<ClassificationReport> {
        self.answers(examples)?.report()
    }

    /// The ROC curve of the second of two classes on these examples, by its probability, or where the loss makes none its score.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix); more classes than two, of which
    /// [`roc_curve_of`](Self::roc_curve_of) takes one; examples that are all of one class.
    pub fn roc_curve(&self, examples: &dyn Examples) -> Result<RocCurve> {
        self.answers(examples)?.roc_curve()
    }

    /// The ROC curve of this class, by its name, against all others.
    ///
    /// # Errors
    /// As [`confusion_matrix`](Self::confusion_matrix); a class that is not there; examples that are all of it, or none.
    pub fn roc_curve_of(&self, examples: &dyn Examples, class: &str) -> Result<RocCurve> {
        self.answers(examples)?.roc_curve_of(class)
    }

    fn answers(&self, examples: &dyn Examples) -> Result<Answers> {
        if !self.is_classifier() {
            return Err(Error::Data(format!(
                "the network predicts numbers, not classes: its loss is the {}; `evaluate` and `score` measure those",
                self.loss_function().name()
            )));
        }
        if self.is_multi_label() {
            return Err(Error::Data(format!(
                "an example has several answers, as each of the {} outputs is a label of its own; `evaluate_with` \
                 measures them all, and `predict_labels` and `predict_proba` give them for measures of your own",
                self.output_count()
            )));
        }
        let prepared = self.prepare(examples)?;
        let outputs = self.outputs_of(&prepared.x)?;
        require_finite_outputs(&outputs)?;
        if !self.one_class_each(&prepared.truth()) {
            return Err(Error::Data(
                "a class each is needed, but some rows of the targets have several, or none".into(),
            ));
        }
        let said = self.class_numbers(&outputs);
        let scores = match self.gives_probabilities() {
            true => Scores::Probabilities(self.probabilities_of(outputs)?),
            false => Scores::Margins(outputs),
        };
        let known = self.classes().into_iter().enumerate().map(|(class, name)| (class as f64, name)).collect();
        Answers::new(known, |label| label.to_string(), &true_classes(&prepared.truth()), &said, Some(scores))
    }
}
