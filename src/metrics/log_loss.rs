//! Log loss: how surprised a classifier is by the truth.

use ndarray::{ArrayView1, ArrayView2};

use super::{class_of, require_distributions, sum_of_rows};
use crate::error::Result;
use crate::loss::{BinaryCrossEntropy, CLIP, Loss, SparseCategoricalCrossEntropy, probability_tolerance};

/// −(1/n) Σ ln p of the true class, from class numbers and probabilities: n × k, or one column with that of class 1.
/// Probabilities are kept 2.2·10⁻¹⁶ away from 0 and 1, as in scikit-learn. They may miss the sum 1 by what rounding in `f32`
/// explains: by 10⁻⁶, of more than eight classes by 1.2·10⁻⁷ each, of thousands by 10⁻³.
///
/// ```
/// use gradus::{metrics::log_loss, prelude::*};
/// let loss = log_loss(array![0.0, 1.0].view(), array![[0.9, 0.1], [0.2, 0.8]].view())?;
/// assert!((loss - 0.164_252_033_486_018_02).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// Different numbers of rows, a class without a column, rows that do not sum to 1.
pub fn log_loss(truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>) -> Result<f64> {
    if let Some(loss) = in_one_pass(truth, probabilities) {
        return Ok(loss);
    }
    // Something is wrong, or the truth is no class but a probability: the loss says what.
    require_distributions("log loss", truth, probabilities)?;
    match probabilities.ncols() {
        1 => BinaryCrossEntropy::default().value(&truth, &probabilities),
        _ => SparseCategoricalCrossEntropy::default().value(&truth, &probabilities),
    }
}

/// The loss of classes and probabilities of which nothing has to be refused.
fn in_one_pass(truth: ArrayView1<'_, f64>, probabilities: ArrayView2<'_, f64>) -> Option<f64> {
    let (rows, columns) = probabilities.dim();
    if rows == 0 || columns == 0 || truth.len() != rows {
        return None;
    }
    let (truth, probabilities) = (truth.as_standard_layout(), probabilities.as_standard_layout());
    let (truth, probabilities) = (truth.as_slice()?, probabilities.as_slice()?);
    let tolerance = probability_tolerance(columns);
    let term = |row: usize| {
        let class = class_of(truth[row], columns.max(2))?;
        let own = &probabilities[row * columns..(row + 1) * columns];
        let valid = own.iter().all(|p| (-tolerance..=1.0 + tolerance).contains(p));
        match own {
            [p] if valid && class == 1 => Some(-p.clamp(CLIP, 1.0 - CLIP).ln()),
            [p] if valid => Some(-(-p.clamp(CLIP, 1.0 - CLIP)).ln_1p()),
            _ if valid && (own.iter().sum::<f64>() - 1.0).abs() <= tolerance => Some(-own[class].clamp(CLIP, 1.0).ln()),
            _ => None,
        }
    };
    Some(sum_of_rows(rows, term)? / rows as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array2, array};

    #[test]
    fn one_pass_gives_what_the_losses_give() {
        let truth = Array1::from_shape_fn(9000, |row| (row * row % 3) as f64);
        let raw = Array2::from_shape_fn((9000, 3), |(row, class)| ((row * 7 + class * 13) % 17) as f64 + 0.25);
        let sums = raw.sum_axis(ndarray::Axis(1)).insert_axis(ndarray::Axis(1));
        let probabilities = raw / sums;
        // The loss adds up in another order.
        let slow = SparseCategoricalCrossEntropy::default().value(&truth, &probabilities).unwrap();
        assert!((log_loss(truth.view(), probabilities.view()).unwrap() - slow).abs() < 1e-12);
        let (binary, column) = (truth.mapv(|class| class.min(1.0)), probabilities.slice(ndarray::s![.., 1..2]));
        let slow = BinaryCrossEntropy::default().value(&binary, &column.to_owned()).unwrap();
        assert!((log_loss(binary.view(), column).unwrap() - slow).abs() < 1e-12);
        // Sure and wrong, sure and right, and a truth between the classes.
        let (sure, right) = (array![[0.0], [0.0]], array![1.0, 0.0]);
        assert!((log_loss(right.view(), sure.view()).unwrap() + f64::EPSILON.ln() / 2.0).abs() < 1e-14);
        let soft = log_loss(array![0.5].view(), array![[0.5]].view()).unwrap();
        assert!((soft - 2.0_f64.ln()).abs() < 1e-15);
    }
}
