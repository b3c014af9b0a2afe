//! Newton's method, which for logistic regression is iteratively reweighted least squares.

use ndarray::{Array1, Array2, ArrayView1, Axis, s};
use ndarray_linalg::{Cholesky, Diag, EighInto, SolveTriangular, UPLO};

use super::minimize::{State, Stop};
use super::objective::Objective;
use crate::error::Result;
use crate::linear::least_squares::lapack;

/// θ ← θ − H⁻¹∇J until gradient and step are small, by Cholesky's factorization of the Hessian, each step as long as J
/// falls.
///
/// In terms of weighted least squares (IRLS): XᵀSX w = XᵀS (Xw + S⁻¹(y − p)), S = p(1 − p). After Bishop, *Pattern
/// Recognition and Machine Learning*, §4.3.3; Böhning (1992) for several classes.
/// Returns how many directions of θ were independent, those that do nothing in softmax regression counted in.
///
/// # Errors
/// A failure of LAPACK.
pub(super) fn newton(objective: &Objective<'_>, state: &mut State, stop: Stop<'_>) -> Result<usize> {
    let mut rank = objective.parameters();
    while !state.is_spent(stop) {
        let solved = step(objective, state)?;
        rank = rank.min(solved.rank);
        if state.is_settled(objective, &solved.step, stop) {
            break;
        }
        let predicted = (&solved.step * &state.evaluation.gradient).sum();
        if predicted >= 0.0 || !state.search(objective, &solved.step, predicted) {
            break;
        }
        if !objective.penalty.has_l2() && super::separation::is_certain(state) {
            break;
        }
    }
    Ok(rank)
}

/// A step and the rank of the Hessian that it comes from.
pub(super) struct Step {
    pub step: Array2<f64>,
    pub rank: usize,
}

/// −H⁻¹∇J; where H has no inverse, the shortest step of all that do as well.
pub(super) fn step(objective: &Objective<'_>, state: &State) -> Result<Step> {
    let mut hessian = objective.hessian(&state.theta);
    let scale = hessian.diag().mapv(|square| if square > 0.0 { square.sqrt() } else { 1.0 });
    anchor(objective, &mut hessian, &scale);
    let gradient = flat(&state.evaluation.gradient);
    let unit = &hessian / &scale / scale.view().insert_axis(Axis(1));
    let solution = match solve_definite(&unit, &(&gradient / &scale)) {
        Some(solution) => Step { step: folded(objective, (solution / -&scale).view()), rank: objective.parameters() },
        None => shortest(objective, hessian, &gradient)?,
    };
    Ok(solution)
}

/// In softmax regression a number added to one feature's weights (or the intercepts) of all classes changes no
/// probability. The gradient has no part along these directions; some curvature there makes the Hessian definite and
/// changes no step.
pub(super) fn anchor(objective: &Objective<'_>, hessian: &mut Array2<f64>, scale: &Array1<f64>) {
    let (height, scores) = (objective.height(), objective.scores);
    if scores == 1 {
        return;
    }
    for row in 0..height {
        let mean = (0..scores).map(|score| scale[score * height + row].powi(2)).sum::<f64>() / scores as f64;
        for a in 0..scores {
            for b in 0..scores {
                hessian[[a * height + row, b * height + row]] += mean / scores as f64;
            }
        }
    }
}

/// θ's columns one below the other, as the Hessian counts them.
pub(super) fn flat(theta: &Array2<f64>) -> Array1<f64> {
    theta.t().iter().copied().collect()
}

/// The inverse of [`flat`].
pub(super) fn folded(objective: &Objective<'_>, flat: ArrayView1<'_, f64>) -> Array2<f64> {
    Array2::from_shape_fn((objective.height(), objective.scores), |(row, score)| flat[score * objective.height() + row])
}

/// H⁻¹g by Cholesky; `None` where H, its diagonal 1, is singular as far as f64 can tell.
pub(super) fn solve_definite(unit: &Array2<f64>, gradient: &Array1<f64>) -> Option<Array1<f64>> {
    if unit.is_empty() {
        return Some(gradient.clone());
    }
    let factor = unit.cholesky(UPLO::Lower).ok()?;
    // A pivot is the share of a column that those before it do not explain.
    let smallest = factor.diag().fold(f64::INFINITY, |least, pivot| least.min(*pivot));
    if smallest * smallest < unit.nrows() as f64 * 16.0 * f64::EPSILON {
        return None;
    }
    let down = factor.solve_triangular(UPLO::Lower, Diag::NonUnit, gradient).ok()?;
    factor.t().to_owned().solve_triangular(UPLO::Upper, Diag::NonUnit, &down).ok()
}

/// The shortest step in units of the features' curvature, from the eigenvalues of H; features are centered first where
/// there is an intercept, so that a constant one, which only repeats the intercept, is left at 0.
fn shortest(objective: &Objective<'_>, hessian: Array2<f64>, gradient: &Array1<f64>) -> Result<Step> {
    let (d, height) = (objective.features(), objective.height());
    let mut change = Array2::<f64>::eye(objective.parameters());
    if objective.intercept {
        let mean = objective.x.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(d));
        for score in 0..objective.scores {
            let start = score * height;
            // b stands for the intercept at the features' means: b₀ = b − w·x̄.
            change.slice_mut(s![start + d, start..start + d]).assign(&-&mean);
        }
    }
    let scale = hessian.diag().mapv(|square| if square > 0.0 { square.sqrt() } else { 1.0 });
    let centred = change.t().dot(&hessian).dot(&change) / &scale / scale.view().insert_axis(Axis(1));
    let gradient = change.t().dot(gradient) / &scale;
    let (values, vectors) = centred.eigh_into(UPLO::Lower).map_err(lapack("eigenvalues of the Hessian"))?;
    let largest = values.last().copied().unwrap_or(0.0);
    let limit = largest * 64.0 * objective.parameters() as f64 * f64::EPSILON;
    let mut along = vectors.t().dot(&gradient);
    along.zip_mut_with(&values, |part, value| *part = if *value > limit { *part / *value } else { 0.0 });
    let rank = values.iter().filter(|value| **value > limit).count();
    let solution = change.dot(&(vectors.dot(&along) / &scale));
    Ok(Step { step: folded(objective, (-solution).view()), rank })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_equations_have_no_unknowns() {
        assert_eq!(solve_definite(&Array2::zeros((0, 0)), &Array1::zeros(0)), Some(Array1::zeros(0)));
    }
}
