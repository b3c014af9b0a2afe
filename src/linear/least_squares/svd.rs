//! SVD: of all the best weights the smallest, whatever the rank.

use ndarray::{Array2, ArrayView2, Axis, s};

use super::condition::StandardErrors;
use super::qr::unscale;
use super::triangle::{Triangle, unit_columns};
use super::{Problem, Solved, shown};
use crate::error::Result;
use crate::lapack;
use crate::linear::standardize::Standardization;

/// Singular value decomposition of the triangle of `[1 X]`: the weights of least length among all that minimize the
/// cost, after Golub & Van Loan, *Matrix Computations*, §5.5. The rank counts singular values above max(n, d)·ε of the
/// largest, with columns scaled to length one, so that units do not decide it.
///
/// # Errors
/// A failure of LAPACK.
pub(in crate::linear) fn svd(problem: &Problem<'_>) -> Result<Solved> {
    let standard = problem.standardization();
    if problem.penalty > 0.0 && problem.is_short() {
        // The penalty would add a row for each feature.
        return super::dual::dual_svd(problem, &standard, "Singular value decomposition, as requested");
    }
    svd_of_triangle(problem, &Triangle::of(problem, &standard)?, &standard)
}

/// [`svd`] of a triangle that is there already.
pub(super) fn svd_of_triangle(
    problem: &Problem<'_>,
    triangle: &Triangle,
    standard: &Standardization,
) -> Result<Solved> {
    let (centre, scale) = (&standard.centre, &standard.scale);
    let (unit, lengths) = unit_columns(triangle.features());
    let (u, values, vt) = lapack::svd(unit, "singular values of the features")?;
    let largest = values.first().copied().unwrap_or(0.0);
    let limit = largest * problem.rows().max(problem.features()) as f64 * f64::EPSILON;
    let rank = values.iter().filter(|value| **value > limit).count();

    let mut z = u.slice(s![.., ..rank]).t().dot(&triangle.targets());
    z /= &values.slice(s![..rank]).insert_axis(Axis(1));
    let z = vt.slice(s![..rank, ..]).t().dot(&z) / lengths.view().insert_axis(Axis(1));
    let (mut weights, mut intercepts) = unscale(triangle, z, standard);
    if rank < problem.features() {
        // The smallest in the data's own units: the part in the row space of X, without the rest.
        let rows = &vt.slice(s![..rank, ..]) * &(&lengths * scale);
        let smallest = project(rows.view(), &weights)?;
        intercepts += &centre.dot(&(&weights - &smallest));
        weights = smallest;
    }
    let full = rank == problem.features();
    let condition_number = if full { largest / values.last().copied().unwrap_or(1.0) } else { f64::INFINITY };
    let standard_errors = (full && problem.has_standard_errors()).then(|| {
        let root = &vt.t() / &values / lengths.view().insert_axis(Axis(1));
        StandardErrors::of_root(root.view(), scale, centre, problem.total_if_intercept())
    });
    let kappa = shown(condition_number);
    let note = match full {
        true => format!(
            "Singular value decomposition; at condition number {kappa} about {:.0} of 16 digits are kept.",
            super::qr::digits(condition_number)
        ),
        false => rank_note(problem, rank)?,
    };
    Ok(Solved {
        weights,
        intercepts,
        precise: None,
        condition_number: if rank == 0 { 1.0 } else { condition_number },
        rank,
        standard_errors,
        refinements: 0,
        solver: "SVD",
        note,
    })
}

/// The part of `weights` in the space that `rows` (r × d) span.
fn project(rows: ArrayView2<'_, f64>, weights: &Array2<f64>) -> Result<Array2<f64>> {
    let basis = lapack::orthonormal(rows.t().to_owned(), "basis of the row space")?;
    Ok(basis.dot(&basis.t().dot(weights)))
}

fn rank_note(problem: &Problem<'_>, rank: usize) -> Result<String> {
    let d = problem.features();
    let why = match problem.is_short() {
        true => problem.shape_in_words(),
        false => {
            let columns = problem.dependent_columns()?;
            match columns.is_empty() {
                true => "some columns are nearly combinations of others".into(),
                false => format!("{} is constant or a combination of other columns", columns.join(", ")),
            }
        }
    };
    Ok(format!(
        "Rank {rank} of {d}: {why}. Many weights fit equally well; these are the smallest (singular value decomposition)."
    ))
}
