//! `CustomMetric`: a measure that a notebook brings along.

use std::fmt;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::metric::Metric;
use crate::error::{Error, Result};

/// What measures: from targets and outputs, an example a row each, to a number.
type Measure = fn(&Array2<f64>, &Array2<f64>) -> f64;

/// A measure of your own, by its name and a plain function: [`Metric::rising`], [`Metric::falling`].
///
/// A file keeps its name and direction, not the function: a training that goes on from a
/// [`Checkpoint`](super::Checkpoint) needs it [again](super::Checkpoint::metric).
#[derive(Clone, Serialize, Deserialize)]
pub struct CustomMetric {
    name: String,
    rises: bool,
    #[serde(skip)]
    measure: Option<Measure>,
}

impl Metric {
    /// A measure of your own that is the better the greater it is.
    ///
    /// The function gets the targets as the loss takes them (n × 1 class numbers or numbers, or n × k with a 1 for the
    /// class) and the outputs as [`predict_raw`](super::Network::predict_raw) gives them, n × k. A notebook's cell
    /// can keep a `fn`, not a closure. What is not finite stands in the history as it is, and is no progress for early
    /// stopping.
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
    /// let fit = Fit::epochs(30).validation_split(0.2).metric(Metric::rising("F1 with ε", f1));
    /// let fit = fit.early_stopping(EarlyStopping::on("validation F1 with ε").patience(5));
    /// let history = net.fit(&cancer, fit)?;
    /// let best = history.get("validation F1 with ε")?.iter().copied().fold(0.0, f64::max);
    /// assert!(best > 0.85); // and the network has the weights of that epoch
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn rising(name: impl Into<String>, measure: fn(&Array2<f64>, &Array2<f64>) -> f64) -> Self {
        Metric::Custom(CustomMetric { name: name.into(), rises: true, measure: Some(measure) })
    }

    /// A measure of your own that is the better the smaller it is; the rest as for [`rising`](Metric::rising).
    pub fn falling(name: impl Into<String>, measure: fn(&Array2<f64>, &Array2<f64>) -> f64) -> Self {
        Metric::Custom(CustomMetric { name: name.into(), rises: false, measure: Some(measure) })
    }
}

impl CustomMetric {
    /// Its name in histories and figures.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether more is better.
    pub fn rises(&self) -> bool {
        self.rises
    }

    /// The function, where no file has lost it.
    pub(super) fn measure(&self) -> Result<Measure> {
        self.measure.ok_or_else(|| {
            let (name, way) = (&self.name, if self.rises { "rising" } else { "falling" });
            Error::Data(format!(
                "a file holds no functions; give the metric `{name}` with \
                 `Checkpoint::metric(Metric::{way}(\"{name}\", …))`"
            ))
        })
    }
}

/// By name and direction: where a function lies in memory says nothing of what it does.
impl PartialEq for CustomMetric {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.rises) == (&other.name, other.rises)
    }
}

impl Eq for CustomMetric {}

impl fmt::Debug for CustomMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.rises { "rising" } else { "falling" };
        write!(f, "{} ({way})", self.name)
    }
}
