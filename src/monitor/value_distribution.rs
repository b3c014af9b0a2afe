//! `ValueDistribution`: counts and quantiles of many values.

use serde::{Deserialize, Serialize};

use crate::data::quantile;

/// Enough for the shape, and little to keep.
const BINS: usize = 50;

/// How many values are where: quantiles, and counts in 50 bins of equal width.
///
/// The bins span the values, without those that lie further from the middle 98 % than half of its width: they would
/// squeeze all others into one bin, and are counted as [`outside`](ValueDistribution::outside).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueDistribution {
    /// How many finite values there are.
    pub count: usize,
    /// How many values are NaN; they are in no other number.
    pub nan: usize,
    /// How many values are infinite; they are in no other number.
    pub infinite: usize,
    /// How many of the finite values are exactly 0: of ReLU's activations, those that it cut off.
    pub zeros: usize,
    /// The finite values' quantiles at [`SHARES`](ValueDistribution::SHARES); NaN where there is no finite value.
    pub quantiles: [f64; 7],
    /// Where the first bin begins and the last one ends.
    pub range: [f64; 2],
    /// How many values are in each bin; empty where there is no finite value.
    pub bins: Vec<usize>,
    /// How many finite values are in no bin.
    pub outside: usize,
}

impl ValueDistribution {
    /// The shares of values below each quantile: minimum, 5 %, 25 %, median, 75 %, 95 %, maximum.
    pub const SHARES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

    /// The distribution of these values.
    ///
    /// ```
    /// use gradus::monitor::ValueDistribution;
    /// let weights = ValueDistribution::of([0.0, 1.0, 2.0, 3.0, f64::NAN]);
    /// assert_eq!((weights.count, weights.nan, weights.quantiles[3]), (4, 1, 1.5));
    /// ```
    pub fn of(values: impl IntoIterator<Item: Into<f64>>) -> Self {
        let (mut finite, mut nan, mut infinite) = (Vec::new(), 0, 0);
        for value in values {
            match value.into() {
                value if value.is_finite() => finite.push(value),
                value if value.is_nan() => nan += 1,
                _ => infinite += 1,
            }
        }
        finite.sort_unstable_by(f64::total_cmp);
        let [low, high] = bulk(&finite);
        let mut bins = vec![0; if finite.is_empty() { 0 } else { BINS }];
        // Halves, as the difference of two huge numbers may overflow.
        let width = (high / 2.0 - low / 2.0) / BINS as f64 * 2.0;
        let inside = finite.iter().filter(|value| (low..=high).contains(*value));
        for value in inside {
            let place = if width > 0.0 { ((value / 2.0 - low / 2.0) / (width / 2.0)) as usize } else { BINS / 2 };
            bins[place.min(BINS - 1)] += 1;
        }
        ValueDistribution {
            count: finite.len(),
            nan,
            infinite,
            zeros: finite.iter().filter(|value| **value == 0.0).count(),
            quantiles: ValueDistribution::SHARES.map(|share| quantile(&finite, share)),
            range: [low, high],
            outside: finite.len() - bins.iter().sum::<usize>(),
            bins,
        }
    }
}

/// The range of the sorted values, without the few that lie far away.
fn bulk(sorted: &[f64]) -> [f64; 2] {
    let (Some(&least), Some(&greatest)) = (sorted.first(), sorted.last()) else { return [f64::NAN; 2] };
    let (low, high) = (quantile(sorted, 0.01), quantile(sorted, 0.99));
    let room = (high - low) / 2.0;
    if room <= 0.0 {
        // Where (almost) all values are the same, what lies around them is all there is to see.
        return [least, greatest];
    }
    let near = |value: &&f64| (low - room..=high + room).contains(*value);
    let ends = [sorted.iter().find(near), sorted.iter().rev().find(near)];
    [*ends[0].unwrap_or(&least), *ends[1].unwrap_or(&greatest)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_bin_or_said_to_be_outside() {
        let mut values: Vec<f64> = (0..5000).map(|i| (f64::from(i) * 0.77).sin()).collect();
        values.extend([1e6, -1e6, f64::NAN, f64::INFINITY, 0.0]);
        let all = ValueDistribution::of(values);
        assert_eq!((all.count, all.nan, all.infinite, all.outside), (5003, 1, 1, 2));
        assert_eq!(all.bins.iter().sum::<usize>(), 5001);
        assert_eq!((all.quantiles[0], all.quantiles[6]), (-1e6, 1e6));
        // The arcsine law: at the edges more than in the middle.
        assert!(all.bins[0] > 3 * all.bins[25] && all.bins[49] > 3 * all.bins[25], "{:?}", all.bins);
    }

    #[test]
    fn bins_count_what_lies_in_them() {
        // i/100 + 1/200 for i < 100: two in each of the fifty bins, up to rounding at their edges.
        let even = ValueDistribution::of((0..100).map(|i| (f64::from(i) + 0.5) / 100.0));
        assert_eq!(even.range, [0.005, 0.995]);
        assert!(even.bins.iter().all(|count| (1..=3).contains(count)));
    }

    #[test]
    fn equal_huge_and_absent_values_do_no_harm() {
        let equal = ValueDistribution::of([0.0_f32; 9]);
        assert_eq!((equal.range, equal.zeros, equal.bins[BINS / 2]), ([0.0, 0.0], 9, 9));
        let huge = ValueDistribution::of([-f64::MAX, 0.0, f64::MAX]);
        assert_eq!(huge.bins.iter().sum::<usize>() + huge.outside, 3);
        let nothing = ValueDistribution::of([f64::NAN]);
        assert!(nothing.bins.is_empty() && nothing.quantiles[3].is_nan());
        // ReLU: most are 0, the rest must not be lost.
        let sparse = ValueDistribution::of((0..1000).map(|i| if i < 995 { 0.0 } else { f64::from(i) / 1000.0 }));
        assert_eq!((sparse.zeros, sparse.outside, sparse.range[1]), (995, 0, 0.999));
    }
}
