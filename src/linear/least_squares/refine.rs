//! Refinement: residuals in twice the working precision bring back the digits that a factorization lost.

use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::Problem;
use super::triangle::{solve_upper, solve_upper_transposed};

/// A number as the unevaluated sum of two, 32 digits in all (Dekker, *Numerische Mathematik* 18, 1971).
#[derive(Clone, Copy, Default)]
struct Double {
    high: f64,
    low: f64,
}

impl Double {
    /// a · b without rounding, by splitting each factor in two halves.
    #[inline(always)]
    fn product(a: f64, b: f64) -> Double {
        let split = |value: f64| {
            let shifted = 134_217_729.0 * value;
            let high = shifted - (shifted - value);
            (high, value - high)
        };
        let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
        let high = a * b;
        let low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low;
        Double { high, low }
    }

    #[inline(always)]
    fn plus(self, other: Double) -> Double {
        let sum = self.high + other.high;
        let part = sum - self.high;
        let error = (self.high - (sum - part)) + (other.high - part);
        let low = error + self.low + other.low;
        let high = sum + low;
        Double { high, low: low - (high - sum) }
    }

    #[inline(always)]
    fn times(self, factor: f64) -> Double {
        Double::product(self.high, factor).plus(Double { high: self.low * factor, low: 0.0 })
    }

    fn value(self) -> f64 {
        self.high + self.low
    }
}

/// A solution, and what refining it needs: `triangle` with `(D⁻¹XᵀX D⁻¹ + penalty) ≈ RᵀR` for centred X, D = diag(scale).
pub(super) struct Refinement<'a> {
    pub triangle: &'a Array2<f64>,
    pub scale: &'a Array1<f64>,
    pub centre: &'a Array1<f64>,
}

/// Newton's method on the gradient itself, which is computed from the data as it is, in doubled precision; so the limit
/// is the exact minimum, rounded, however crude the triangle (Björck, *Numerical Methods for Least Squares Problems*,
/// §2.9). Returns how many corrections it took, or `None` where they did not shrink: then the solution is as it was.
pub(super) fn refine(
    problem: &Problem<'_>,
    refinement: &Refinement<'_>,
    weights: &mut Array2<f64>,
    intercepts: &mut Array1<f64>,
) -> Option<usize> {
    const MOST: usize = 12;
    let (first_weights, first_intercepts) = (weights.clone(), intercepts.clone());
    let total = problem.total_weight();
    let mut last_size = f64::INFINITY;
    for round in 1..=MOST {
        let (mut step, mean_residual) = gradient(problem, refinement.centre, weights, intercepts);
        for (mut row, scale) in step.rows_mut().into_iter().zip(refinement.scale) {
            row /= *scale;
        }
        solve_upper_transposed(refinement.triangle, &mut step);
        solve_upper(refinement.triangle, &mut step);
        for (mut row, scale) in step.rows_mut().into_iter().zip(refinement.scale) {
            row /= *scale;
        }
        let size = relative_size(&step, weights, refinement.scale);
        if !size.is_finite() || (round > 2 && size > 0.5 * last_size && size > 1e-14) {
            (*weights, *intercepts) = (first_weights, first_intercepts);
            return None;
        }
        *weights += &step;
        if problem.intercept {
            *intercepts += &(mean_residual / total - refinement.centre.dot(&step));
        }
        if size <= 2.0 * f64::EPSILON || size > 0.5 * last_size {
            return Some(round);
        }
        last_size = size;
    }
    Some(MOST)
}

/// The largest correction of a weight, relative to that weight, or to the largest (both scaled) where it is tiny.
fn relative_size(step: &Array2<f64>, weights: &Array2<f64>, scale: &Array1<f64>) -> f64 {
    let mut largest: f64 = 0.0;
    for (steps, weights) in step.columns().into_iter().zip(weights.columns()) {
        let reach = weights.iter().zip(scale).fold(0.0_f64, |reach, (weight, scale)| reach.max((weight * scale).abs()));
        for ((step, weight), scale) in steps.iter().zip(weights).zip(scale) {
            let base = (weight * scale).abs().max(1e-6 * reach);
            if *step != 0.0 {
                largest = largest.max((step * scale).abs() / base);
            }
        }
    }
    largest
}

/// The gradient's parts Σ ω r (x − centre) − p W (d × k) and Σ ω r (k), exact to double precision.
fn gradient(
    problem: &Problem<'_>,
    centre: &Array1<f64>,
    weights: &Array2<f64>,
    intercepts: &Array1<f64>,
) -> (Array2<f64>, Array1<f64>) {
    const ROWS: usize = 4096;
    let (d, k) = (problem.features(), problem.targets());
    // Fixed blocks, added in order: the same digits however many threads there are.
    let blocks: Vec<Vec<Double>> = (0..problem.rows().div_ceil(ROWS))
        .into_par_iter()
        .map(|block| {
            let mut sums = vec![Double::default(); (d + 1) * k];
            for row in block * ROWS..((block + 1) * ROWS).min(problem.rows()) {
                let x = problem.x.row(row);
                for target in 0..k {
                    let mut residual = Double { high: problem.y[[row, target]], low: 0.0 }
                        .plus(Double { high: -intercepts[target], low: 0.0 });
                    for (value, weight) in x.iter().zip(weights.column(target)) {
                        residual = residual.plus(Double::product(-value, *weight));
                    }
                    if problem.weights.is_some() {
                        residual = residual.times(problem.weight(row));
                    }
                    let sums = &mut sums[target * (d + 1)..(target + 1) * (d + 1)];
                    for (sum, value) in sums.iter_mut().zip(x) {
                        *sum = sum.plus(residual.times(*value));
                    }
                    sums[d] = sums[d].plus(residual);
                }
            }
            sums
        })
        .collect();
    let mut sums = vec![Double::default(); (d + 1) * k];
    for block in &blocks {
        for (sum, part) in sums.iter_mut().zip(block) {
            *sum = sum.plus(*part);
        }
    }
    let mut step = Array2::zeros((d, k));
    let mut residuals = Array1::zeros(k);
    for target in 0..k {
        let sums = &sums[target * (d + 1)..(target + 1) * (d + 1)];
        residuals[target] = sums[d].value();
        for feature in 0..d {
            let centred = match problem.intercept {
                true => sums[feature].plus(sums[d].times(-centre[feature])),
                false => sums[feature],
            };
            let penalty = Double::product(-problem.penalty, weights[[feature, target]]);
            step[[feature, target]] = centred.plus(penalty).value();
        }
    }
    (step, residuals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_numbers_keep_what_one_number_drops() {
        let sum = Double::product(1e16, 1.0).plus(Double::product(1.0, 1.0)).plus(Double::product(-1e16, 1.0));
        assert_eq!(sum.value(), 1.0);
        let square = Double::product(1.0 + f64::EPSILON, 1.0 + f64::EPSILON).plus(Double { high: -1.0, low: 0.0 });
        assert_eq!(square.plus(Double { high: -2.0 * f64::EPSILON, low: 0.0 }).value(), f64::EPSILON * f64::EPSILON);
    }
}
