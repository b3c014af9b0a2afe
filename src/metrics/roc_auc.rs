//! Area under the ROC curve for several classes.

use ndarray::{Array1, ArrayView1, ArrayView2};

use super::{RocCurve, class_positions, require_scores};
use crate::error::Result;

/// How several classes become pairs, for a curve that knows only two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pairing {
    /// Each class against all others.
    #[default]
    OneVersusRest,
    /// Each class against each other, on the examples of the two. Hand and Till (2001), *A Simple Generalisation of the Area
    /// Under the ROC Curve for Multiple Class Classification Problems*.
    OneVersusOne,
}

/// The mean area under the ROC curves of n × k scores. With `weighted`, a class (or a pair) counts as often as it occurs,
/// else all count the same. Each class needs examples. For two classes take [`RocCurve::auc`].
///
/// ```
/// use gradus::{metrics::{Pairing, roc_auc}, prelude::*};
/// let scores = array![[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.3, 0.4, 0.3], [0.1, 0.3, 0.6]];
/// let area = roc_auc(array![0.0, 1.0, 2.0, 2.0].view(), scores.view(), Pairing::OneVersusRest, false)?;
/// assert_eq!(area, 1.0);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different numbers of rows, a NaN, a class without a column or without an example.
pub fn roc_auc(
    truth: ArrayView1<'_, f64>,
    scores: ArrayView2<'_, f64>,
    pairing: Pairing,
    weighted: bool,
) -> Result<f64> {
    require_scores("area under the ROC curve", truth, scores)?;
    let classes = class_positions("class", truth, scores.ncols())?;
    let count = |class: usize| classes.iter().filter(|other| **other == class).count() as f64;
    let mut areas: Vec<(f64, f64)> = Vec::new();
    for class in 0..scores.ncols() {
        if pairing == Pairing::OneVersusRest {
            areas.push((count(class), RocCurve::one_against_rest(truth, scores.column(class), class)?.auc()));
            continue;
        }
        for other in class + 1..scores.ncols() {
            let rows: Vec<usize> = (0..classes.len()).filter(|row| [class, other].contains(&classes[*row])).collect();
            let among = truth.select(ndarray::Axis(0), &rows);
            let area = |positive: usize| -> Result<f64> {
                let scores: Array1<f64> = rows.iter().map(|row| scores[(*row, positive)]).collect();
                Ok(RocCurve::one_against_rest(among.view(), scores.view(), positive)?.auc())
            };
            areas.push((rows.len() as f64, f64::midpoint(area(class)?, area(other)?)));
        }
    }
    let weight = |occurs: f64| if weighted { occurs } else { 1.0 };
    let total: f64 = areas.iter().map(|(occurs, _)| weight(*occurs)).sum();
    Ok(areas.iter().map(|(occurs, area)| weight(*occurs) * area).sum::<f64>() / total)
}
