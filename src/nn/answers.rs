//! A network's predictions against the truth, class by class.

use super::metric::true_classes;
use super::network::Network;
use super::predict::require_finite_outputs;
use crate::data::Examples;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::metrics::{Answers, Scores, classifier_methods};

impl Network {
    classifier_methods!(&dyn Examples);

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
