//! QR: R w = Qᵀy, which keeps the digits that squaring X loses.

use ndarray::{Array1, Array2, Axis};

use super::condition::{StandardErrors, condition};
use super::triangle::{Triangle, solve_upper};
use super::{Problem, Solved};
use crate::error::Result;
use crate::linear::standardize::Standardization;

/// Householder QR of `[1 X]`, after Golub & Van Loan, *Matrix Computations*, §5.3.
///
/// # Errors
/// [`Error::Singular`](crate::Error::Singular) where columns depend on each other to working precision.
pub(in crate::linear) fn qr(problem: &Problem<'_>) -> Result<Solved> {
    let standard = problem.standardization();
    let triangle = Triangle::of(problem, &standard)?;
    let condition_number = condition(&triangle)?;
    if condition_number > 1e15 {
        return Err(problem.singular("X", condition_number));
    }
    let r = triangle.features().to_owned();
    let (weights, intercepts) = solve(&triangle, &standard);
    Ok(Solved {
        weights,
        intercepts,
        precise: None,
        condition_number,
        rank: problem.features(),
        standard_errors: problem
            .has_standard_errors()
            .then(|| StandardErrors::of_triangle(&r, &standard.scale, &standard.centre, problem.total_if_intercept())),
        refinements: 0,
        solver: "QR",
        note: format!("Householder QR, as requested; about {:.0} of 16 digits are kept.", digits(condition_number)),
    })
}

/// How many digits a backward stable method keeps at condition number κ.
pub(super) fn digits(condition_number: f64) -> f64 {
    digits_of(condition_number * f64::EPSILON)
}

/// How many digits a relative error leaves.
pub(super) fn digits_of(error: f64) -> f64 {
    (-error.log10()).clamp(0.0, 16.0)
}

/// Weights and intercepts from a triangle of full rank.
pub(super) fn solve(triangle: &Triangle, standard: &Standardization) -> (Array2<f64>, Array1<f64>) {
    let mut z = triangle.targets().to_owned();
    solve_upper(&triangle.features().to_owned(), &mut z);
    unscale(triangle, z, standard)
}

/// Back from shifted and scaled features to the data's own.
pub(super) fn unscale(triangle: &Triangle, z: Array2<f64>, standard: &Standardization) -> (Array2<f64>, Array1<f64>) {
    let shifted = triangle.intercepts(&z);
    let weights = z / standard.scale.view().insert_axis(Axis(1));
    let intercepts = shifted - standard.centre.dot(&weights);
    (weights, intercepts)
}
