//! Precision, recall and their relatives, all from one confusion matrix.

use super::ConfusionMatrix;

/// How the scores of the classes become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// The score of this one class, by its position: 1 for the positive one of two.
    Class(usize),
    /// The mean over the classes: each counts the same, however rare it is.
    Macro,
    /// The mean over the classes, weighted by how often each occurs.
    Weighted,
    /// From the counts of all classes together: for one answer an example, the accuracy.
    Micro,
}

/// One class against all others.
struct Counts {
    right: f64,
    actual: f64,
    predicted: f64,
}

/// Conventions as in scikit-learn: what would be divided by 0 is 0 (a class that is never predicted has precision 0), and a
/// class that occurs neither in truth nor in predictions is left out of averages.
impl ConfusionMatrix {
    /// Of what was called this class, the share that is: tp / (tp + fp).
    ///
    /// ```
    /// use gradus::{metrics::Average, prelude::*};
    /// let (actual, predicted) = (array![0.0, 0.0, 1.0, 1.0, 1.0], array![0.0, 1.0, 1.0, 1.0, 0.0]);
    /// let matrix = ConfusionMatrix::new(actual.view(), predicted.view(), &["ham", "spam"])?;
    /// assert_eq!(matrix.precision(Average::Class(1)), 2.0 / 3.0);
    /// assert_eq!(matrix.recall(Average::Macro), (0.5 + 2.0 / 3.0) / 2.0);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn precision(&self, average: Average) -> f64 {
        self.averaged(average, |counts| ratio(counts.right, counts.predicted))
    }

    /// Of what is this class, the share that was called so: tp / (tp + fn).
    pub fn recall(&self, average: Average) -> f64 {
        self.averaged(average, |counts| ratio(counts.right, counts.actual))
    }

    /// The harmonic mean of precision and recall: 2tp / (2tp + fp + fn). Slide B24.
    pub fn f1(&self, average: Average) -> f64 {
        self.f_beta(1.0, average)
    }

    /// The same where recall counts β times as much as precision: (1 + β²)tp / ((1 + β²)tp + fp + β²fn). C. J. van
    /// Rijsbergen (1979), *Information Retrieval*.
    pub fn f_beta(&self, beta: f64, average: Average) -> f64 {
        let square = beta * beta;
        self.averaged(average, |c| ratio((1.0 + square) * c.right, square * c.actual + c.predicted))
    }

    /// The mean of the recalls of the classes that occur: the accuracy on a set with as many examples of each class.
    pub fn balanced_accuracy(&self) -> f64 {
        let recalls: Vec<f64> =
            self.of_classes().filter(|counts| counts.actual > 0.0).map(|counts| counts.right / counts.actual).collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    /// The correlation of truth and prediction, from −1 to 1, and 0 where all examples or all answers are of one class;
    /// fair to classes of any size. B. W. Matthews (1975); for several classes J. Gorodkin (2004), *Comparing two
    /// K-category assignments by a K-category correlation coefficient*.
    pub fn matthews(&self) -> f64 {
        let all = self.examples() as f64;
        let (mut right, mut together, mut predicted, mut actual) = (0.0, 0.0, 0.0, 0.0);
        for counts in self.of_classes() {
            right += counts.right;
            together += counts.actual * counts.predicted;
            predicted += counts.predicted * counts.predicted;
            actual += counts.actual * counts.actual;
        }
        ratio(right * all - together, ((all * all - predicted) * (all * all - actual)).sqrt())
    }

    fn of_class(&self, class: usize) -> Counts {
        let counts = self.counts();
        Counts {
            right: counts[(class, class)] as f64,
            actual: counts.row(class).sum() as f64,
            predicted: counts.column(class).sum() as f64,
        }
    }

    fn of_classes(&self) -> impl Iterator<Item = Counts> + '_ {
        (0..self.classes().len()).map(|class| self.of_class(class))
    }

    fn averaged(&self, average: Average, score: impl Fn(&Counts) -> f64) -> f64 {
        let classes = || self.of_classes().filter(|counts| counts.actual + counts.predicted > 0.0);
        match average {
            Average::Class(class) if class < self.classes().len() => score(&self.of_class(class)),
            Average::Class(_) => 0.0,
            Average::Macro => classes().map(|counts| score(&counts)).sum::<f64>() / classes().count() as f64,
            Average::Weighted => {
                classes().map(|counts| counts.actual * score(&counts)).sum::<f64>() / self.examples() as f64
            }
            Average::Micro => {
                let none = Counts { right: 0.0, actual: 0.0, predicted: 0.0 };
                score(&classes().fold(none, |sum, class| Counts {
                    right: sum.right + class.right,
                    actual: sum.actual + class.actual,
                    predicted: sum.predicted + class.predicted,
                }))
            }
        }
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}
