//! How good an average of models is on examples.

use super::voter::Voter;
use super::voting_ensemble::VotingEnsemble;
use crate::data::{Column, Examples, class_name};
use crate::error::{Error, Result};
use crate::loss::{BinaryCrossEntropy, Loss};
use crate::metrics::{self, Answers, Evaluation, Scores, classifier_methods};
use crate::nn::present_labels;

impl<M: Voter> VotingEnsemble<M> {
    /// Log loss and accuracy for classes, of networks of several labels the binary cross-entropy and the share of the
    /// answers that is right; for numbers the mean squared error, the mean absolute error and R².
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

    classifier_methods!(&impl Examples);

    fn answers(&self, examples: &impl Examples) -> Result<Answers> {
        let known = self.known_classes();
        let Some(first) = self.models().first().filter(|_| !known.is_empty()) else {
            return Err(Error::Data(
                "the models predict numbers or several labels per example, not classes; use `evaluate` and `score`"
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
