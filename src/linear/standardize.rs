//! Centre and scale of each feature, with the examples' weights: the one place for every exact linear model.
//!
//! A feature far from 0 compared to its spread (a year, a time stamp) has almost the same direction as the intercept,
//! and one in another unit dwarfs the rest. The exact fits therefore solve for x′ = (x − centre) / scale and convert
//! the result back; no digits are lost to the feature's origin or unit. Gradient descent steps on the features as they
//! are: the lecture's point is that scaling them is up to the user.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

/// Examples from which [`Standardization::of_most`] is taken, at most.
const SAMPLE: usize = 1024;
/// The median distance from the median of a normal distribution, in standard deviations.
const NORMAL: f64 = 0.6745;
/// Rows that one task takes. Fixed, and added in order, so that the digits do not depend on the number of threads.
const ROWS: usize = 4096;

/// Centre and scale of each feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standardization {
    /// The weighted mean; 0 without an intercept, which alone can make up for it.
    pub centre: Array1<f64>,
    /// The power of two nearest to the weighted root mean square of x − centre, so that scaling rounds nothing; 1 for a
    /// feature that is the same everywhere.
    pub scale: Array1<f64>,
}

impl Standardization {
    /// Of the features x, n × d, with weights ω ≥ 0. With no rows or no weight, centre 0 and scale 1.
    pub fn of(x: ArrayView2<'_, f64>, weights: Option<ArrayView1<'_, f64>>, intercept: bool) -> Self {
        let d = x.ncols();
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let total: f64 = weights.map_or(x.nrows() as f64, |weights| weights.sum());
        let Some(first) = (0..x.nrows()).find(|row| weight(*row) > 0.0) else {
            return Standardization::none(d);
        };
        // Sums of differences from one example: no digits are lost to an origin far away.
        let pilot = x.row(first);
        let mut centre = Array1::zeros(d);
        if intercept {
            let sums = weighted_sums(x, weight, |x, column| x - pilot[column]);
            centre = &pilot + &(sums / total);
        }
        let sizes = root_mean_squares(x, weight, &centre, total);
        let mut scale = sizes.mapv(nearest_power_of_two);
        for (feature, column) in x.columns().into_iter().enumerate() {
            // A constant feature has deviations of rounding, not of data.
            let constant = column.iter().enumerate().all(|(row, x)| weight(row) == 0.0 || *x == pilot[feature]);
            if constant && intercept {
                (centre[feature], scale[feature]) = (pilot[feature], 1.0);
            }
        }
        Standardization { centre, scale }
    }

    /// Centre and scale of most examples, whatever the others hold: the weighted median, and the power of two nearest
    /// to a standard deviation, taken from the median distance of the values elsewhere; from at most 1024 rows, spread
    /// by the golden ratio so that no period hides between them; of a feature that is constant there, from all rows.
    ///
    /// For likelihoods: an example far away does not matter once it is on its side, while it would decide mean and
    /// variance, and leave the others no digits.
    pub fn of_most(x: ArrayView2<'_, f64>, weights: Option<ArrayView1<'_, f64>>, intercept: bool) -> Self {
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let features: Vec<(f64, f64)> = (0..x.ncols())
            .into_par_iter()
            .map(|feature| {
                let column = x.column(feature);
                let mut values: Vec<(f64, f64)> = spread(x.nrows()).map(|row| (column[row], weight(row))).collect();
                if values.iter().all(|(value, _)| *value == values[0].0) {
                    values = (0..x.nrows()).map(|row| (column[row], weight(row))).collect();
                }
                let centre = if intercept { median(&mut values).unwrap_or(0.0) } else { 0.0 };
                values.iter_mut().for_each(|(value, _)| *value = (*value - centre).abs());
                values.retain(|(distance, _)| *distance > 0.0);
                (centre, median(&mut values).map_or(1.0, |distance| nearest_power_of_two(distance / NORMAL)))
            })
            .collect();
        let (centre, scale): (Vec<f64>, Vec<f64>) = features.into_iter().unzip();
        Standardization { centre: centre.into(), scale: scale.into() }
    }

    /// The one that changes nothing.
    pub fn none(features: usize) -> Self {
        Standardization { centre: Array1::zeros(features), scale: Array1::ones(features) }
    }

    /// Whether the features lose no digits as they are: none has its centre far from 0 compared to its scale, or a
    /// scale whose square would leave the range of f64.
    pub fn is_dispensable(&self) -> bool {
        self.centre
            .iter()
            .zip(&self.scale)
            .all(|(centre, scale)| centre.abs() <= 4.0 * scale && (1e-6..=1e6).contains(scale))
    }

    /// (x − centre) / scale, n × d.
    pub fn apply(&self, x: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut standardized = Array2::zeros(x.raw_dim());
        if let Some(values) = standardized.as_slice_mut() {
            values.par_chunks_mut((ROWS * x.ncols()).max(1)).enumerate().for_each(|(block, values)| {
                for (row, to) in values.chunks_exact_mut(x.ncols()).enumerate() {
                    let from = x.row(block * ROWS + row);
                    for (((to, from), centre), scale) in to.iter_mut().zip(from).zip(&self.centre).zip(&self.scale) {
                        *to = (from - centre) / scale;
                    }
                }
            });
        }
        standardized
    }

    /// Turns weights (d × k) and intercepts (k) found for x′ into those for x: w = w′ / scale, b = b′ − centre · w.
    pub fn to_original_units(&self, weights: &mut Array2<f64>, intercepts: &mut Array1<f64>) {
        *weights /= &self.scale.view().insert_axis(Axis(1));
        *intercepts -= &self.centre.dot(weights);
    }
}

/// At most [`SAMPLE`] of `rows` rows, evenly spread, but not at even distances.
fn spread(rows: usize) -> impl Iterator<Item = usize> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let few = rows <= SAMPLE;
    (0..rows.min(SAMPLE)).map(move |at| match few {
        true => at,
        false => ((at as f64 * GOLDEN).fract() * rows as f64) as usize,
    })
}

/// The power of two nearest to a size, 1 for 0 or what is not finite.
fn nearest_power_of_two(size: f64) -> f64 {
    if size > 0.0 && size.is_finite() { size.log2().round().clamp(-1000.0, 1000.0).exp2() } else { 1.0 }
}

/// The value below which half of the weight is; `None` without values.
fn median(values: &mut [(f64, f64)]) -> Option<f64> {
    values.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut sum = 0.0;
    let reaches = |(_, weight): &&(f64, f64)| {
        sum += weight;
        sum >= half
    };
    values.iter().find(reaches).map(|(value, _)| *value)
}

/// Σ ω f(x) of each feature over the examples with a weight, in fixed blocks that are added in order.
fn weighted_sums(
    x: ArrayView2<'_, f64>,
    weight: impl Fn(usize) -> f64 + Sync,
    of: impl Fn(f64, usize) -> f64 + Sync,
) -> Array1<f64> {
    let blocks: Vec<Array1<f64>> = (0..x.nrows().div_ceil(ROWS))
        .into_par_iter()
        .map(|block| {
            let mut sums = Array1::zeros(x.ncols());
            for row in (block * ROWS..((block + 1) * ROWS).min(x.nrows())).filter(|row| weight(*row) > 0.0) {
                for (column, (sum, x)) in sums.iter_mut().zip(x.row(row)).enumerate() {
                    *sum += weight(row) * of(*x, column);
                }
            }
            sums
        })
        .collect();
    blocks.into_iter().fold(Array1::zeros(x.ncols()), |sum, block| sum + block)
}

/// √(Σ ω (x − centre)² / Σω) of each feature, also where the squares leave the range of f64.
fn root_mean_squares(
    x: ArrayView2<'_, f64>,
    weight: impl Fn(usize) -> f64 + Copy + Sync,
    centre: &Array1<f64>,
    total: f64,
) -> Array1<f64> {
    let squares = weighted_sums(x, weight, |x, column| (x - centre[column]).powi(2));
    if squares.iter().all(|sum| (1e-250..1e250).contains(sum)) {
        return squares.mapv(|sum| (sum / total).sqrt());
    }
    let mut largest = Array1::<f64>::zeros(x.ncols());
    for row in (0..x.nrows()).filter(|row| weight(*row) > 0.0) {
        for ((largest, x), centre) in largest.iter_mut().zip(x.row(row)).zip(centre) {
            *largest = largest.max((x - centre).abs());
        }
    }
    largest.mapv_inplace(|largest| if largest > 0.0 { largest } else { 1.0 });
    let squares = weighted_sums(x, weight, |x, column| ((x - centre[column]) / largest[column]).powi(2));
    largest * squares.mapv(|sum| (sum / total).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn centre_and_scale_are_the_weighted_ones_far_from_the_origin_too() {
        let x = array![[1e8 + 1.0, 0.1], [1e8 + 2.0, 0.1], [1e8 + 6.0, 0.1], [9.96921e36, 7.0]];
        let weights = array![1.0, 1.0, 2.0, 0.0];
        let standard = Standardization::of(x.view(), Some(weights.view()), true);
        // Mean 15/4, variance (2.75² + 1.75² + 2 · 2.25²) / 4 = 5.1875, whose root 2.28 is nearest to 2.
        assert_eq!(standard.centre, array![1e8 + 3.75, 0.1]);
        assert_eq!(standard.scale, array![2.0, 1.0]);
        let apart = standard.apply(x.view());
        assert_eq!(apart.row(0), array![-1.375, 0.0]);
        let (mut weights, mut intercepts) = (array![[3.0], [5.0]], array![7.0]);
        standard.to_original_units(&mut weights, &mut intercepts);
        let there = weights[[0, 0]] * (1e8 + 1.0) + weights[[1, 0]] * 0.1 + intercepts[0];
        assert!((there - (3.0 * -1.375 + 7.0)).abs() < 1e-6);
    }

    #[test]
    fn an_example_far_away_decides_neither_centre_nor_scale_of_most() {
        // Medians 3 and 0; distances 2, 1, 1, 1e9 (their lower median is 1) and 1 where a value is not the median.
        let x = array![[1.0, 0.0], [2.0, 0.0], [3.0, 1.0], [4.0, 0.0], [1e9, 0.0]];
        let most = Standardization::of_most(x.view(), None, true);
        assert_eq!((&most.centre, &most.scale), (&array![3.0, 0.0], &array![2.0, 2.0]));
        assert!(most.is_dispensable());
        let weights = array![9.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(Standardization::of_most(x.view(), Some(weights.view()), true).centre, array![1.0, 0.0]);
        assert_eq!(Standardization::of_most(x.view(), None, false).centre, array![0.0, 0.0]);
        // A constant one has no scale.
        let years = array![[2020.0, 7.0], [2021.0, 7.0], [2022.0, 7.0]];
        let most = Standardization::of_most(years.view(), None, true);
        assert_eq!((&most.centre, &most.scale), (&array![2021.0, 7.0], &array![2.0, 1.0]));
        assert!(!most.is_dispensable());
    }

    #[test]
    fn periodic_and_rare_values_are_seen() {
        let periodic = Array2::from_shape_fn((4096, 1), |(row, _)| 1e9 * (row % 4) as f64);
        let most = Standardization::of_most(periodic.view(), None, true);
        assert!((1e8..4e9).contains(&most.scale[0]), "{most:?}");
        let rare = Array2::from_shape_fn((100_000, 1), |(row, _)| if row == 4321 { 1e8 } else { 0.0 });
        let most = Standardization::of_most(rare.view(), None, true);
        assert!(most.centre[0] == 0.0 && (5e7..4e8).contains(&most.scale[0]), "{most:?}");
    }

    #[test]
    fn squares_outside_the_range_of_f64_and_absent_rows_do_no_harm() {
        let x = array![[1e200, 1e-200, 5.0], [3e200, 3e-200, 5.0], [f64::NAN, f64::INFINITY, 0.0]];
        let weights = array![1.0, 1.0, 0.0];
        let standard = Standardization::of(x.view(), Some(weights.view()), true);
        let apart = standard.apply(x.view());
        for column in 0..2 {
            assert!(apart[[0, column]] == -apart[[1, column]] && (0.7..1.5).contains(&apart[[1, column]]), "{apart}");
        }
        assert_eq!((standard.centre[2], standard.scale[2]), (5.0, 1.0));
    }

    #[test]
    fn without_an_intercept_nothing_is_centred_and_without_rows_nothing_happens() {
        let x = array![[3.0], [3.0]];
        assert_eq!(Standardization::of(x.view(), None, false).centre, array![0.0]);
        assert_eq!(Standardization::of(x.view(), None, false).scale, array![4.0]);
        let none = Standardization::of(Array2::zeros((0, 2)).view(), None, true);
        assert_eq!((none.centre, none.scale), (array![0.0, 0.0], array![1.0, 1.0]));
    }
}
