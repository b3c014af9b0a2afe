//! The objective J = Σωᵢlᵢ / Σω + Σⱼ λ₂ⱼ‖wⱼ‖² and its gradient, in one pass over the examples.

use ndarray::linalg::{general_mat_mul, general_mat_vec_mul};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, s};
use rayon::prelude::*;

use super::penalty::Penalty;
use crate::real::sigmoid_and_log;

/// One problem to minimize: two classes with one score, or k classes with k scores.
///
/// Parameters θ are (d + 1) × scores, the intercepts in the last row; d × scores without intercept.
pub(super) struct Objective<'a> {
    /// n × d, row by row.
    pub x: ArrayView2<'a, f64>,
    /// The class of each example; for one score 0 or 1.
    pub class: &'a [usize],
    /// ω, one per example; all 1 where absent.
    pub weights: Option<&'a [f64]>,
    /// Σω.
    pub total: f64,
    /// 1 for the sigmoid, k for the softmax.
    pub scores: usize,
    pub intercept: bool,
    pub penalty: Penalty,
    /// The spread of each feature in x, by which derivatives are judged: its unit does not decide when a fit is good
    /// enough.
    pub spread: ArrayView1<'a, f64>,
}

/// What one pass finds at θ.
#[derive(Clone)]
pub(super) struct Evaluation {
    /// Mean loss and L2 penalty: all that has a gradient.
    pub smooth: f64,
    /// Mean loss.
    pub loss: f64,
    /// Of the smooth part.
    pub gradient: Array2<f64>,
    /// By how much the score of the true class exceeds the others', at least; where positive, every example is right.
    pub smallest_margin: f64,
}

/// Sums over some of the examples.
struct Sums {
    loss: f64,
    gradient: Array2<f64>,
    smallest_margin: f64,
}

impl Objective<'_> {
    pub fn features(&self) -> usize {
        self.x.ncols()
    }

    /// Rows of θ.
    pub fn height(&self) -> usize {
        self.features() + usize::from(self.intercept)
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.height() * self.scores
    }

    pub fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    pub fn zeros(&self) -> Array2<f64> {
        Array2::zeros((self.height(), self.scores))
    }

    /// J(θ) with its L1 part, of a pass' smooth part.
    pub fn value(&self, smooth: f64, theta: &Array2<f64>) -> f64 {
        smooth + self.penalty.l1_of(self.weights_of(theta))
    }

    /// W of θ.
    pub fn weights_of<'t>(&self, theta: &'t Array2<f64>) -> ArrayView2<'t, f64> {
        theta.slice(s![..self.features(), ..])
    }

    /// Scores z = Wᵀx + b of the examples `rows`.
    pub fn scores_of(&self, rows: ArrayView2<'_, f64>, theta: &Array2<f64>) -> Array2<f64> {
        let mut scores = Array2::zeros((rows.nrows(), self.scores));
        if self.intercept {
            scores += &theta.row(self.features());
        }
        add_product(&rows, &self.weights_of(theta), scores.view_mut());
        scores
    }

    /// One pass: rows in blocks that stay in the cache, each through scores, residuals and gradient.
    pub fn evaluate(&self, theta: &Array2<f64>) -> Evaluation {
        let rows = self.x.nrows();
        // Tasks depend on n alone and are added in order: the same digits however many threads there are.
        let task = rows.div_ceil(16).clamp(512, 4096);
        let tasks: Vec<Sums> = (0..rows.div_ceil(task))
            .into_par_iter()
            .map(|at| self.sums(theta, at * task, ((at + 1) * task).min(rows)))
            .collect();
        let mut gradient = self.zeros();
        let (mut loss, mut smallest_margin) = (0.0, f64::INFINITY);
        for task in &tasks {
            gradient += &task.gradient;
            loss += task.loss;
            smallest_margin = smallest_margin.min(task.smallest_margin);
        }
        gradient /= self.total;
        loss /= self.total;
        let weights = self.weights_of(theta);
        let smooth = loss + self.penalty.l2_of(weights);
        for ((mut derivatives, weights), lambda) in
            gradient.rows_mut().into_iter().zip(weights.rows()).zip(&self.penalty.l2)
        {
            derivatives.scaled_add(2.0 * lambda, &weights);
        }
        Evaluation { smooth, loss, gradient, smallest_margin }
    }

    fn sums(&self, theta: &Array2<f64>, start: usize, end: usize) -> Sums {
        let d = self.features();
        // So few values a product that BLAS does not wake its own threads: these here are at work already.
        let block = if self.scores == 1 { 9000 / d.max(1) } else { 250_000 / (d * self.scores).max(1) };
        let block = block.clamp(16, 1024);
        let mut sums = Sums { loss: 0.0, gradient: self.zeros(), smallest_margin: f64::INFINITY };
        for first in (start..end).step_by(block) {
            let rows = first..(first + block).min(end);
            let x = self.x.slice(s![rows.clone(), ..]);
            let mut scores = self.scores_of(x, theta);
            for (row, scores) in rows.zip(scores.rows_mut()) {
                let weight = self.weight(row);
                let (loss, margin) = residuals(scores, self.class[row], weight);
                sums.loss += weight * loss;
                if weight > 0.0 {
                    sums.smallest_margin = sums.smallest_margin.min(margin);
                }
            }
            add_product(&x.t(), &scores.view(), sums.gradient.slice_mut(s![..d, ..]));
            if self.intercept {
                let mut intercepts = sums.gradient.row_mut(d);
                intercepts += &scores.sum_axis(Axis(0));
            }
        }
        sums
    }

    /// The spread of what a row of θ is multiplied with; 1 for the intercept.
    fn spread(&self, row: usize) -> f64 {
        self.spread.get(row).copied().unwrap_or(1.0)
    }

    /// λ₁ of a row of θ; 0 for the intercept.
    pub fn l1(&self, row: usize) -> f64 {
        self.penalty.l1.get(row).copied().unwrap_or(0.0)
    }

    /// How far θ is from the optimum: the largest derivative of J, each divided by its feature's spread. Where L1 has a
    /// kink at 0, the derivative nearest to 0 counts.
    pub fn distance(&self, theta: &Array2<f64>, gradient: &Array2<f64>) -> f64 {
        let mut most: f64 = 0.0;
        for ((row, score), derivative) in gradient.indexed_iter() {
            let l1 = self.l1(row);
            let derivative = match theta[[row, score]] {
                weight if weight > 0.0 => derivative + l1,
                weight if weight < 0.0 => derivative - l1,
                _ => (derivative.abs() - l1).max(0.0),
            };
            // A NaN must not pass for an optimum.
            let derivative = if derivative.is_nan() { f64::INFINITY } else { derivative.abs() / self.spread(row) };
            most = most.max(derivative);
        }
        most
    }

    /// The largest parameter, in units of the features' spread.
    pub fn largest(&self, theta: &Array2<f64>) -> f64 {
        theta.indexed_iter().fold(0.0, |most, ((row, _), value)| most.max(value.abs() * self.spread(row)))
    }

    /// The log-likelihood of the best model that knows no feature.
    pub fn null_log_likelihood(&self) -> f64 {
        let count = self.scores.max(2);
        if !self.intercept {
            return -self.total * (count as f64).ln();
        }
        let mut sums = vec![0.0; count];
        self.class.iter().enumerate().for_each(|(row, class)| sums[*class] += self.weight(row));
        sums.iter().filter(|sum| **sum > 0.0).map(|sum| sum * (sum / self.total).ln()).sum()
    }
}

/// C ← C + AB, for one column as a product of a matrix and a vector, which BLAS does faster.
fn add_product(a: &ArrayView2<'_, f64>, b: &ArrayView2<'_, f64>, mut c: ArrayViewMut2<'_, f64>) {
    match b.ncols() {
        1 => general_mat_vec_mul(1.0, a, &b.column(0), 1.0, &mut c.column_mut(0)),
        _ => general_mat_mul(1.0, a, b, 1.0, &mut c),
    }
}

/// Turns one example's scores into ω ∂l/∂z in place; returns the loss l and the margin of the true class.
fn residuals(mut scores: ArrayViewMut1<'_, f64>, class: usize, weight: f64) -> (f64, f64) {
    if scores.len() == 1 {
        // With m = ±z the margin: l = log(1 + e⁻ᵐ), ∂l/∂m = −σ(−m).
        let margin = if class == 1 { scores[0] } else { -scores[0] };
        let (wrong, log) = sigmoid_and_log(-margin);
        let loss = log + (-margin).max(0.0);
        scores[0] = if class == 1 { -weight * wrong } else { weight * wrong };
        return (loss, margin);
    }
    let own = scores[class];
    let (mut most, mut rival) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (at, score) in scores.iter().enumerate() {
        most = most.max(*score);
        if at != class {
            rival = rival.max(*score);
        }
    }
    let mut sum = 0.0;
    for score in &mut scores {
        *score = (*score - most).exp();
        sum += *score;
    }
    let loss = sum.ln() + (most - own);
    scores *= weight / sum;
    scores[class] -= weight;
    (loss, own - rival)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{array, aview1};
    use proptest::prelude::*;

    fn objective<'a>(x: &'a Array2<f64>, class: &'a [usize], weights: &'a [f64], scores: usize) -> Objective<'a> {
        let penalty = Penalty { l1: array![0.0, 0.0], l2: array![0.3, 0.7], asked: true };
        let (total, spread) = (weights.iter().sum(), aview1(&[1.0, 1.0]));
        Objective { x: x.view(), class, weights: Some(weights), total, scores, intercept: true, penalty, spread }
    }

    proptest! {
        #[test]
        fn gradient_and_hessian_are_the_derivatives_of_objective_and_gradient(
            values in prop::collection::vec(-2.0..2.0_f64, 345 * 2),
            parameters in prop::collection::vec(-2.0..2.0_f64, 9),
            scores in 1..4_usize,
        ) {
            let scores = if scores == 2 { 1 } else { scores };
            let x = Array2::from_shape_vec((345, 2), values).unwrap();
            let class: Vec<usize> = (0..345).map(|row| row * 5 % 7 % scores.max(2)).collect();
            let weights: Vec<f64> = (0..345).map(|row| (row % 4) as f64).collect();
            let objective = objective(&x, &class, &weights, scores);
            let theta = Array2::from_shape_fn((3, scores), |(row, score)| parameters[row * scores + score]);
            let (here, hessian) = (objective.evaluate(&theta), objective.hessian(&theta));
            for ((row, score), derivative) in here.gradient.indexed_iter() {
                let at = |change: f64| {
                    let mut theta = theta.clone();
                    theta[[row, score]] += change;
                    objective.evaluate(&theta)
                };
                // Five points: the error is of the order h⁴.
                let h = 1e-3;
                let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(|step| at(step * h));
                let found = (a.smooth - 8.0 * b.smooth + 8.0 * c.smooth - d.smooth) / (12.0 * h);
                prop_assert!((found - derivative).abs() < 1e-9, "{} against {}", found, derivative);
                let curvature = (a.gradient - 8.0 * b.gradient + 8.0 * c.gradient - d.gradient) / (12.0 * h);
                for ((other, of), found) in curvature.indexed_iter() {
                    prop_assert!((found - hessian[[score * 3 + row, of * 3 + other]]).abs() < 1e-9);
                }
            }
        }
    }
}
