//! The normal equations as the lecture writes them: w = (XᵀX)⁻¹Xᵀy.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, s};

use super::condition::{StandardErrors, cholesky, condition};
use super::moments::Moments;
use super::triangle::{Triangle, solve_upper, solve_upper_transposed};
use super::{Problem, Solved, shown};
use crate::error::Result;

/// Solves `AᵀA θ = Aᵀy` for A = `[1 X]` by Cholesky's factorization, with nothing done to save digits: squaring A
/// squares its condition number κ, so that about 16 − 2 log₁₀ κ digits remain (Golub & Van Loan, §5.3.2).
///
/// # Errors
/// [`Error::Singular`](crate::Error::Singular) where no digit would remain, with κ.
pub(in crate::linear) fn normal_equations(problem: &Problem<'_>) -> Result<Solved> {
    let lead = usize::from(problem.intercept);
    let moments = Moments::of(problem);
    let (gram, cross) = gram_with_intercept(problem, &moments);
    let scale = gram.diag().mapv(|square| if square > 0.0 { square.sqrt() } else { 1.0 });
    let unit = &gram / &scale / scale.view().insert_axis(Axis(1));
    // Past κ² = 1/ε the sums have lost what tells the columns apart.
    let factor = cholesky(&unit)?.filter(|(_, condition)| condition * condition * f64::EPSILON < 1.0);
    let Some((r, condition_number)) = factor else {
        // Its own eigenvalues are rounding errors here; X itself still tells.
        let condition_number = condition(&Triangle::of(problem, &problem.standardization())?)?;
        return Err(problem.singular("XᵀX", condition_number * condition_number));
    };
    let mut theta = &cross / &scale.view().insert_axis(Axis(1));
    solve_upper_transposed(&r, &mut theta);
    solve_upper(&r, &mut theta);
    theta /= &scale.view().insert_axis(Axis(1));
    let digits = super::qr::digits_of(condition_number * condition_number * f64::EPSILON);
    let kappa = shown(condition_number);
    let standard_errors = problem.has_standard_errors().then(|| {
        // The intercept is one of the columns here, so that nothing is centered.
        let all = StandardErrors::of_triangle(&r, &scale, &Array1::zeros(scale.len()), None);
        let intercept = if lead == 1 { all.weights[0] } else { 0.0 };
        StandardErrors { weights: all.weights.slice(s![lead..]).to_owned(), intercept }
    });
    Ok(Solved {
        intercepts: if lead == 1 { theta.row(0).to_owned() } else { Array1::zeros(problem.targets()) },
        weights: theta.slice(s![lead.., ..]).to_owned(),
        precise: None,
        condition_number,
        rank: problem.features(),
        standard_errors,
        refinements: 0,
        solver: "normal equations",
        note: format!(
            "Normal equations, as requested: squaring X squares its condition number, {kappa}; \
             about {digits:.0} of 16 digits are kept."
        ),
    })
}

/// AᵀΩA and AᵀΩY for A = `[1 X]` (without the 1 where there is no intercept), the penalty on the diagonal.
fn gram_with_intercept(problem: &Problem<'_>, moments: &Moments) -> (Array2<f64>, Array2<f64>) {
    let (d, lead) = (problem.features(), usize::from(problem.intercept));
    let mut gram = Array2::zeros((lead + d, lead + d));
    let mut cross = Array2::zeros((lead + d, problem.targets()));
    gram.slice_mut(s![lead.., lead..]).assign(&moments.gram);
    gram.slice_mut(s![lead.., lead..]).diag_mut().mapv_inplace(|square| square + problem.penalty);
    cross.slice_mut(s![lead.., ..]).assign(&moments.cross);
    if lead == 1 {
        gram[[0, 0]] = moments.total;
        gram.slice_mut(s![0, 1..]).assign(&moments.x_sum);
        gram.slice_mut(s![1.., 0]).assign(&moments.x_sum);
        cross.row_mut(0).assign(&moments.y_sum);
    }
    (gram, cross)
}

/// AᵀΩA for A = `[1 X]`, and Σω.
pub(in crate::linear) fn gram_of_examples(
    x: ArrayView2<'_, f64>,
    weights: Option<ArrayView1<'_, f64>>,
    intercept: bool,
) -> (Array2<f64>, f64) {
    let nothing = Array2::zeros((x.nrows(), 0));
    let problem = Problem { x, y: nothing.view(), weights, intercept, penalty: 0.0, columns: &[] };
    let moments = Moments::of(&problem);
    (gram_with_intercept(&problem, &moments).0, moments.total)
}
