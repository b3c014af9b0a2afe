//! Ridge regression with fewer examples than features: n unknowns, one per example, instead of d.

use ndarray::{Array1, Array2, Axis, s};
use rayon::prelude::*;

use super::condition::cholesky;
use super::moments::gram;
use super::refine::SETTLED;
use super::triangle::{solve_upper, solve_upper_transposed};
use super::{Problem, Solved, shown};
use crate::error::Result;
use crate::lapack;
use crate::linear::double::Double;
use crate::linear::standardize::Standardization;

/// Multiplications in doubled precision that take some milliseconds at most.
const FEW: usize = 50_000;

/// W = Xᵀα with α from `[XXᵀ + pΩ⁻¹, 1; 1ᵀ, 0] [α; b] = [Y; 0]` for centered X, the same minimum as the primal's; after
/// Saunders, Gammerman and Vovk (1998), *Ridge regression learning algorithm in dual variables*. Cholesky's
/// factorization of the n × n products, refined where it loses digits; singular values of X where it would lose too
/// many.
///
/// # Errors
/// A failure of LAPACK.
pub(super) fn dual(problem: &Problem<'_>) -> Result<Solved> {
    let standard = problem.standardization();
    let system = System::of(problem, &standard);
    let Some((r, condition_number)) = cholesky(&system.matrix())? else {
        return dual_svd(problem, &standard, "Ridge by singular values: the examples' products are nearly singular");
    };
    let factor = Factor::of(r, &system.root);
    let error = f64::EPSILON * condition_number * condition_number;
    let (mut alpha, mut intercepts) = system.solve(&factor);
    let mut refinements = 0;
    let work = problem.rows().saturating_mul(problem.features() * problem.targets());
    let kappa = shown(condition_number);
    let mut note = format!(
        "Ridge in its dual form, with one unknown per example: at condition number {kappa} it keeps all digits."
    );
    let weights = if error > 2e-14 || work < FEW {
        let Some(rounds) = system.refine(&factor, error, &mut alpha, &mut intercepts) else {
            return dual_svd(problem, &standard, "Ridge by singular values: refining the dual does not converge");
        };
        refinements = rounds;
        note = format!(
            "Ridge in its dual form, with one unknown per example (condition number {kappa}), refined with residuals in doubled \
             precision: all digits are kept."
        );
        system.weights(&alpha).mapv(Double::value)
    } else {
        system.z.t().dot(&(alpha.mapv(Double::value) / &system.root))
    };
    Ok(system.solved(weights, intercepts.mapv(Double::value), condition_number, refinements, "dual", note))
}

/// The same by singular values, W = V Σ(Σ² + p)⁻¹ Uᵀy: at any condition number.
///
/// # Errors
/// A failure of LAPACK.
pub(super) fn dual_svd(problem: &Problem<'_>, standard: &Standardization, why: &str) -> Result<Solved> {
    let system = System::of(problem, standard);
    let total = problem.total_weight();
    let squares = system.root.mapv(|root| root * root);
    let mean = match problem.intercept {
        true => squares.t().dot(&problem.y).remove_axis(Axis(0)) / total,
        false => Array1::zeros(problem.targets()),
    };
    let (u, values, vt) = lapack::svd(system.z.clone(), "singular values of the features")?;
    let mut along = u.t().dot(&((&problem.y - &mean) * &system.root));
    let largest = values.first().copied().unwrap_or(0.0);
    // What is below this is rounding, which a tiny penalty would not hold down.
    let limit = largest * problem.rows().max(problem.features()) as f64 * f64::EPSILON;
    for (mut along, value) in along.rows_mut().into_iter().zip(&values) {
        along *= if *value > limit { value / (value * value + system.penalty) } else { 0.0 };
    }
    let smallest = values.last().copied().unwrap_or(0.0);
    let size = |value: f64| (value * value + system.penalty).sqrt();
    // The centered examples always have one direction less than rows: the penalty alone answers for it.
    let condition_number = if size(largest) == size(smallest) { 1.0 } else { size(largest) / size(smallest) };
    let note = format!("{why} (condition number {}).", shown(condition_number));
    Ok(system.solved(vt.t().dot(&along), mean, condition_number, 0, "SVD", note))
}

/// The dual's parts, all features divided by one power of two: a penalty forbids to scale each by its own.
struct System<'a, 'd> {
    problem: &'a Problem<'d>,
    standard: &'a Standardization,
    scale: f64,
    reciprocal: f64,
    /// √ω (x − centre) / scale, n × d.
    z: Array2<f64>,
    /// √ω, n × 1.
    root: Array2<f64>,
    /// p / scale².
    penalty: f64,
}

impl<'a, 'd> System<'a, 'd> {
    fn of(problem: &'a Problem<'d>, standard: &'a Standardization) -> Self {
        let scale = standard.scale.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let root = Array1::from_shape_fn(problem.rows(), |row| problem.weight(row).sqrt()).insert_axis(Axis(1));
        let one =
            Standardization { centre: standard.centre.clone(), scale: Array1::from_elem(problem.features(), scale) };
        let mut z = one.apply(problem.x);
        if problem.weights.is_some() {
            z *= &root;
        }
        System {
            problem,
            standard,
            scale,
            reciprocal: scale.recip(),
            z,
            root,
            penalty: problem.penalty / scale / scale,
        }
    }

    /// √Ω(XXᵀ)√Ω + p, and with an intercept a multiple of √ω√ωᵀ. The constraint √ωᵀa = 0 makes that multiple do
    /// nothing, but without it the constant direction would be left to the penalty alone, and be ill-conditioned where
    /// that is small.
    fn matrix(&self) -> Array2<f64> {
        let mut matrix = gram(self.z.t());
        let anchor = self.anchor(&matrix);
        if self.problem.intercept {
            matrix.scaled_add(anchor, &self.root.dot(&self.root.t()));
        }
        matrix.diag_mut().mapv_inplace(|square| square + self.penalty);
        matrix
    }

    fn anchor(&self, products: &Array2<f64>) -> f64 {
        (products.diag().sum() / self.problem.rows() as f64 + self.penalty) / self.problem.total_weight()
    }

    /// α (n × k) and the intercepts at the centre (k).
    fn solve(&self, factor: &Factor) -> (Array2<Double>, Array1<Double>) {
        let right = (&self.problem.y * &self.root).as_standard_layout().into_owned();
        let nothing = Array1::zeros(self.problem.targets());
        let (a, b) = factor.solve(right, &nothing, self.problem.intercept);
        ((a * &self.root).mapv(Double::from), b.mapv(Double::from))
    }

    /// Corrects by residuals in doubled precision until nothing changes; `None` where that does not converge.
    /// `error` is what one solve gets wrong, relative, and so about how much smaller each correction is than the last.
    fn refine(
        &self,
        factor: &Factor,
        error: f64,
        alpha: &mut Array2<Double>,
        intercepts: &mut Array1<Double>,
    ) -> Option<usize> {
        const MOST: usize = 12;
        let largest = |values: &Array2<f64>| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let pivot = factor.r.diag().fold(f64::MIN_POSITIVE, |most, pivot| most.max(pivot * pivot));
        // An α below this does nothing to a prediction of y.
        let least = 1e-20 * self.problem.y.iter().fold(0.0_f64, |most, y| most.max(y.abs())) / pivot;
        let mut last = f64::INFINITY;
        for round in 1..=MOST {
            let residuals = self.residuals(alpha, intercepts);
            let sums: Array1<f64> = alpha
                .columns()
                .into_iter()
                .map(|column| -column.iter().fold(Double::ZERO, |sum, value| sum + *value).value())
                .collect();
            let (step, change) = factor.solve(residuals * &self.root, &sums, self.problem.intercept);
            let step = step * &self.root;
            let (size, whole) = (largest(&step), largest(&alpha.mapv(Double::value)));
            let size = if size == 0.0 { 0.0 } else { size / whole.max(least) };
            if !size.is_finite() {
                return None;
            }
            if size > 0.5 * last {
                return (size <= SETTLED).then_some(round);
            }
            alpha.zip_mut_with(&step, |alpha, step| *alpha = *alpha + *step);
            intercepts.zip_mut_with(&change, |intercept, change| *intercept = *intercept + *change);
            last = size;
            // W is a sum in which much may cancel: α needs digits to spare.
            if size * error.min(1.0) <= 1e-8 * f64::EPSILON {
                return Some(round);
            }
        }
        None
    }

    /// Xᵀα, d × k, for the scaled features.
    fn weights(&self, alpha: &Array2<Double>) -> Array2<Double> {
        let (d, k) = (self.problem.features(), self.problem.targets());
        // Blocks of features: each is summed in the order of the examples.
        const COLUMNS: usize = 256;
        let blocks: Vec<Array2<Double>> = (0..d.div_ceil(COLUMNS))
            .into_par_iter()
            .map(|block| {
                let columns = block * COLUMNS..((block + 1) * COLUMNS).min(d);
                let mut sums = Array2::from_elem((columns.len(), k), Double::ZERO);
                for (row, alpha) in alpha.rows().into_iter().enumerate() {
                    for (mut sums, column) in sums.rows_mut().into_iter().zip(columns.clone()) {
                        let x = self.value(row, column);
                        sums.zip_mut_with(&alpha, |sum, alpha| *sum += x * *alpha);
                    }
                }
                sums
            })
            .collect();
        let mut weights = Array2::from_elem((d, k), Double::ZERO);
        for (block, sums) in blocks.iter().enumerate() {
            weights.slice_mut(s![block * COLUMNS..block * COLUMNS + sums.nrows(), ..]).assign(sums);
        }
        weights
    }

    /// y − b − Xw − pα/ω, n × k.
    fn residuals(&self, alpha: &Array2<Double>, intercepts: &Array1<Double>) -> Array2<f64> {
        let weights = self.weights(alpha);
        let rows: Vec<Vec<f64>> = (0..self.problem.rows())
            .into_par_iter()
            .map(|row| {
                let share = Double::from(self.penalty) / Double::from(self.problem.weight(row));
                let residual = |target: usize| {
                    let mut sum = -intercepts[target] + self.problem.y[[row, target]];
                    for (column, weight) in weights.column(target).iter().enumerate() {
                        sum -= self.value(row, column) * *weight;
                    }
                    (sum - share * alpha[[row, target]]).value()
                };
                (0..self.problem.targets()).map(residual).collect()
            })
            .collect();
        Array2::from_shape_fn(self.problem.y.raw_dim(), |(row, target)| rows[row][target])
    }

    /// (x − centre) / scale without rounding.
    fn value(&self, row: usize, column: usize) -> Double {
        let apart = Double::sum(self.problem.x[[row, column]], -self.standard.centre[column]);
        // A power of two: nothing is rounded.
        Double { high: apart.high * self.reciprocal, low: apart.low * self.reciprocal }
    }

    fn solved(
        &self,
        weights: Array2<f64>,
        intercepts: Array1<f64>,
        condition_number: f64,
        refinements: usize,
        solver: &'static str,
        note: String,
    ) -> Solved {
        let weights = weights / self.scale;
        let intercepts = intercepts - self.standard.centre.dot(&weights);
        let rank = self.problem.features();
        Solved {
            weights,
            intercepts,
            precise: None,
            condition_number,
            rank,
            standard_errors: None,
            refinements,
            solver,
            note,
        }
    }
}

/// The factor of the dual's matrix, and what its constraint needs.
struct Factor {
    r: Array2<f64>,
    root: Array2<f64>,
    /// M⁻¹√ω.
    along: Array2<f64>,
}

impl Factor {
    fn of(r: Array2<f64>, root: &Array2<f64>) -> Self {
        let mut factor = Factor { r, root: root.clone(), along: root.clone() };
        factor.along = factor.inverse(root.clone());
        factor
    }

    /// M⁻¹ right.
    fn inverse(&self, mut right: Array2<f64>) -> Array2<f64> {
        solve_upper_transposed(&self.r, &mut right);
        solve_upper(&self.r, &mut right);
        right
    }

    /// `[M, √ω; √ωᵀ, 0] [a; b] = [right; sums]`, or M a = right without an intercept.
    fn solve(&self, right: Array2<f64>, sums: &Array1<f64>, intercept: bool) -> (Array2<f64>, Array1<f64>) {
        let solution = self.inverse(right);
        if !intercept {
            return (solution, Array1::zeros(sums.len()));
        }
        let whole = (&self.root * &self.along).sum();
        let b = (self.root.t().dot(&solution).remove_axis(Axis(0)) - sums) / whole;
        let a = solution - self.along.dot(&b.view().insert_axis(Axis(0)));
        (a, b)
    }
}
