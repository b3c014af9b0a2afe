//! `Voter`: fitted models whose answers, probabilities of classes or numbers, can be averaged.

use std::fmt::Debug;

use ndarray::{Array1, Array2};

use crate::data::{Column, Examples, Inputs, Labels};
use crate::error::{Error, Result};
use crate::linear::{FittedClosedForm, FittedGradientDescent, FittedMaximumLikelihood, LinearClassifier, LinearModel};
use crate::nn::Network;

/// A fitted model that [`VotingEnsemble`](super::VotingEnsemble) takes: networks, linear models, linear classifiers.
pub trait Voter: Debug {
    /// The label and the name of each class, in rising order of the labels; a regression has none.
    fn known_classes(&self) -> Vec<(f64, String)>;

    /// Whether [`answers`](Self::answers) of a classifier are probabilities.
    fn knows_probabilities(&self) -> bool {
        true
    }

    /// Where each answer is about a label of its own: the answer beyond which an example has the label. Such a model
    /// has no known classes, and its [`answers`](Self::answers) are n × labels.
    fn label_threshold(&self) -> Option<f64> {
        None
    }

    /// The probability of each class, n × classes; of a regression the predictions, n × targets.
    ///
    /// # Errors
    /// Other columns than the model was fitted on, text, missing or infinite values.
    fn answers(&self, inputs: &impl Inputs) -> Result<Array2<f64>>;

    /// The label of the predicted class of each example.
    ///
    /// # Errors
    /// As [`answers`](Self::answers).
    fn labels(&self, inputs: &impl Inputs) -> Result<Array1<f64>>;

    /// The label of the class that each example shows, as [`labels`](Self::labels) gives it.
    ///
    /// # Errors
    /// Targets of another shape than the model learns from, classes that mean none of its own.
    fn true_labels(&self, examples: &impl Examples) -> Result<Array1<f64>> {
        let (targets, columns) = (examples.outputs(), examples.output_columns().unwrap_or_default());
        if targets.ncols() != 1 {
            let (expected, found) = ("one column of classes".into(), format!("{:?}", targets.shape()));
            return Err(Error::Shape { what: "targets".into(), expected, found });
        }
        let known: Vec<f64> = self.known_classes().into_iter().map(|(label, _)| label).collect();
        let own = self.target().unwrap_or_else(|| Column::number("y"));
        let (has, lacks) = ("the models know", "the models do not know");
        Labels { own: &own, known: &known, has, lacks }.read(columns.first(), targets.column(0))
    }

    /// The target's column that a classifier was fitted on, where it is known.
    fn target(&self) -> Option<Column> {
        None
    }

    /// What it is, in a few words.
    fn in_words(&self) -> String;
}

impl Voter for Network {
    fn known_classes(&self) -> Vec<(f64, String)> {
        if self.is_multi_label() {
            return vec![];
        }
        self.classes().into_iter().enumerate().map(|(at, name)| (at as f64, name)).collect()
    }

    fn knows_probabilities(&self) -> bool {
        self.gives_probabilities()
    }

    fn label_threshold(&self) -> Option<f64> {
        self.is_multi_label().then_some(if self.gives_probabilities() { 0.5 } else { 0.0 })
    }

    fn answers(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        let labels_alone = self.is_multi_label() && !self.gives_probabilities();
        if self.is_classifier() && !labels_alone { self.predict_proba(inputs) } else { self.predict_raw(inputs) }
    }

    fn labels(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
        self.predict(inputs)
    }

    fn true_labels(&self, examples: &impl Examples) -> Result<Array1<f64>> {
        Network::true_labels(self, examples)
    }

    fn target(&self) -> Option<Column> {
        Network::target(self)
    }

    fn in_words(&self) -> String {
        format!("{self:?}")
    }
}

impl Voter for LinearModel {
    fn known_classes(&self) -> Vec<(f64, String)> {
        vec![]
    }

    fn answers(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        self.predict_raw(inputs)
    }

    fn labels(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
        self.predict(inputs)
    }

    fn in_words(&self) -> String {
        format!("linear model of {} features", self.columns().len())
    }
}

impl Voter for LinearClassifier {
    fn known_classes(&self) -> Vec<(f64, String)> {
        self.labels().iter().copied().zip(self.classes()).collect()
    }

    fn answers(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
        self.predict_proba(inputs)
    }

    fn labels(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
        self.predict(inputs)
    }

    fn target(&self) -> Option<Column> {
        Some(LinearClassifier::target(self).clone())
    }

    fn in_words(&self) -> String {
        format!("linear classifier of {} features", self.columns().len())
    }
}

/// A fitted type votes as its model.
macro_rules! as_its_model {
    ($($type:ty),*) => {$(
        impl Voter for $type {
            fn known_classes(&self) -> Vec<(f64, String)> {
                self.model().known_classes()
            }

            fn answers(&self, inputs: &impl Inputs) -> Result<Array2<f64>> {
                self.model().answers(inputs)
            }

            fn labels(&self, inputs: &impl Inputs) -> Result<Array1<f64>> {
                Voter::labels(self.model(), inputs)
            }

            fn true_labels(&self, examples: &impl Examples) -> Result<Array1<f64>> {
                Voter::true_labels(self.model(), examples)
            }

            fn target(&self) -> Option<Column> {
                Voter::target(self.model())
            }

            fn in_words(&self) -> String {
                self.model().in_words()
            }
        }
    )*};
}

as_its_model!(
    FittedClosedForm,
    FittedMaximumLikelihood,
    FittedGradientDescent,
    FittedGradientDescent<LinearClassifier>
);
