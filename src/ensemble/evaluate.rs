//! How good an average of models is on examples.

use super::voter::Voter;
use super::voting_ensemble::VotingEnsemble;
use crate::data::{Column, Examples, class_name};
use crate::error::{Error, Result};
use crate::loss::{BinaryCrossEntropy, Loss};
use crate::metrics::{self, Answers, ClassificationReport, ConfusionMatrix, Evaluation, RocCurve, Scores};
use crate::nn::present_labels;

impl<M: Voter> VotingEnsemble<M> {
    /// Log loss and accuracy for classes, of networks of several labels the binary cross-entropy and the share of the answers
    /// that is right; for numbers the mean squared error, the mean absolute error and R².
    ///
    /// # Errors
    /// As [`score`](Self::score); networks of several labels without probabilities.
    pub fn evaluate(&self, examples: &impl Examples) -> Result<Evaluation> {
        if !self.known_classes().is_empty() {
            return self.answers(examples)?.evaluation();
        }
        let predicted = self.predict_raw(examples)?;
        let Some(threshold) = self.models().first().and_then(Voter::label_threshold) else {
            return Evaluation::of_numbers(examples.outputs(), predicted.view());
        };
        if threshold != 0.5 {
            let problem =
                "the loss of several labels needs probabilities, and these models have none; `score` needs none";
            return Err(Error::Data(problem.into()));
        }
        Ok(Evaluation {
            loss: BinaryCrossEntropy.value(&present_labels(&examples.outputs().to_owned()), &predicted)?,
            metrics: vec![("accuracy".into(), self.score(examples)?)],
        })
    }

    /// How often each class is called what, k × k, on these examples: rows are the true classes, columns those said. The
    /// classes are those that the models knows, and others that the examples show.
    ///
    /// # Errors
    /// As [`score`](Self::score); models of numbers, or of several labels.
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

    /// The ROC curve of the second of two classes on these examples, by its probability, or of a [majority](Self::by_majority) its share of the votes.
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
        let known = self.known_classes();
        let Some(first) = self.models().first().filter(|_| !known.is_empty()) else {
            return Err(Error::Data(
                "the models tell numbers or several labels an example, not classes; `evaluate` and `score` judge those"
                    .into(),
            ));
        };
        let probabilities = self.predict_proba(examples)?;
        let said = probabilities.rows().into_iter().map(|row| known[metrics::greatest(row)].0).collect();
        let own = first.target().unwrap_or_else(|| Column::number("y"));
        let (truth, scores) = (first.true_labels(examples)?, Scores::Probabilities(probabilities));
        Answers::new(known, |label| class_name(&own, label), &truth, &said, Some(scores))
    }
}
