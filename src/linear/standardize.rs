//! Centre and scale of each feature, with the examples' weights: the one place for every exact linear model.
//!
//! A feature far from 0 beside its spread (a year, a time stamp) has almost the same direction as the intercept, and one in
//! another unit dwarfs the rest. The exact fits therefore solve for x′ = (x − centre) / scale and turn the result back; no
//! digits are lost to the feature's origin or unit. Gradient descent steps on the features as they are: the lecture's point
//! is that scaling them is up to the reader.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

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
            return Standardization { centre: Array1::zeros(d), scale: Array1::ones(d) };
        };
        // Sums of differences from one example: no digits are lost to an origin far away.
        let pilot = x.row(first);
        let mut centre = Array1::zeros(d);
        if intercept {
            let sums = sum_over_rows(x, |row, x, sums| {
                for ((sum, x), pilot) in sums.iter_mut().zip(x).zip(pilot) {
                    *sum += weight(row) * (x - pilot);
                }
            });
            centre = &pilot + &(sums / total);
        }
        let squares = sum_over_rows(x, |row, x, sums| {
            for ((sum, x), centre) in sums.iter_mut().zip(x).zip(&centre) {
                *sum += weight(row) * (x - centre) * (x - centre);
            }
        });
        let mut scale = squares.mapv(|squares| nearest_power_of_two((squares / total).sqrt()));
        for (feature, column) in x.columns().into_iter().enumerate() {
            // A constant feature has deviations of rounding, not of data.
            let constant = column.iter().enumerate().all(|(row, x)| weight(row) == 0.0 || *x == pilot[feature]);
            if constant && intercept {
                (centre[feature], scale[feature]) = (pilot[feature], 1.0);
            }
        }
        Standardization { centre, scale }
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
    pub fn turn_back(&self, weights: &mut Array2<f64>, intercepts: &mut Array1<f64>) {
        *weights /= &self.scale.view().insert_axis(Axis(1));
        *intercepts -= &self.centre.dot(weights);
    }
}

/// The power of two nearest to a size, 1 for 0 or what is not finite.
fn nearest_power_of_two(size: f64) -> f64 {
    if size > 0.0 && size.is_finite() { size.log2().round().clamp(-1000.0, 1000.0).exp2() } else { 1.0 }
}

/// One sum a column over all rows, in fixed blocks that are added in order.
fn sum_over_rows(
    x: ArrayView2<'_, f64>,
    add: impl Fn(usize, ArrayView1<'_, f64>, &mut Array1<f64>) + Sync,
) -> Array1<f64> {
    let blocks: Vec<Array1<f64>> = (0..x.nrows().div_ceil(ROWS))
        .into_par_iter()
        .map(|block| {
            let mut sums = Array1::zeros(x.ncols());
            for row in block * ROWS..((block + 1) * ROWS).min(x.nrows()) {
                add(row, x.row(row), &mut sums);
            }
            sums
        })
        .collect();
    blocks.into_iter().fold(Array1::zeros(x.ncols()), |sum, block| sum + block)
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
        standard.turn_back(&mut weights, &mut intercepts);
        let there = weights[[0, 0]] * (1e8 + 1.0) + weights[[1, 0]] * 0.1 + intercepts[0];
        assert!((there - (3.0 * -1.375 + 7.0)).abs() < 1e-6);
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
