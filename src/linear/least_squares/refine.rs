//! Refinement: residuals in twice the working precision bring back the digits that a factorization lost.

use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::Problem;
use super::doubled::DoubledTriangle;
use super::triangle::{solve_upper, solve_upper_transposed};
use crate::linear::double::Double;

/// Where corrections end: all 16 digits are there.
pub(super) const SETTLED: f64 = 4.0 * f64::EPSILON;

/// R with `(D⁻¹XᵀX D⁻¹ + penalty) ≈ RᵀR` for centered X, D = diag(scale).
pub(super) enum Factor<'a> {
    /// Rounded to f64.
    Single(&'a Array2<f64>),
    /// In doubled precision, which also serves where κ² exceeds what f64 can tell.
    Doubled(&'a DoubledTriangle),
}

/// What refining a solution needs.
pub(super) struct Refinement<'a> {
    pub factor: Factor<'a>,
    pub scale: &'a Array1<f64>,
    pub centre: &'a Array1<f64>,
    /// The relative error of the solution as it comes, roughly.
    pub error: f64,
}

/// A solution in doubled precision: the weights (d × k) and intercepts (k) that f64 rounds.
pub(in crate::linear) struct Precise {
    pub weights: Array2<Double>,
    pub intercepts: Array1<Double>,
}

impl Precise {
    /// y − Wᵀx − b of one example and target.
    pub fn residual(&self, problem: &Problem<'_>, row: usize, target: usize) -> Double {
        let mut residual = -self.intercepts[target] + problem.y[[row, target]];
        for (x, weight) in problem.x.row(row).iter().zip(self.weights.column(target)) {
            let product = Double::product(-x, weight.high);
            residual += Double { high: product.high, low: product.low - x * weight.low };
        }
        residual
    }

    /// The weights and intercepts, each rounded once.
    pub fn rounded(&self) -> (Array2<f64>, Array1<f64>) {
        (self.weights.mapv(Double::value), self.intercepts.mapv(Double::value))
    }
}

/// A refined solution.
pub(super) struct Refined {
    pub solution: Precise,
    /// How many corrections it took.
    pub rounds: usize,
    /// The relative error that is left, at most; below [`SETTLED`] all digits are kept.
    pub error: f64,
}

/// Newton's method on the gradient itself, which is computed from the data as it is, in doubled precision; so the limit
/// is the exact minimum, rounded, however crude the triangle (Björck, *Numerical Methods for Least Squares Problems*,
/// §2.9). It ends where a correction does not shrink; `None` where that leaves no more digits than there were.
pub(super) fn refine(
    problem: &Problem<'_>,
    refinement: &Refinement<'_>,
    weights: &Array2<f64>,
    intercepts: &Array1<f64>,
) -> Option<Refined> {
    const MOST: usize = 12;
    let mut solution = Precise { weights: weights.mapv(Double::from), intercepts: intercepts.mapv(Double::from) };
    let total = Double::from(problem.total_weight());
    let mut last_size = f64::INFINITY;
    for round in 1..=MOST {
        let (gradient, residuals) = gradient(problem, refinement.centre, &solution);
        let step = refinement.step(gradient);
        let size = relative_size(problem, &step, &solution.weights, refinement.scale);
        if !size.is_finite() {
            return None;
        }
        if size > 0.5 * last_size {
            // What the last correction left is as large as it was itself.
            let error = size.max(last_size);
            return (error < refinement.error).then_some(Refined { solution, rounds: round - 1, error });
        }
        solution.weights.zip_mut_with(&step, |weight, step| *weight += *step);
        if problem.intercept {
            for (target, intercept) in solution.intercepts.iter_mut().enumerate() {
                *intercept += residuals[target] / total;
                for (centre, step) in refinement.centre.iter().zip(step.column(target)) {
                    *intercept -= *step * *centre;
                }
            }
        }
        last_size = size;
        if size <= SETTLED {
            return Some(Refined { solution, rounds: round, error: size });
        }
    }
    Some(Refined { solution, rounds: MOST, error: last_size })
}

impl Refinement<'_> {
    /// The correction that a gradient asks for: (XᵀX + penalty)⁻¹ g.
    fn step(&self, mut gradient: Array2<Double>) -> Array2<Double> {
        let unscale = |step: &mut Array2<Double>| {
            for (mut row, scale) in step.rows_mut().into_iter().zip(self.scale) {
                row.mapv_inplace(|value| value / Double::from(*scale));
            }
        };
        unscale(&mut gradient);
        let mut step = match self.factor {
            Factor::Single(r) => {
                let mut step = gradient.mapv(Double::value);
                solve_upper_transposed(r, &mut step);
                solve_upper(r, &mut step);
                step.mapv(Double::from)
            }
            Factor::Doubled(triangle) => triangle.solve(gradient),
        };
        unscale(&mut step);
        step
    }
}

/// The largest correction of a weight, relative to that weight, or to the largest (both scaled) where it is tiny;
/// against the target's own size where all weights are next to nothing.
fn relative_size(problem: &Problem<'_>, step: &Array2<Double>, weights: &Array2<Double>, scale: &Array1<f64>) -> f64 {
    let mut largest: f64 = 0.0;
    for ((steps, weights), y) in step.columns().into_iter().zip(weights.columns()).zip(problem.y.columns()) {
        let reach =
            weights.iter().zip(scale).fold(0.0_f64, |reach, (weight, scale)| reach.max((weight.high * scale).abs()));
        let least = y.iter().fold(1e-6 * reach, |least, y| least.max(1e-20 * y.abs()));
        for ((step, weight), scale) in steps.iter().zip(weights).zip(scale) {
            let size = (step.high * scale).abs() / (weight.high * scale).abs().max(least);
            if step.high != 0.0 {
                largest = if size.is_nan() { f64::INFINITY } else { largest.max(size) };
            }
        }
    }
    largest
}

/// The gradient's parts Σ ω r (x − centre) − p W (d × k) and Σ ω r (k), exact to double precision.
fn gradient(problem: &Problem<'_>, centre: &Array1<f64>, solution: &Precise) -> (Array2<Double>, Array1<Double>) {
    const ROWS: usize = 4096;
    let (d, k) = (problem.features(), problem.targets());
    // Fixed blocks, added in order: the same digits however many threads there are.
    let blocks: Vec<Vec<Double>> = (0..problem.rows().div_ceil(ROWS))
        .into_par_iter()
        .map(|block| {
            let mut sums = vec![Double::ZERO; (d + 1) * k];
            for row in block * ROWS..((block + 1) * ROWS).min(problem.rows()) {
                let x = problem.x.row(row);
                for target in 0..k {
                    let mut residual = solution.residual(problem, row, target);
                    if problem.weights.is_some() {
                        residual = residual * problem.weight(row);
                    }
                    let sums = &mut sums[target * (d + 1)..(target + 1) * (d + 1)];
                    for ((sum, value), centre) in sums.iter_mut().zip(x).zip(centre) {
                        // x − centre before the product: what both share would drown the rest.
                        *sum += residual * Double::sum(*value, -centre);
                    }
                    sums[d] += residual;
                }
            }
            sums
        })
        .collect();
    let mut sums = vec![Double::ZERO; (d + 1) * k];
    for block in &blocks {
        for (sum, part) in sums.iter_mut().zip(block) {
            *sum += *part;
        }
    }
    let step = Array2::from_shape_fn((d, k), |(feature, target)| {
        sums[target * (d + 1) + feature] - solution.weights[[feature, target]] * problem.penalty
    });
    (step, Array1::from_shape_fn(k, |target| sums[target * (d + 1) + d]))
}
