//! Mean, standard deviation and quantiles of one column.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use super::dataset::Dataset;
use crate::error::Result;

/// What the values of one column are like. Missing values are counted and left out of everything else.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// How many values there are.
    pub count: usize,
    /// How many are missing.
    pub missing: usize,
    /// The mean x̄ = (1/n) Σ xᵢ.
    pub mean: f64,
    /// The population's standard deviation √((1/n) Σ (xᵢ − x̄)²), as scikit-learn; pandas divides by n − 1.
    pub std: f64,
    /// The smallest value.
    pub min: f64,
    /// A quarter of the values is below it.
    pub lower_quartile: f64,
    /// Half of the values is below it.
    pub median: f64,
    /// Three quarters of the values are below it.
    pub upper_quartile: f64,
    /// The largest value.
    pub max: f64,
}

impl Statistics {
    /// The statistics of these values; NaN in every place but the counts where there is none.
    pub fn of(values: ArrayView1<'_, f64>) -> Self {
        let mut present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        present.sort_unstable_by(f64::total_cmp);
        let mean = mean(&present);
        Statistics {
            count: present.len(),
            missing: values.len() - present.len(),
            mean,
            std: deviation(&present, mean),
            min: quantile(&present, 0.0),
            lower_quartile: quantile(&present, 0.25),
            median: quantile(&present, 0.5),
            upper_quartile: quantile(&present, 0.75),
            max: quantile(&present, 1.0),
        }
    }
}

impl Dataset {
    /// The statistics of one column, feature or target.
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no column has this name.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let data = Dataset::from_arrays(array![[2.0], [4.0], [4.0], [6.0]], array![0.0, 0.0, 1.0, 1.0])?;
    /// let x = data.statistics("x1")?;
    /// assert_eq!((x.mean, x.std, x.median), (4.0, 2f64.sqrt(), 4.0));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn statistics(&self, name: &str) -> Result<Statistics> {
        Ok(Statistics::of(self.column(name)?))
    }
}

/// The mean. A second pass adds the mean of what is left over, which the rounding of the first one lost.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let sum: f64 = values.iter().sum();
    let first = if sum.is_finite() { sum / n } else { values.iter().map(|value| value / n).sum() };
    let rest = values.iter().map(|value| value - first).sum::<f64>() / n;
    if rest.is_finite() { first + rest } else { first }
}

/// The population's standard deviation, by deviations from the mean in units of the largest one: no square can overflow.
pub(crate) fn deviation(values: &[f64], mean: f64) -> f64 {
    let largest = values.iter().map(|value| (value - mean).abs()).fold(0.0, f64::max);
    if largest == 0.0 && !values.is_empty() {
        return 0.0;
    }
    if largest.is_infinite() && mean.is_finite() && values.iter().all(|value| value.is_finite()) {
        // Values from one end of f64 to the other: their halves are near enough to each other.
        let halves: Vec<f64> = values.iter().map(|value| value / 2.0).collect();
        return 2.0 * deviation(&halves, mean / 2.0);
    }
    let squares: f64 = values.iter().map(|value| ((value - mean) / largest).powi(2)).sum();
    largest * (squares / values.len() as f64).sqrt()
}

/// The value below which this share of the sorted values lies, with a straight line between neighbours (as numpy).
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    match above - below {
        0.0 => below,
        gap if gap.is_finite() => below + gap * place.fract(),
        // Too far apart for their difference; where both are the same infinity, it is NaN.
        _ if below == above => below,
        _ => below * (1.0 - place.fract()) + above * place.fract(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn an_offset_costs_no_digits() {
        let values: Vec<f64> = [4.0, 7.0, 13.0, 16.0].iter().map(|value| value + 1e9).collect();
        let mean = mean(&values);
        assert_eq!(mean, 1e9 + 10.0);
        assert!((deviation(&values, mean) - 22.5f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn sizes_at_both_ends_neither_overflow_nor_vanish() {
        for size in [1e-300, 1e300] {
            let values = [size, 2.0 * size, 3.0 * size];
            let mean = mean(&values);
            assert!((mean / size - 2.0).abs() < 1e-15);
            assert!((deviation(&values, mean) / size - (2.0f64 / 3.0).sqrt()).abs() < 1e-15);
        }
    }

    #[test]
    fn from_one_end_of_f64_to_the_other() {
        let values = array![-f64::MAX, -f64::MAX, -f64::MAX, f64::MAX];
        let statistics = Statistics::of(values.view());
        // x̄ = −M/2, so that the deviations are −M/2 three times and 3M/2: σ = √3/2 · M.
        assert!((statistics.mean / f64::MAX + 0.5).abs() < 1e-15);
        assert!((statistics.std / f64::MAX - 0.75f64.sqrt()).abs() < 1e-15);
        assert_eq!(statistics.median, -f64::MAX);
        assert!((statistics.upper_quartile / f64::MAX + 0.5).abs() < 1e-15);
    }

    #[test]
    fn missing_values_are_counted_and_left_out() {
        let statistics = Statistics::of(array![3.0, f64::NAN, 1.0].view());
        assert_eq!((statistics.count, statistics.missing, statistics.mean, statistics.min), (2, 1, 2.0, 1.0));
        let nothing = Statistics::of(array![f64::NAN].view());
        assert_eq!((nothing.count, nothing.missing), (0, 1));
        assert!(nothing.mean.is_nan() && nothing.std.is_nan() && nothing.median.is_nan());
    }
}
