//! The confusion matrix: which class is taken for which.

use std::fmt::Display;

use ndarray::{Array2, ArrayView1, Axis};
use serde::{Deserialize, Serialize};

use super::{class_positions, require_pairs};
use crate::error::{Error, Result};

/// How often an example of one class was predicted as another: row i, column j counts the examples of class i that were
/// predicted as class j, as scikit-learn's `confusion_matrix` has it. The diagonal is what is right.
///
/// ```
/// use gradus::prelude::*;
/// let (actual, predicted) = (array![0.0, 0.0, 1.0, 1.0, 1.0], array![0.0, 1.0, 1.0, 1.0, 0.0]);
/// let matrix = ConfusionMatrix::new(actual.view(), predicted.view(), &["ham", "spam"])?;
/// assert_eq!(matrix.counts(), &array![[1, 1], [1, 2]]);
/// assert_eq!(matrix.accuracy(), 0.6);
/// let figure = matrix.plot(); // counts and shares, in colour
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfusionMatrix {
    classes: Vec<String>,
    counts: Array2<usize>,
}

/// What the entries of a confusion matrix are shares of; see [`ConfusionMatrix::normalized`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// Of the actual class: each row sums to 1, the diagonal is each class' recall.
    Rows,
    /// Of the predicted class: each column sums to 1, the diagonal is each class' precision.
    Columns,
    /// Of all examples: the whole sums to 1, the diagonal to the accuracy.
    All,
}

/// Their square of counts takes 1 GiB.
const MOST_CLASSES: usize = 11_585;

impl ConfusionMatrix {
    /// Counts examples by actual and predicted class, both as positions in `classes`, as a data set holds its targets:
    /// `ConfusionMatrix::new(test.target()?, predicted.view(), test.classes().unwrap_or_default())`.
    ///
    /// # Errors
    /// [`Error::Shape`] where the two differ in length; [`Error::Data`] for no examples, for a value that is no position
    /// in `classes`, and for more than 11 585 classes.
    pub fn new(
        actual: ArrayView1<'_, f64>,
        predicted: ArrayView1<'_, f64>,
        classes: &[impl AsRef<str>],
    ) -> Result<Self> {
        require_pairs("confusion matrix", actual, predicted)?;
        let rows = class_positions("actual class", actual, classes.len())?;
        let columns = class_positions("predicted class", predicted, classes.len())?;
        let classes = classes.iter().map(|class| class.as_ref().to_string()).collect();
        ConfusionMatrix::count(classes, rows.into_iter().zip(columns))
    }

    /// Counts examples by actual and predicted label of any kind; the classes are all labels that occur, sorted.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let matrix = ConfusionMatrix::from_labels(&["dog", "cat", "cat"], &["dog", "dog", "cat"])?;
    /// assert_eq!((matrix.classes(), matrix.counts()), (&["cat", "dog"].map(String::from)[..], &array![[1, 1], [0, 1]]));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] where the two differ in length, [`Error::Data`] for no examples and for more than 11 585 classes.
    pub fn from_labels<T: Ord + Display>(actual: &[T], predicted: &[T]) -> Result<Self> {
        if actual.len() != predicted.len() {
            let (expected, found) = (format!("{}, one per actual label", actual.len()), predicted.len().to_string());
            return Err(Error::Shape { what: "confusion matrix: predicted labels".into(), expected, found });
        }
        if actual.is_empty() {
            return Err(Error::Data("confusion matrix of no examples is not defined".into()));
        }
        let mut labels: Vec<&T> = actual.iter().chain(predicted).collect();
        labels.sort();
        labels.dedup();
        // Every label is in the list that was made of them.
        let position = |label: &T| labels.partition_point(|other| *other < label);
        let pairs = actual.iter().zip(predicted).map(|(actual, predicted)| (position(actual), position(predicted)));
        ConfusionMatrix::count(labels.iter().map(|label| label.to_string()).collect(), pairs)
    }

    fn count(classes: Vec<String>, pairs: impl IntoIterator<Item = (usize, usize)>) -> Result<Self> {
        if classes.len() > MOST_CLASSES {
            return Err(Error::Data(format!(
                "confusion matrix: {} classes would need a matrix of more than 1 GiB (at most {MOST_CLASSES}); use \
                 `accuracy`, which needs no matrix",
                classes.len()
            )));
        }
        let mut counts = Array2::zeros((classes.len(), classes.len()));
        for pair in pairs {
            counts[pair] += 1;
        }
        Ok(ConfusionMatrix { classes, counts })
    }

    /// The classes' names, in the order of rows and columns.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// How many examples of each actual class (row) were predicted as each class (column), k × k.
    pub fn counts(&self) -> &Array2<usize> {
        &self.counts
    }

    /// How many examples there are.
    pub fn examples(&self) -> usize {
        self.counts.sum()
    }

    /// The share of examples whose predicted class is the actual one.
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.examples() as f64
    }

    /// The counts as shares of their row, their column or the whole; a class that does not occur has shares of 0, as in
    /// scikit-learn.
    pub fn normalized(&self, by: Normalize) -> Array2<f64> {
        let counts = self.counts.mapv(|count| count as f64);
        let sums = match by {
            Normalize::Rows => counts.sum_axis(Axis(1)).insert_axis(Axis(1)),
            Normalize::Columns => counts.sum_axis(Axis(0)).insert_axis(Axis(0)),
            Normalize::All => Array2::from_elem((1, 1), counts.sum()),
        };
        // The counts above a sum of 0 are 0 themselves.
        counts / sums.mapv(|sum| sum.max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_is_no_class_is_named() {
        let message = |actual: &[f64], predicted: &[f64]| {
            ConfusionMatrix::new(actual.into(), predicted.into(), &["a", "b"]).unwrap_err().to_string()
        };
        assert!(message(&[0.0, 1.0], &[0.0]).contains("expected 2, one per true value, found 1"));
        assert!(message(&[0.0, 1.0], &[0.0, 2.0]).contains("predicted class of row 1 is 2"));
        assert!(message(&[f64::NAN], &[0.0]).contains("actual class of row 0 is NaN"));
        assert!(message(&[0.0], &[0.5]).contains("is 0.5"));
        assert!(message(&[], &[]).contains("no values"));
        assert!(ConfusionMatrix::from_labels(&["a"], &[]).is_err());
        assert!(ConfusionMatrix::from_labels::<&str>(&[], &[]).is_err());
    }

    #[test]
    fn shares_sum_to_one_and_absent_classes_have_none() {
        let matrix =
            ConfusionMatrix::new(array![0.0, 0.0, 1.0].view(), array![0.0, 1.0, 1.0].view(), &["a", "b", "c"]).unwrap();
        let rows = array![[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]];
        let columns = array![[1.0, 0.5, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.0]];
        assert_eq!(matrix.normalized(Normalize::Rows), rows);
        assert_eq!(matrix.normalized(Normalize::Columns), columns);
        assert!((matrix.normalized(Normalize::All).sum() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn numbers_as_labels_are_sorted_as_numbers() {
        let matrix = ConfusionMatrix::from_labels(&[10, 9, 9], &[10, 10, 9]).unwrap();
        assert_eq!((matrix.classes(), matrix.counts()), (&["9", "10"].map(String::from)[..], &array![[1, 1], [0, 1]]));
    }
}
