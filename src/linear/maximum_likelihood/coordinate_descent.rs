//! Coordinate descent, for weights that L1 sets to exactly 0.

use ndarray::{Array1, Array2, Axis};

use super::minimize::{State, Stop};
use super::newton::{flat, folded, solve_definite};
use super::objective::Objective;
use crate::linear::soft_threshold;

/// Sweeps over the coordinates within one quadratic model.
const SWEEPS: usize = 10_000;
/// So many of them before exact equations are tried, …
const ROUND: usize = 20;
/// … for at most so many weights.
const MOST_EXACT: usize = 1000;

/// Newton's method with the L1 term kept as it is: each step minimizes ∇Jᵀδ + ½δᵀHδ + λ₁‖W + δ‖₁ by coordinate descent, and
/// is shortened until J falls. After Friedman, Hastie, Tibshirani, "Regularization Paths for Generalized Linear Models via
/// Coordinate Descent" (2010) and Lee, Sun, Saunders, "Proximal Newton-Type Methods" (2014).
pub(super) fn coordinate_descent(objective: &Objective<'_>, state: &mut State, stop: Stop) {
    while !state.is_spent(stop) {
        let step = folded(objective, model_step(objective, state).view());
        if state.is_settled(objective, &step, stop) {
            break;
        }
        let l1 = |theta: &Array2<f64>| objective.value(0.0, theta);
        let predicted = (&step * &state.evaluation.gradient).sum() + l1(&(&state.theta + &step)) - l1(&state.theta);
        if !state.search(objective, &step, predicted.min(0.0)) {
            break;
        }
    }
}

/// The minimum of the quadratic model with L1 around θ.
fn model_step(objective: &Objective<'_>, state: &State) -> Array1<f64> {
    let hessian = anchored(objective, objective.hessian(&state.theta));
    let (theta, mut slope) = (flat(&state.theta), flat(&state.evaluation.gradient));
    let height = objective.height();
    let mut step = Array1::<f64>::zeros(theta.len());
    let l1 = |at: usize| objective.l1(at % height);
    // The change of one coordinate that minimizes the model along it; `slope` stays ∇J + Hδ.
    let visit = |at: usize, step: &mut Array1<f64>, slope: &mut Array1<f64>| -> f64 {
        let curvature = hessian[[at, at]];
        if curvature <= 0.0 {
            return 0.0;
        }
        let now = theta[at] + step[at];
        let goal = soft_threshold(curvature * now - slope[at], l1(at)) / curvature;
        let change = goal - now;
        if change != 0.0 {
            step[at] += change;
            slope.scaled_add(change, &hessian.index_axis(Axis(0), at));
        }
        change * change * curvature
    };
    // Sweeps over all, then over those that are not 0; done when a sweep over all finds them at rest, or when it is known who
    // is not 0, and these have an exact solution.
    let (mut sweeps, mut first) = (0, 0.0);
    while sweeps < SWEEPS {
        let most = (0..theta.len()).map(|at| visit(at, &mut step, &mut slope)).fold(0.0, f64::max);
        first = f64::max(first, most);
        // Far below what the next quadratic model will change.
        let rest = 1e-20 * first;
        sweeps += 1;
        if most <= rest {
            break;
        }
        let active: Vec<usize> = (0..theta.len()).filter(|at| theta[*at] + step[*at] != 0.0).collect();
        for _ in 0..ROUND {
            sweeps += 1;
            if active.iter().map(|at| visit(*at, &mut step, &mut slope)).fold(0.0, f64::max) <= rest {
                break;
            }
        }
        if let Some(exact) = exact_step(&hessian, &theta, &flat(&state.evaluation.gradient), &(&theta + &step), l1) {
            return exact;
        }
    }
    step
}

/// The step to the minimum of the quadratic model, where `near` has the signs and the zeros of it: there
/// ∇J + Hδ + λ₁ sign(θ + δ) = 0 for all that are not 0, which are linear equations. `None` where it has not, where the
/// equations have no one solution, or where they are many.
fn exact_step(
    hessian: &Array2<f64>,
    theta: &Array1<f64>,
    gradient: &Array1<f64>,
    near: &Array1<f64>,
    l1: impl Fn(usize) -> f64,
) -> Option<Array1<f64>> {
    let is_active = |at: &usize| near[*at] != 0.0 || l1(*at) == 0.0 && hessian[[*at, *at]] > 0.0;
    let active: Vec<usize> = (0..near.len()).filter(is_active).collect();
    if active.len() > MOST_EXACT {
        return None;
    }
    // The others go to 0.
    let mut step = -theta;
    active.iter().for_each(|at| step[*at] = 0.0);
    let slope = gradient + &hessian.dot(&step);
    let sign = |at: usize| if l1(at) > 0.0 { near[at].signum() } else { 0.0 };
    let scale: Array1<f64> = active.iter().map(|at| hessian[[*at, *at]].sqrt()).collect();
    let wanted: Array1<f64> = active.iter().map(|at| -(slope[*at] + l1(*at) * sign(*at))).collect();
    let block = hessian.select(Axis(0), &active).select(Axis(1), &active);
    let unit = block / &scale / scale.view().insert_axis(Axis(1));
    let solution = solve_definite(&unit, &(wanted / &scale))? / &scale;
    active.iter().zip(&solution).for_each(|(at, change)| step[*at] = *change);
    let slope = gradient + &hessian.dot(&step);
    let keeps = |at: usize| match near[at] != 0.0 {
        true => l1(at) == 0.0 || (theta[at] + step[at]) * near[at] > 0.0,
        false => l1(at) == 0.0 || slope[at].abs() <= l1(at),
    };
    (0..near.len()).all(keeps).then_some(step)
}

/// A number added to all intercepts of a softmax changes nothing: curvature there keeps them apart from drifting, and changes
/// no probability.
fn anchored(objective: &Objective<'_>, mut hessian: Array2<f64>) -> Array2<f64> {
    let (height, scores) = (objective.height(), objective.scores);
    if scores > 1 && objective.intercept {
        for a in 0..scores {
            for b in 0..scores {
                hessian[[(a + 1) * height - 1, (b + 1) * height - 1]] += 1.0 / (scores * scores) as f64;
            }
        }
    }
    hessian
}
