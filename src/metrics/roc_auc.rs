//! Area under the ROC curve for several classes.

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::thresholds::{area, falling};
use super::{class_positions, require_scores};
use crate::error::{Error, Result};

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
/// else all count the same. Each class needs examples. For two classes take [`RocCurve::auc`](super::RocCurve::auc).
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
    let mut counts = vec![0; scores.ncols()];
    for class in &classes {
        counts[*class] += 1;
    }
    // One class without examples, or one with all of them, has no curve.
    if let Some(class) = counts.iter().position(|count| *count == 0 || *count == classes.len()) {
        return Err(Error::Data(format!(
            "area under the ROC curve: {} of the {} examples are of class {class}, and a rate is not defined; take examples \
             of every class",
            counts[class],
            classes.len()
        )));
    }
    let columns: Vec<usize> = (0..scores.ncols()).collect();
    let areas: Vec<Vec<(f64, f64)>> = columns
        .par_iter()
        .map(|class| {
            let column = scores.column(*class);
            let apart = |group: &dyn Fn(usize) -> usize, groups: usize| sorted_groups(&classes, column, group, groups);
            match pairing {
                Pairing::OneVersusRest => {
                    let keys = apart(&|other| usize::from(other == *class), 2);
                    vec![(counts[*class] as f64, area(&keys[1], &keys[0]))]
                }
                Pairing::OneVersusOne => {
                    let keys = apart(&|other| other, counts.len());
                    let others = columns.iter().filter(|other| *other != class);
                    let pair =
                        |other: &usize| ((counts[*class] + counts[*other]) as f64, area(&keys[*class], &keys[*other]));
                    others.map(pair).collect()
                }
            }
        })
        .collect();
    let weight = |occurs: f64| if weighted { occurs } else { 1.0 };
    let total: f64 = areas.iter().flatten().map(|(occurs, _)| weight(*occurs)).sum();
    // A pair comes twice, once for the scores of either class: the mean of the two counts.
    Ok(areas.iter().flatten().map(|(occurs, area)| weight(*occurs) * area).sum::<f64>() / total)
}

/// The sort keys of a column of scores in groups of classes, each sorted.
fn sorted_groups(
    classes: &[usize],
    scores: ArrayView1<'_, f64>,
    group: &dyn Fn(usize) -> usize,
    groups: usize,
) -> Vec<Vec<u64>> {
    let mut keys = vec![Vec::new(); groups];
    for (class, score) in classes.iter().zip(scores) {
        keys[group(*class)].push(falling(*score));
    }
    keys.iter_mut().for_each(|keys| keys.par_sort_unstable());
    keys
}
