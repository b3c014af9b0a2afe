//! The squared-error cost of a line, as the quadratic over (w, b) that it is.
//!
//! For ŷ = w·x + b the cost is a quadratic, so five numbers of the data give it everywhere:
//! J(w, b) = J* + c·(δw²·mean(x²) + 2·δw·δb·mean(x) + δb²) with δw = w − w*, δb = b − b*. Written from its lowest point,
//! nothing cancels, however far the data lies from zero. c is ½ for the lecture's cost, 1 for the mean squared error.

use ndarray::ArrayView1;

use crate::error::{Error, Result};

/// J(w, b) of one feature and one target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct QuadraticCost {
    /// The lowest point; one of them where the feature is constant.
    pub w: f64,
    pub b: f64,
    /// The cost there.
    pub lowest: f64,
    mean: f64,
    mean_square: f64,
    variance: f64,
    target_variance: f64,
    factor: f64,
}

impl QuadraticCost {
    /// The quadratic of these examples; `half` chooses the lecture's ½.
    pub(crate) fn of(x: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>, half: bool) -> Result<Self> {
        if x.len() != y.len() {
            let (expected, found) = (format!("{} targets", x.len()), y.len().to_string());
            return Err(Error::Shape { what: "the cost of a line".into(), expected, found });
        }
        if x.is_empty() || x.iter().chain(&y).any(|value| !value.is_finite()) {
            return Err(Error::Data("the cost of a line needs at least one example and no missing values".into()));
        }
        let n = x.len() as f64;
        let (mean, target_mean) = (x.sum() / n, y.sum() / n);
        let centered = x.iter().zip(&y).map(|(x, y)| (x - mean, y - target_mean));
        let (variance, covariance, target_variance) =
            centered.fold((0.0, 0.0, 0.0), |(xx, xy, yy), (x, y)| (xx + x * x / n, xy + x * y / n, yy + y * y / n));
        let w = if variance > 0.0 { covariance / variance } else { 0.0 };
        let b = target_mean - w * mean;
        let factor = if half { 0.5 } else { 1.0 };
        let lowest = x.iter().zip(&y).map(|(x, y)| factor * (w * x + b - y).powi(2) / n).sum();
        let mean_square = variance + mean * mean;
        Ok(QuadraticCost { w, b, lowest, mean, mean_square, variance, target_variance, factor })
    }

    /// The cost at (w, b).
    pub(crate) fn at(&self, w: f64, b: f64) -> f64 {
        let (dw, db) = (w - self.w, b - self.b);
        self.lowest + self.factor * (dw * dw * self.mean_square + 2.0 * dw * db * self.mean + db * db)
    }

    /// dJ/dw at (w, b).
    pub(crate) fn slope(&self, w: f64, b: f64) -> f64 {
        2.0 * self.factor * ((w - self.w) * self.mean_square + (b - self.b) * self.mean)
    }

    /// The lowest point of J along w at this b.
    pub(crate) fn lowest_w(&self, b: f64) -> f64 {
        if self.mean_square > 0.0 { self.w - (b - self.b) * self.mean / self.mean_square } else { self.w }
    }

    /// The points at which the cost is `rise` above its lowest: an ellipse, in `count` points, closed.
    ///
    /// With u = √var(x)·δw and t = δb + mean(x)·δw the rise is c·(u² + t²): a circle.
    pub(crate) fn ellipse(&self, rise: f64, count: usize) -> Vec<(f64, f64)> {
        let radius = (rise / self.factor).max(0.0).sqrt();
        // A constant feature makes a trough without an end; a long ellipse looks like it.
        let deviation = self.variance.max(1e-9 * self.mean_square).max(1e-12).sqrt();
        let angles = spaced([0.0, std::f64::consts::TAU], count);
        angles
            .into_iter()
            .map(|angle| {
                let dw = radius * angle.cos() / deviation;
                (self.w + dw, self.b + radius * angle.sin() - self.mean * dw)
            })
            .collect()
    }

    /// Half the width along w and along b of the ellipse on which the cost is `rise` above its lowest point.
    fn reach(&self, rise: f64) -> (f64, f64) {
        let square = rise / self.factor;
        if self.mean_square == 0.0 {
            // Where x is 0 everywhere, the cost depends on b alone.
            return (square.sqrt(), square.sqrt());
        }
        let spread = if self.variance > 1e-12 * self.mean_square { self.variance } else { self.mean_square };
        ((square / spread).sqrt(), (square * self.mean_square / spread).sqrt())
    }

    /// What to show: the lowest point, the path, and some room around them, as `[from, to]` of w and of b.
    pub(crate) fn window(&self, path: &[(f64, f64)]) -> [[f64; 2]; 2] {
        let points = path.iter().copied().filter(|(w, b)| w.is_finite() && b.is_finite());
        let span = |least: f64, values: &mut dyn Iterator<Item = f64>, center: f64| {
            let (low, high) = values.fold((center, center), |(low, high), value| (low.min(value), high.max(value)));
            let margin = 0.18 * (high - low);
            let middle = (low + high) / 2.0;
            let half = ((high - low) / 2.0 + margin).max(least);
            [middle - half, middle + half]
        };
        // Alone, the quadratic is shown up to where the line explains less than the mean does; around a path, a little. Targets
        // that are all the same have no such place, and are taken by their size.
        let target = (self.w * self.mean + self.b).powi(2);
        let typical = [self.target_variance, target].into_iter().find(|square| *square > 1e-24 * target).unwrap_or(1.0);
        let rise = (self.factor * typical).max(1e-12 + self.lowest);
        let (mut reach_w, mut reach_b) = self.reach(rise);
        if path.len() > 1 {
            (reach_w, reach_b) = (0.25 * reach_w, 0.25 * reach_b);
        }
        let positive = |value: f64| if value > 0.0 && value.is_finite() { value } else { 1.0 };
        [
            span(positive(reach_w), &mut points.clone().map(|(w, _)| w), self.w),
            span(positive(reach_b), &mut points.map(|(_, b)| b), self.b),
        ]
    }
}

/// `count` values from one end of a range to the other.
pub(crate) fn spaced(range: [f64; 2], count: usize) -> Vec<f64> {
    (0..count).map(|index| range[0] + (range[1] - range[0]) * index as f64 / (count - 1).max(1) as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, array};

    fn lecture() -> (Array1<f64>, Array1<f64>) {
        (array![1.0, 3.0, 6.0, 5.0], array![4.0, 8.0, 14.0, 13.0])
    }

    #[test]
    fn the_lectures_numbers_come_out() -> Result<()> {
        let (x, y) = lecture();
        let quadratic = QuadraticCost::of(x.view(), y.view(), true)?;
        assert!((quadratic.at(5.0, 1.0) - 65.75).abs() < 1e-12);
        assert!((quadratic.slope(5.0, 1.0) - 48.25).abs() < 1e-12);
        assert!((quadratic.w - 123.0 / 59.0).abs() < 1e-14 && (quadratic.b - 114.0 / 59.0).abs() < 1e-14);
        assert!((quadratic.lowest - 19.0 / 236.0).abs() < 1e-14);
        let whole = QuadraticCost::of(x.view(), y.view(), false)?;
        assert!((whole.at(5.0, 1.0) - 131.5).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn the_cost_is_the_sum_over_examples_everywhere() -> Result<()> {
        let x = Array1::from_iter((0..50).map(|i| 1000.0 + f64::from(i).sin()));
        let y = x.mapv(|x| 3.0 * x - 7.0 + (x * 17.0).cos());
        let quadratic = QuadraticCost::of(x.view(), y.view(), true)?;
        for (w, b) in [(0.0, 0.0), (3.0, -7.0), (3.1, -100.0), (-2.0, 4000.0)] {
            let direct = x.iter().zip(&y).map(|(x, y)| (w * x + b - y).powi(2)).sum::<f64>() / 100.0;
            assert!((quadratic.at(w, b) - direct).abs() <= 1e-8 * direct, "{} {direct}", quadratic.at(w, b));
            let h = 1e-4;
            let slope = (quadratic.at(w + h, b) - quadratic.at(w - h, b)) / (2.0 * h);
            assert!((quadratic.slope(w, b) - slope).abs() <= 1e-5 * slope.abs());
        }
        let lowest = quadratic.lowest_w(10.0);
        assert!(quadratic.slope(lowest, 10.0).abs() < 1e-6);
        Ok(())
    }

    #[test]
    fn ellipses_are_lines_of_equal_cost() -> Result<()> {
        let (x, y) = lecture();
        let quadratic = QuadraticCost::of(x.view(), y.view(), true)?;
        let ellipse = quadratic.ellipse(3.0, 41);
        assert!(ellipse.iter().all(|(w, b)| (quadratic.at(*w, *b) - quadratic.lowest - 3.0).abs() < 1e-12));
        assert!((ellipse[0].0 - ellipse[40].0).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn the_window_holds_the_lowest_point_and_the_path() -> Result<()> {
        let (x, y) = lecture();
        let quadratic = QuadraticCost::of(x.view(), y.view(), true)?;
        for path in [vec![], vec![(5.0, 1.0), (4.5, 0.9)], vec![(f64::NAN, 1.0)]] {
            let [w, b] = quadratic.window(&path);
            assert!(
                w[0] < quadratic.w && quadratic.w < w[1] && b[0] < quadratic.b && quadratic.b < b[1],
                "{w:?} {b:?}"
            );
            assert!(path.iter().all(|(at, _)| at.is_nan() || (w[0] < *at && *at < w[1])));
        }
        Ok(())
    }

    #[test]
    fn strange_data_is_refused_or_bounded() -> Result<()> {
        assert!(QuadraticCost::of(array![1.0].view(), array![1.0, 2.0].view(), true).is_err());
        assert!(QuadraticCost::of(array![f64::NAN].view(), array![1.0].view(), true).is_err());
        let no_values = Array1::<f64>::zeros(0);
        assert!(QuadraticCost::of(no_values.view(), no_values.view(), true).is_err());
        for x in [array![2.0, 2.0], array![0.0, 0.0]] {
            let quadratic = QuadraticCost::of(x.view(), array![1.0, 3.0].view(), true)?;
            assert!(quadratic.window(&[]).iter().flatten().all(|end| end.is_finite()));
        }
        Ok(())
    }

    #[test]
    fn the_window_has_a_width_whatever_does_not_vary() -> Result<()> {
        for x in [array![2.0, 2.0], array![0.0, 0.0], array![0.0, 1.0]] {
            for y in [array![1.0, 3.0], array![3.0, 3.0], array![0.0, 0.0]] {
                for [low, high] in QuadraticCost::of(x.view(), y.view(), true)?.window(&[]) {
                    assert!(high - low > 0.1, "{x} {y}: {low} to {high}");
                }
            }
        }
        // J(b) = ½(b − 3)² where x is 0: as far above its lowest point at b = 0 and b = 6 as the targets are large.
        assert_eq!(QuadraticCost::of(array![0.0].view(), array![3.0].view(), true)?.window(&[])[1], [0.0, 6.0]);
        Ok(())
    }
}
