//! The usual table of a classifier's scores.

use serde::{Deserialize, Serialize};

use super::{Average, ConfusionMatrix};

/// Precision, recall and F1 of each class, and their means: scikit-learn's `classification_report`. A cell shows it as a
/// table.
///
/// ```
/// use gradus::prelude::*;
/// let (actual, predicted) = (array![0.0, 0.0, 1.0, 1.0, 1.0], array![0.0, 1.0, 1.0, 1.0, 0.0]);
/// let report = ConfusionMatrix::new(actual.view(), predicted.view(), &["ham", "spam"])?.report();
/// assert_eq!((report.classes[1].recall, report.classes[1].support), (2.0 / 3.0, 3));
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassificationReport {
    /// One line a class that occurs in truth or predictions.
    pub classes: Vec<ReportLine>,
    /// The mean over the classes.
    pub macro_average: ReportLine,
    /// The mean over the classes, weighted by how often each occurs.
    pub weighted_average: ReportLine,
    /// The share of right answers.
    pub accuracy: f64,
}

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportLine {
    /// The class, or the kind of mean.
    pub name: String,
    /// Of what was called so, the share that is.
    pub precision: f64,
    /// Of what is so, the share that was called so.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
    /// How many examples are of the class.
    pub support: usize,
}

impl ConfusionMatrix {
    /// Precision, recall and F1 of each class, and their means.
    pub fn report(&self) -> ClassificationReport {
        let counts = self.class_counts();
        let line = |name: &str, average: Average, support: usize| ReportLine {
            name: name.into(),
            precision: counts.precision(average),
            recall: counts.recall(average),
            f1: counts.f_beta(1.0, average),
            support,
        };
        let classes = self.classes().iter().enumerate().filter_map(|(class, name)| {
            let (support, said) = counts.support(class);
            (support + said > 0).then(|| line(name, Average::Class(class), support))
        });
        ClassificationReport {
            classes: classes.collect(),
            macro_average: line("macro average", Average::Macro, self.examples()),
            weighted_average: line("weighted average", Average::Weighted, self.examples()),
            accuracy: self.accuracy(),
        }
    }
}
