//! Precision, recall and their relatives, all from one confusion matrix.

use super::ConfusionMatrix;

/// How the scores of the classes become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// The score of this one class, by its position: 1 for the positive one of two. NaN where there is no such class.
    Class(usize),
    /// The mean over the classes: each counts the same, however rare it is.
    Macro,
    /// The mean over the classes, weighted by how often each occurs.
    Weighted,
    /// From the counts of all classes together: for one answer an example, the accuracy.
    Micro,
}

/// One class against all others.
#[derive(Clone, Copy, Default)]
struct Counts {
    right: f64,
    actual: f64,
    predicted: f64,
}

/// How often each class is there, is said, and is said rightly: all that the scores need. As long as there are classes,
/// where a confusion matrix has their square.
pub(crate) struct ClassCounts(Vec<Counts>);

impl ClassCounts {
    /// Of pairs of an actual and a predicted class, both below `classes`.
    pub fn of(pairs: impl IntoIterator<Item = (usize, usize)>, classes: usize) -> Self {
        let mut counts = vec![Counts::default(); classes];
        for (actual, predicted) in pairs {
            counts[actual].actual += 1.0;
            counts[predicted].predicted += 1.0;
            counts[actual].right += f64::from(u8::from(actual == predicted));
        }
        ClassCounts(counts)
    }

    /// How many examples are of this class, and how many are said to be.
    pub fn support(&self, class: usize) -> (usize, usize) {
        (self.0[class].actual as usize, self.0[class].predicted as usize)
    }

    pub fn classes(&self) -> usize {
        self.0.len()
    }

    pub fn examples(&self) -> f64 {
        self.0.iter().map(|counts| counts.actual).sum()
    }

    pub fn accuracy(&self) -> f64 {
        self.0.iter().map(|counts| counts.right).sum::<f64>() / self.examples()
    }

    pub fn precision(&self, average: Average) -> f64 {
        self.averaged(average, |counts| ratio(counts.right, counts.predicted))
    }

    pub fn recall(&self, average: Average) -> f64 {
        self.averaged(average, |counts| ratio(counts.right, counts.actual))
    }

    pub fn f_beta(&self, beta: f64, average: Average) -> f64 {
        let square = beta * beta;
        if square.is_infinite() {
            return self.recall(average);
        }
        self.averaged(average, |c| ratio((1.0 + square) * c.right, square * c.actual + c.predicted))
    }

    pub fn balanced_accuracy(&self) -> f64 {
        let recalls: Vec<f64> =
            self.0.iter().filter(|counts| counts.actual > 0.0).map(|counts| counts.right / counts.actual).collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    pub fn matthews(&self) -> f64 {
        let all = self.examples();
        let (mut right, mut together, mut predicted, mut actual) = (0.0, 0.0, 0.0, 0.0);
        for counts in &self.0 {
            right += counts.right;
            together += counts.actual * counts.predicted;
            predicted += counts.predicted * counts.predicted;
            actual += counts.actual * counts.actual;
        }
        ratio(right * all - together, ((all * all - predicted) * (all * all - actual)).sqrt())
    }

    fn averaged(&self, average: Average, score: impl Fn(&Counts) -> f64) -> f64 {
        let classes = || self.0.iter().filter(|counts| counts.actual + counts.predicted > 0.0);
        match average {
            Average::Class(class) => self.0.get(class).map_or(f64::NAN, score),
            Average::Macro => classes().map(score).sum::<f64>() / classes().count() as f64,
            Average::Weighted => classes().map(|counts| counts.actual * score(counts)).sum::<f64>() / self.examples(),
            Average::Micro => score(&classes().fold(Counts::default(), |sum, class| Counts {
                right: sum.right + class.right,
                actual: sum.actual + class.actual,
                predicted: sum.predicted + class.predicted,
            })),
        }
    }
}

/// Conventions as in scikit-learn: what would be divided by 0 is 0 (a class that is never predicted has precision 0), and a
/// class that occurs neither in truth nor in predictions is left out of averages.
impl ConfusionMatrix {
    /// Of what was called this class, the share that is: tp / (tp + fp). NaN for [`Average::Class`] of a class that is not in the
    /// matrix.
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
        self.class_counts().precision(average)
    }

    /// Of what is this class, the share that was called so: tp / (tp + fn). NaN for [`Average::Class`] of a class that is not in
    /// the matrix.
    pub fn recall(&self, average: Average) -> f64 {
        self.class_counts().recall(average)
    }

    /// The harmonic mean of precision and recall: 2tp / (2tp + fp + fn). Slide B24. NaN for [`Average::Class`]
    /// of a class that is not in the matrix.
    pub fn f1(&self, average: Average) -> f64 {
        self.f_beta(1.0, average)
    }

    /// The same where recall counts β times as much as precision: (1 + β²)tp / ((1 + β²)tp + fp + β²fn), for an infinite β
    /// the recall. C. J. van Rijsbergen (1979), *Information Retrieval*. NaN for [`Average::Class`] of a class that is not in the
    /// matrix.
    pub fn f_beta(&self, beta: f64, average: Average) -> f64 {
        self.class_counts().f_beta(beta, average)
    }

    /// The mean of the recalls of the classes that occur: the accuracy on a set with as many examples of each class.
    pub fn balanced_accuracy(&self) -> f64 {
        self.class_counts().balanced_accuracy()
    }

    /// The correlation of truth and prediction, from −1 to 1, and 0 where all examples or all answers are of one class;
    /// fair to classes of any size. B. W. Matthews (1975); for several classes J. Gorodkin (2004), *Comparing two
    /// K-category assignments by a K-category correlation coefficient*.
    pub fn matthews(&self) -> f64 {
        self.class_counts().matthews()
    }

    /// Row and column sums, in one pass.
    pub(super) fn class_counts(&self) -> ClassCounts {
        let mut classes = vec![Counts::default(); self.classes().len()];
        for ((actual, predicted), count) in self.counts().indexed_iter() {
            let count = *count as f64;
            classes[actual].actual += count;
            classes[predicted].predicted += count;
            if actual == predicted {
                classes[actual].right += count;
            }
        }
        ClassCounts(classes)
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}
