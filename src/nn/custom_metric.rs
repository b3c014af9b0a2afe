//! `CustomMetric`: a metric of your own.

use std::fmt;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// From targets and outputs, one row per example each, to a number.
type Function = fn(&Array2<f64>, &Array2<f64>) -> f64;

/// A metric of your own: a name and a plain function.
///
/// The function gets the targets as the loss takes them (n × 1 class numbers or numbers, or n × k with a 1 for the class)
/// and the outputs as [`predict_raw`](super::Network::predict_raw) returns them, n × k. A notebook's cell can keep a `fn`,
/// not a closure. A value that is not finite is recorded as it is, and is no improvement for early stopping.
///
/// A file stores the name and the direction, not the function: a training that resumes from a
/// [`Checkpoint`](super::Checkpoint) needs it [again](super::Checkpoint::metric).
///
/// ```
/// use gradus::prelude::*;
/// /// F1 as slide B24 has it: rounded, and with ε in the denominators, so that nothing is divided by 0.
/// fn f1(truth: &Array2<f64>, outputs: &Array2<f64>) -> f64 {
///     let (positive, epsilon) = (outputs.mapv(|p| p.clamp(0.0, 1.0).round()), 1e-7);
///     let hits = (truth * &positive).sum();
///     let (precision, recall) = (hits / (positive.sum() + epsilon), hits / (truth.sum() + epsilon));
///     2.0 * precision * recall / (precision + recall + epsilon)
/// }
/// let cancer = datasets::breast_cancer()?;
/// let cancer = StandardScaler::fit(&cancer)?.transform(&cancer)?;
/// let net = Sequential::new([30]).dense(1).sigmoid();
/// let mut net = net.compile(Adam::new(0.01), BinaryCrossEntropy, Device::Cpu, Seed(1))?;
/// let fit = Fit::epochs(30).validation_split(0.2).metric(CustomMetric::new("F1 with ε", f1));
/// let fit = fit.early_stopping(EarlyStopping::on("validation F1 with ε").patience(5));
/// let history = net.fit(&cancer, fit)?;
/// let best = history.get("validation F1 with ε")?.iter().copied().fold(0.0, f64::max);
/// assert!(best > 0.85); // and the network has the weights of that epoch
/// # Ok::<(), gradus::Error>(())
/// ```
#[doc(alias = "make_scorer")]
#[derive(Clone, Serialize, Deserialize)]
pub struct CustomMetric {
    name: String,
    #[serde(alias = "rises")]
    greater_is_better: bool,
    #[serde(skip)]
    function: Option<Function>,
}

impl CustomMetric {
    /// A metric of this name, of which a greater value is better.
    pub fn new(name: impl Into<String>, function: fn(&Array2<f64>, &Array2<f64>) -> f64) -> Self {
        CustomMetric { name: name.into(), greater_is_better: true, function: Some(function) }
    }

    /// Sets whether a greater value is better; default true.
    #[must_use]
    pub fn greater_is_better(mut self, greater: bool) -> Self {
        self.greater_is_better = greater;
        self
    }

    /// The name in histories and figures.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_greater_better(&self) -> bool {
        self.greater_is_better
    }

    /// The function, which is missing after a file was read.
    pub(super) fn function(&self) -> Result<Function> {
        self.function.ok_or_else(|| {
            let (name, setter) = (&self.name, if self.greater_is_better { "" } else { ".greater_is_better(false)" });
            Error::Data(format!(
                "a file stores no functions; give the metric `{name}` with \
                 `Checkpoint::metric(CustomMetric::new(\"{name}\", …){setter})`"
            ))
        })
    }
}

/// By name and direction: the address of a function does not determine what it does.
impl PartialEq for CustomMetric {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.greater_is_better) == (&other.name, other.greater_is_better)
    }
}

impl Eq for CustomMetric {}

impl fmt::Debug for CustomMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let better = if self.greater_is_better { "greater" } else { "lower" };
        write!(f, "{} ({better} is better)", self.name)
    }
}
