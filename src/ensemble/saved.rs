//! Averages as files.

use super::voter::Voter;
use super::voting_ensemble::VotingEnsemble;
use crate::linear::{FittedClosedForm, FittedGradientDescent, FittedMaximumLikelihood, LinearClassifier, LinearModel};
use crate::nn::Network;
use crate::saved::Saved;

/// What does not fit in an average that was put together from a file.
fn check<M: Voter + Saved>(average: &VotingEnsemble<M>) -> Result<(), String> {
    let (models, weights) = (average.models(), average.weights());
    if models.is_empty() || models.len() != weights.len() {
        return Err(format!("{} models, {} weights", models.len(), weights.len()));
    }
    // A NaN is neither.
    let adds_up = (weights.iter().sum::<f64>() - 1.0).abs() <= 1e-9;
    if !(adds_up && weights.iter().all(|weight| *weight >= 0.0)) {
        return Err(format!("the weights {weights:?}"));
    }
    let classes = average.known_classes();
    if average.majority() && classes.is_empty() || models.iter().any(|model| model.known_classes() != classes) {
        return Err("the models do not know the same classes".into());
    }
    models.iter().try_for_each(Saved::check)
}

macro_rules! saved {
    ($($type:ty => $name:literal),* $(,)?) => {$(
        impl Saved for VotingEnsemble<$type> {
            const TYPE: &'static str = concat!("VotingEnsemble<", $name, ">");

            fn check(&self) -> Result<(), String> {
                check(self)
            }
        }
    )*};
}

saved! {
    Network => "Network",
    LinearModel => "LinearModel",
    LinearClassifier => "LinearClassifier",
    FittedClosedForm => "FittedClosedForm",
    FittedMaximumLikelihood => "FittedMaximumLikelihood",
    FittedGradientDescent => "FittedGradientDescent",
    FittedGradientDescent<LinearClassifier> => "FittedGradientDescent<LinearClassifier>",
}
