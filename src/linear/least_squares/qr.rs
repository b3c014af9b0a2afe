//! QR: R w = Qᵀy, which keeps the digits that squaring X loses.

use ndarray::{Array1, Array2, Axis};
use ndarray_linalg::{JobSvd, SVDDC};

use super::problem::inverse_gram;
use super::triangle::{Triangle, solve_upper, unit_columns};
use super::{Problem, Solved, lapack};
use crate::error::Result;

/// Householder QR of `[1 X]`, after Golub & Van Loan, *Matrix Computations*, §5.3.
///
/// # Errors
/// [`Error::Singular`](crate::Error::Singular) where columns depend on each other to working precision.
pub(in crate::linear) fn qr(problem: &Problem<'_>) -> Result<Solved> {
    let (centre, scale) = problem.rough_centre_and_scale();
    let triangle = Triangle::of(problem, &centre, &scale)?;
    let condition_number = condition(&triangle)?;
    if triangle.features().nrows() < problem.features() || condition_number > 1e15 {
        return Err(problem.singular("X", condition_number));
    }
    let r = triangle.features().to_owned();
    let (weights, intercepts) = solve(&triangle, &centre, &scale);
    Ok(Solved {
        weights,
        intercepts,
        condition_number,
        rank: problem.features(),
        inverse_gram: Some(inverse_gram(&r, &scale)),
        refinements: 0,
        solver: "QR",
        note: format!("Householder QR, as asked; about {:.0} of 16 digits are kept.", digits(condition_number)),
    })
}

/// How many digits a backward stable method keeps at condition number κ.
pub(super) fn digits(condition_number: f64) -> f64 {
    (-(condition_number * f64::EPSILON).log10()).clamp(0.0, 16.0)
}

/// κ of the triangle with its columns scaled to length one.
pub(super) fn condition(triangle: &Triangle) -> Result<f64> {
    if triangle.features().is_empty() {
        return Ok(1.0);
    }
    let (unit, _) = unit_columns(triangle.features());
    let values = unit.svddc(JobSvd::None).map_err(lapack("singular values of the features"))?.1;
    let smallest = values[values.len() - 1];
    Ok(if smallest > 0.0 { values[0] / smallest } else { f64::INFINITY })
}

/// Weights and intercepts from a triangle of full rank.
pub(super) fn solve(triangle: &Triangle, centre: &Array1<f64>, scale: &Array1<f64>) -> (Array2<f64>, Array1<f64>) {
    let mut z = triangle.targets().to_owned();
    solve_upper(&triangle.features().to_owned(), &mut z);
    unscale(triangle, z, centre, scale)
}

/// Back from shifted and scaled features to the data's own.
pub(super) fn unscale(
    triangle: &Triangle,
    z: Array2<f64>,
    centre: &Array1<f64>,
    scale: &Array1<f64>,
) -> (Array2<f64>, Array1<f64>) {
    let shifted = triangle.intercepts(&z);
    let weights = z / scale.view().insert_axis(Axis(1));
    let intercepts = shifted - centre.dot(&weights);
    (weights, intercepts)
}
