//! R², the coefficient of determination.

use ndarray::{ArrayView1, Zip};

use super::require_pairs;
use crate::error::Result;

/// 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: 1 is perfect, 0 is no better than always answering the mean, below 0 is worse.
///
/// For a constant `y` it is 1 where every prediction is exact and 0 otherwise, as scikit-learn's `r2_score` has it. Where a
/// value is NaN, so is R².
///
/// # Errors
/// Different lengths, or no values.
///
/// ```
/// use gradus::{metrics::r_squared, prelude::*};
/// let (truth, predicted) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert!((r_squared(truth.view(), predicted.view())? - 0.948_608_137_044_967_9).abs() < 1e-15);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn r_squared(truth: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<f64> {
    require_pairs("R²", truth, predicted)?;
    let unit = unit_of(truth.iter().chain(predicted));
    // Differences from one of the values: an origin far away costs no digits, and of a constant they are exactly 0.
    let origin = truth[0] / unit;
    let mean = truth.fold(0.0, |sum, y| sum + (y / unit - origin)) / truth.len() as f64;
    let total = truth.fold(0.0, |sum, y| sum + (y / unit - origin - mean).powi(2));
    let residual = Zip::from(truth).and(predicted).fold(0.0, |sum, y, guess| sum + (y / unit - guess / unit).powi(2));
    Ok(explained(residual, total))
}

/// The share of the squares `total` that the squares `residual` do not leave; of a total of 0 as [`r_squared`] says.
pub(crate) fn explained(residual: f64, total: f64) -> f64 {
    match (residual == 0.0, total == 0.0) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => 1.0 - residual / total,
    }
}

/// A power of two as large as the largest of these values: divided by it nothing is rounded, and no square overflows or
/// vanishes.
fn unit_of<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    let most = values.fold(0.0_f64, |most, value| most.max(value.abs()));
    if most > 0.0 && most.is_finite() { most.log2().floor().clamp(-1022.0, 1023.0).exp2() } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(truth: &[f64], predicted: &[f64]) -> f64 {
        r_squared(truth.into(), predicted.into()).unwrap()
    }

    #[test]
    fn a_constant_truth_is_met_or_not() {
        assert_eq!(of(&[0.1, 0.1, 0.1], &[0.1, 0.1, 0.2]), 0.0);
        assert_eq!(of(&[0.1, 0.1, 0.1], &[0.1, 0.1, 0.1 + 1e-16]), 0.0);
        assert_eq!(of(&[0.1; 7], &[0.1; 7]), 1.0);
        assert_eq!(of(&[1e300; 3], &[1e300, 1e300, -1e300]), 0.0);
        assert_eq!(of(&[0.0; 3], &[0.0, 0.0, 1e-200]), 0.0);
        assert_eq!(of(&[5.0], &[5.0]), 1.0);
    }

    #[test]
    fn neither_origin_nor_unit_changes_it() {
        let far: Vec<f64> = (0..3).map(|at| 1e15 + f64::from(at)).collect();
        assert_eq!(of(&far, &[1e15 + 1.0; 3]), 0.0);
        assert_eq!(of(&far, &[1e15, 1e15 + 1.0, 1e15 + 1.0]), 0.5);
        // By hand: residuals 0.25 + 0.25 + 0 + 1, squares about the mean 29.1875.
        let (truth, predicted) = ([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]);
        for (origin, unit) in [(0.0, 1e-200), (0.0, 1e300), (0.0, 5e-318), (1e9, 1.0), (-1e12, 1.0)] {
            let of_unit = |values: [f64; 4]| values.map(|value| origin + unit * value);
            let found = of(&of_unit(truth), &of_unit(predicted));
            assert!((found - (1.0 - 1.5 / 29.1875)).abs() < 1e-6, "{origin} {unit}: {found}");
        }
        // The first value is the one far away.
        let found = of(&[1e12, 1.0, 2.0, 3.0], &[0.0, 1.0, 2.0, 3.0]);
        assert!((found + 1.0 / 3.0).abs() < 1e-9, "{found}");
    }

    #[test]
    fn what_is_no_number_is_seen() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        for (truth, predicted) in
            [([nan, 1.0], [1.0, 1.0]), ([1.0, nan], [1.0, 1.0]), ([1.0, 2.0], [nan, 1.0]), ([1.0, inf], [1.0, 2.0])]
        {
            assert!(of(&truth, &predicted).is_nan(), "{truth:?} {predicted:?}");
        }
        assert_eq!(of(&[1.0, 2.0], &[inf, 2.0]), -inf);
    }
}
