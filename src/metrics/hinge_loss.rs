//! Hinge loss: by how much scores fall short of a margin of 1.

use ndarray::{ArrayView1, ArrayView2};

use crate::error::Result;
use crate::loss::{CrammerSingerHinge, Hinge, Loss};

/// The mean of max(0, 1 − margin), from class numbers and the scores of `decision_function`: one column, where class 1 is
/// positive and the margin is ±s, or n × k, where it is the true class' score less the highest of the others, as in
/// scikit-learn.
///
/// ```
/// use gradus::{metrics::hinge_loss, prelude::*};
/// assert_eq!(hinge_loss(array![1.0, 0.0].view(), array![[2.0], [-0.5]].view())?, 0.25);
/// assert_eq!(hinge_loss(array![0.0].view(), array![[2.0, 1.5, 3.0]].view())?, 2.0);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different numbers of rows, none at all, a class without a column.
pub fn hinge_loss(truth: ArrayView1<'_, f64>, scores: ArrayView2<'_, f64>) -> Result<f64> {
    match scores.ncols() {
        1 => Hinge.value(&truth, &scores),
        _ => CrammerSingerHinge.value(&truth, &scores),
    }
}
