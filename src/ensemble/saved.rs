//! Averages as files.

use super::averaged::Averaged;
use super::averaging::Averaging;
use crate::linear::{Descent, LeastSquares, LikelihoodFit, LinearClassifier, LinearModel};
use crate::nn::Network;
use crate::saved::Saved;

/// What does not fit in an average that was put together from a file.
fn check<M: Averaged + Saved>(average: &Averaging<M>) -> Result<(), String> {
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
        return Err("the models do not tell the same classes".into());
    }
    models.iter().try_for_each(Saved::check)
}

macro_rules! saved {
    ($($type:ty => $name:literal),* $(,)?) => {$(
        impl Saved for Averaging<$type> {
            const TYPE: &'static str = $name;

            fn check(&self) -> Result<(), String> {
                check(self)
            }
        }
    )*};
}

saved! {
    Network => "Averaging<Network>",
    LinearModel => "Averaging<LinearModel>",
    LinearClassifier => "Averaging<LinearClassifier>",
    LeastSquares => "Averaging<LeastSquares>",
    LikelihoodFit => "Averaging<LikelihoodFit>",
    Descent => "Averaging<Descent>",
    Descent<LinearClassifier> => "Averaging<Descent<LinearClassifier>>",
}
