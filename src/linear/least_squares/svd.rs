//! SVD: of all the best weights the smallest, whatever the rank.

use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use ndarray_linalg::{JobSvd, QRInto, SVDDC};

use super::qr::unscale;
use super::triangle::{Triangle, unit_columns};
use super::{Problem, Solved, lapack, shown};
use crate::error::Result;

/// Singular value decomposition of the triangle of `[1 X]`: the weights of least length among all that minimize the cost,
/// after Golub & Van Loan, *Matrix Computations*, §5.5. The rank counts singular values above max(n, d)·ε of the largest,
/// with columns scaled to length one, so that units do not decide it.
///
/// # Errors
/// A failure of LAPACK.
pub(in crate::linear) fn svd(problem: &Problem<'_>) -> Result<Solved> {
    let (centre, scale) = problem.rough_centre_and_scale();
    let triangle = Triangle::of(problem, &centre, &scale)?;
    svd_of_triangle(problem, &triangle, &centre, &scale)
}

/// [`svd`] of a triangle that is there already.
pub(super) fn svd_of_triangle(
    problem: &Problem<'_>,
    triangle: &Triangle,
    centre: &Array1<f64>,
    scale: &Array1<f64>,
) -> Result<Solved> {
    let (unit, lengths) = unit_columns(triangle.features());
    let (u, values, vt) = unit.svddc(JobSvd::Some).map_err(lapack("singular values of the features"))?;
    let (Some(u), Some(vt)) = (u, vt) else {
        return Err(crate::Error::Library { context: "singular vectors".into(), message: "none came".into() });
    };
    let largest = values.first().copied().unwrap_or(0.0);
    let limit = largest * problem.rows().max(problem.features()) as f64 * f64::EPSILON;
    let rank = values.iter().filter(|value| **value > limit).count();

    let mut z = u.slice(s![.., ..rank]).t().dot(&triangle.targets());
    z /= &values.slice(s![..rank]).insert_axis(Axis(1));
    let z = vt.slice(s![..rank, ..]).t().dot(&z) / lengths.view().insert_axis(Axis(1));
    let (mut weights, mut intercepts) = unscale(triangle, z, centre, scale);
    if rank < problem.features() {
        // The smallest in the data's own units: what lies in the row space of X, the rest dropped.
        let rows = &vt.slice(s![..rank, ..]) * &(&lengths * scale);
        let smallest = project(rows.view(), &weights)?;
        intercepts += &centre.dot(&(&weights - &smallest));
        weights = smallest;
    }
    let (condition_number, inverse_gram) = match rank == problem.features() {
        true => {
            let scaled = &vt.t() / &values;
            let scaled = &scaled / &(&lengths * scale).insert_axis(Axis(1));
            (largest / values.last().copied().unwrap_or(1.0), Some(scaled.dot(&scaled.t())))
        }
        false => (f64::INFINITY, None),
    };
    let kappa = shown(condition_number);
    let note = match inverse_gram {
        Some(_) => format!(
            "Singular value decomposition; at condition number {kappa} about {:.0} of 16 digits are kept.",
            super::qr::digits(condition_number)
        ),
        None => rank_note(problem, rank)?,
    };
    Ok(Solved {
        weights,
        intercepts,
        condition_number: if rank == 0 { 1.0 } else { condition_number },
        rank,
        inverse_gram,
        refinements: 0,
        solver: "SVD",
        note,
    })
}

/// The part of `weights` in the space that `rows` (r × d) span.
fn project(rows: ArrayView2<'_, f64>, weights: &Array2<f64>) -> Result<Array2<f64>> {
    if rows.nrows() == 0 {
        return Ok(Array2::zeros(weights.dim()));
    }
    let (basis, _) = rows.t().to_owned().qr_into().map_err(lapack("basis of the row space"))?;
    Ok(basis.dot(&basis.t().dot(weights)))
}

fn rank_note(problem: &Problem<'_>, rank: usize) -> Result<String> {
    let d = problem.features();
    let why = match problem.rows() <= d {
        true => format!("there are {} examples for {d} features", problem.rows()),
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
