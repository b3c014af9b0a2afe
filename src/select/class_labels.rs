//! The classes that scores are about: those that occur, not every category of a column.
//!
//! `data/labels.rs` matches labels between columns; here a label becomes its position among the classes of a score.

use ndarray::{Array1, Array2, ArrayView1};

use super::estimator::Probabilities;
use super::scoring::Scoring;
use crate::data::{Dataset, distinct_labels, label_position};
use crate::error::{Error, Result};

/// The labels of the classes of a whole data set, in rising order, of which a fold may lack some.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ClassLabels {
    labels: Vec<f64>,
    /// The number of the target's categories; 0 for a target of numbers.
    categories: usize,
}

impl ClassLabels {
    /// The labels where one of these scorings needs them; a target of numbers may have as many as rows.
    pub fn for_scorings(scorings: &[Scoring], data: &Dataset) -> Self {
        match scorings.iter().any(|scoring| scoring.of_labels()) {
            true => ClassLabels::of(data),
            false => ClassLabels { labels: vec![], categories: 0 },
        }
    }

    /// The different labels in the one target that are not missing.
    pub fn of(data: &Dataset) -> Self {
        let categories = data.classes().map_or(0, <[String]>::len);
        let none = ClassLabels { labels: vec![], categories };
        match data.target() {
            Ok(target) => none.with(target.iter().copied().filter(|label| !label.is_nan())),
            Err(_) => none,
        }
    }

    /// These labels and others, such as those of a model that knows more classes than the data shows.
    pub fn with(&self, others: impl IntoIterator<Item = f64>) -> Self {
        ClassLabels { labels: distinct_labels(self.labels.iter().copied().chain(others)), ..*self }
    }

    /// These labels and those predicted ones that are categories of the target; other numbers are not classes.
    pub fn with_predicted(&self, predicted: ArrayView1<'_, f64>) -> Self {
        let is_category = |label: &f64| label.fract() == 0.0 && *label >= 0.0 && *label < self.categories as f64;
        self.with(predicted.iter().copied().filter(is_category))
    }

    pub fn count(&self) -> usize {
        self.labels.len()
    }

    /// ClassLabels as positions among these.
    pub fn positions(&self, what: &str, labels: ArrayView1<'_, f64>) -> Result<Vec<usize>> {
        let position = |(row, label): (usize, &f64)| {
            self.position(*label).ok_or_else(|| {
                Error::Data(format!(
                    "the {what} of row {row} is {label}, which is none of the {} classes of the target; take a measure of \
                     numbers for a regression",
                    self.count()
                ))
            })
        };
        labels.iter().enumerate().map(position).collect()
    }

    /// ClassLabels as positions among these, as measures take them.
    pub fn numbers(&self, labels: ArrayView1<'_, f64>) -> Result<Array1<f64>> {
        Ok(self.positions("class", labels)?.into_iter().map(|position| position as f64).collect())
    }

    /// Probabilities with a column for each of these labels; a class that the model has not seen has probability 0.
    pub fn spread(&self, found: &Probabilities) -> Result<Array2<f64>> {
        let mut spread = Array2::zeros((found.values.nrows(), self.count()));
        for (label, column) in found.labels.iter().zip(found.values.columns()) {
            let Some(position) = self.position(*label) else {
                return Err(Error::Data(format!("the model knows a class {label}, which the target does not have")));
            };
            spread.column_mut(position).assign(&column);
        }
        Ok(spread)
    }

    fn position(&self, label: f64) -> Option<usize> {
        label_position(&self.labels, label)
    }
}
