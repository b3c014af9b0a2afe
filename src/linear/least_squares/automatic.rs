//! The default: fast where that is safe, exact where it is not.

use ndarray::{Array1, Array2, Axis};

use super::condition::{StandardErrors, cholesky, condition};
use super::doubled::DoubledTriangle;
use super::moments::Moments;
use super::qr::solve;
use super::refine::{Factor, Refinement, SETTLED, refine};
use super::svd::svd_of_triangle;
use super::triangle::{Triangle, solve_upper, solve_upper_transposed};
use super::{Problem, Solved, shown};
use crate::data::require_numbers;
use crate::error::Result;

/// Multiplications below which QR with refinement takes a few milliseconds at most: nothing to gain by squaring.
const SMALL: f64 = 1e7;

/// For small problems QR, refined. For large ones Cholesky of the centered and scaled XᵀX where κ leaves it all digits;
/// the same, refined, where κ leaves it some; QR, refined, where it leaves none. SVD where the rank is not full. With a
/// penalty and fewer examples than features, the dual.
///
/// # Errors
/// A missing or infinite value, with its place; a failure of LAPACK.
pub(in crate::linear) fn automatic(problem: &Problem<'_>) -> Result<Solved> {
    if problem.is_short() {
        require_numbers(problem.x, Some(problem.columns), "x")?;
        return match problem.penalty > 0.0 {
            true => super::dual::dual(problem),
            // Fewer examples than unknowns have no unique solution: nothing to square.
            false => super::svd(problem),
        };
    }
    let small = problem.rows() as f64 * (problem.features() as f64 + 1.0).powi(2) < SMALL;
    if !small && let Some(solved) = squared(problem)? {
        return Ok(solved);
    }
    require_numbers(problem.x, Some(problem.columns), "x")?;
    let standard = problem.standardization();
    let triangle = Triangle::of(problem, &standard)?;
    let condition_number = condition(&triangle)?;
    let reach = problem.rows().max(problem.features()) as f64;
    if condition_number.is_infinite() || condition_number * f64::EPSILON * reach > 0.1 {
        return svd_of_triangle(problem, &triangle, &standard);
    }
    let (mut weights, mut intercepts) = solve(&triangle, &standard);
    let r = triangle.features().to_owned();
    let doubled = DoubledTriangle::of(problem, &standard);
    let how = Refinement {
        factor: doubled.as_ref().map_or(Factor::Single(&r), Factor::Doubled),
        scale: &standard.scale,
        centre: &standard.centre,
        error: condition_number * f64::EPSILON,
    };
    let refined = refine(problem, &how, &weights, &intercepts);
    let kappa = shown(condition_number);
    let note = match &refined {
        Some(refined) if refined.error <= SETTLED => format!(
            "QR of X (condition number {kappa}), refined with residuals in doubled precision: all digits \
             are kept."
        ),
        Some(refined) => format!(
            "QR of X (condition number {kappa}), refined with residuals in doubled precision; about {:.0} of 16 digits \
             are kept.",
            super::qr::digits_of(refined.error)
        ),
        None => format!(
            "QR: at condition number {kappa} refinement does not converge; about {:.0} digits are kept.",
            super::qr::digits(condition_number)
        ),
    };
    let standard_errors = problem.has_standard_errors().then(|| match &doubled {
        Some(doubled) => doubled.standard_errors(&standard),
        None => StandardErrors::of_triangle(&r, &standard.scale, &standard.centre, problem.total_if_intercept()),
    });
    let refinements = refined.as_ref().map_or(0, |refined| refined.rounds);
    let precise = refined.map(|refined| refined.solution);
    if let Some(precise) = &precise {
        (weights, intercepts) = precise.rounded();
    }
    Ok(Solved {
        weights,
        intercepts,
        precise,
        condition_number,
        rank: problem.features(),
        standard_errors,
        refinements,
        solver: "QR",
        note,
    })
}

/// Cholesky of the centered, scaled XᵀX with refinement; `None` where that would not be exact.
fn squared(problem: &Problem<'_>) -> Result<Option<Solved>> {
    let moments = Moments::of(problem);
    if !moments.is_finite() {
        // Squares that overflow: QR scales first.
        return Ok(None);
    }
    let (gram, cross, centre, spread) = centred(problem, &moments);
    let scale = gram.diag().mapv(f64::sqrt);
    if !scale.iter().all(|length| *length > 0.0) {
        return Ok(None);
    }
    let unit = &gram / &scale / scale.view().insert_axis(Axis(1));
    let Some((r, condition_number)) = cholesky(&unit)? else { return Ok(None) };
    // What one solve gets wrong, relative: squaring costs κ², centering the sums costs mean² / variance.
    let error = f64::EPSILON * condition_number * condition_number * (1.0 + spread);
    if error.is_nan() || error > 1e-3 {
        return Ok(None);
    }
    let mut z = &cross / &scale.view().insert_axis(Axis(1));
    solve_upper_transposed(&r, &mut z);
    solve_upper(&r, &mut z);
    let mut weights = z / scale.view().insert_axis(Axis(1));
    let mut intercepts = match problem.intercept {
        true => &moments.y_sum / moments.total - centre.dot(&weights),
        false => Array1::zeros(problem.targets()),
    };
    let (mut refinements, mut precise) = (0, None);
    let kappa = shown(condition_number);
    let mut note = format!("Cholesky of XᵀX: at condition number {kappa} it keeps all digits.");
    if error > 2e-14 {
        let how = Refinement { factor: Factor::Single(&r), scale: &scale, centre: &centre, error };
        let Some(refined) = refine(problem, &how, &weights, &intercepts).filter(|refined| refined.error <= SETTLED)
        else {
            return Ok(None);
        };
        (weights, intercepts) = refined.solution.rounded();
        (refinements, precise) = (refined.rounds, Some(refined.solution));
        note = format!(
            "Cholesky of XᵀX, refined: at condition number {kappa} one solve loses digits; \
             residuals in doubled precision brought them back."
        );
    }
    let standard_errors = problem
        .has_standard_errors()
        .then(|| StandardErrors::of_triangle(&r, &scale, &centre, problem.total_if_intercept()));
    Ok(Some(Solved {
        weights,
        intercepts,
        precise,
        condition_number,
        rank: problem.features(),
        standard_errors,
        refinements,
        solver: "Cholesky",
        note,
    }))
}

/// The centered XᵀX + p and Xᵀy, the means, and the largest mean² / variance, which tells the digits that centering
/// cost.
fn centred(problem: &Problem<'_>, moments: &Moments) -> (Array2<f64>, Array2<f64>, Array1<f64>, f64) {
    let (mut gram, mut cross) = (moments.gram.clone(), moments.cross.clone());
    let mut spread: f64 = 0.0;
    let mut centre = Array1::zeros(problem.features());
    if problem.intercept {
        centre = &moments.x_sum / moments.total;
        for ((row, column), value) in gram.indexed_iter_mut() {
            *value -= moments.x_sum[row] * centre[column];
        }
        for ((row, target), value) in cross.indexed_iter_mut() {
            *value -= centre[row] * moments.y_sum[target];
        }
        for (feature, mean) in centre.iter().enumerate() {
            let variance = gram[[feature, feature]].max(0.0) / moments.total;
            spread = spread.max(mean * mean / variance.max(f64::MIN_POSITIVE));
        }
    }
    gram.diag_mut().mapv_inplace(|square| square + problem.penalty);
    (gram, cross, centre, spread)
}
