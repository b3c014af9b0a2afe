//! Coordinate descent, for weights that L1 sets to exactly 0.

use ndarray::{Array1, Array2, Axis};

use super::minimize::{State, Stop};
use super::newton::{flat, folded, solve_definite};
use super::objective::Objective;
use crate::linear::soft_threshold;

/// Sweeps over the coordinates within one quadratic model.
const SWEEPS: usize = 10_000;
/// This many of them before equations are solved, …
const ROUND: usize = 20;
/// … of at most this many weights, …
const MOST_EXACT: usize = 1000;
/// … at most this often.
const MOST_FACES: usize = 20;
/// By this share of λ₁ rounding may lift the derivative of a weight that rests at 0.
const SLACK: f64 = 1e-9;

/// Newton's method with the L1 term kept as it is: each step minimizes ∇Jᵀδ + ½δᵀHδ + λ₁‖W + δ‖₁ by coordinate descent,
/// and is shortened until J falls. After Friedman, Hastie, Tibshirani, "Regularization Paths for Generalized Linear
/// Models via Coordinate Descent" (2010) and Lee, Sun, Saunders, "Proximal Newton-Type Methods" (2014).
pub(super) fn coordinate_descent(objective: &Objective<'_>, state: &mut State, stop: Stop<'_>) {
    while !state.is_spent(stop) {
        let step = folded(objective, model_step(objective, state, stop).view());
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
fn model_step(objective: &Objective<'_>, state: &State, stop: Stop<'_>) -> Array1<f64> {
    let hessian = anchored(objective, objective.hessian(&state.theta));
    let (theta, gradient) = (flat(&state.theta), flat(&state.evaluation.gradient));
    let mut derivative = gradient.clone();
    let height = objective.height();
    let mut step = Array1::<f64>::zeros(theta.len());
    let l1 = |at: usize| objective.l1(at % height);
    // The change of one coordinate that minimizes the model along it; `derivative` stays ∇J + Hδ.
    let visit = |at: usize, step: &mut Array1<f64>, derivative: &mut Array1<f64>| -> f64 {
        let curvature = hessian[[at, at]];
        if curvature <= 0.0 {
            return 0.0;
        }
        let now = theta[at] + step[at];
        let goal = soft_threshold(curvature * now - derivative[at], l1(at)) / curvature;
        let change = goal - now;
        if change != 0.0 {
            step[at] += change;
            derivative.scaled_add(change, &hessian.index_axis(Axis(0), at));
        }
        change * change * curvature
    };
    // Sweeps over all, then over those that are not 0, then their equations; done when a sweep over all finds them at
    // rest, or when the equations' solution is the minimum.
    let (mut sweeps, mut first) = (0, 0.0);
    while sweeps < SWEEPS && !(sweeps > 0 && stop.heeding.requested()) {
        let most = (0..theta.len()).map(|at| visit(at, &mut step, &mut derivative)).fold(0.0, f64::max);
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
            if active.iter().map(|at| visit(*at, &mut step, &mut derivative)).fold(0.0, f64::max) <= rest {
                break;
            }
        }
        if along_face(&hessian, &theta, &gradient, &mut step, l1) {
            break;
        }
        derivative = &gradient + &hessian.dot(&step);
    }
    step
}

/// Moves to the minimum of the quadratic model among weights that keep their signs and zeros: the linear equations
/// ∇J + Hδ + λ₁ sign(θ + δ) = 0, which also ill-conditioned features cannot slow down. A weight that would change its
/// sign stays at 0. Returns whether the minimum is one among all weights.
fn along_face(
    hessian: &Array2<f64>,
    theta: &Array1<f64>,
    gradient: &Array1<f64>,
    step: &mut Array1<f64>,
    l1: impl Fn(usize) -> f64,
) -> bool {
    for _ in 0..MOST_FACES {
        let derivative = gradient + &hessian.dot(step);
        let is_active = |at: &usize| theta[*at] + step[*at] != 0.0 || l1(*at) == 0.0 && hessian[[*at, *at]] > 0.0;
        let active: Vec<usize> = (0..theta.len()).filter(is_active).collect();
        if active.len() > MOST_EXACT {
            return false;
        }
        let now: Array1<f64> = active.iter().map(|at| theta[*at] + step[*at]).collect();
        let signed = |at: usize, now: f64| if l1(at) > 0.0 { l1(at) * now.signum() } else { 0.0 };
        let wanted: Array1<f64> =
            active.iter().zip(&now).map(|(at, now)| -(derivative[*at] + signed(*at, *now))).collect();
        let scale: Array1<f64> = active.iter().map(|at| hessian[[*at, *at]].sqrt()).collect();
        let block = hessian.select(Axis(0), &active).select(Axis(1), &active);
        let unit = block / &scale / scale.view().insert_axis(Axis(1));
        let Some(solution) = solve_definite(&unit, &(wanted / &scale)) else { return false };
        let change = solution / &scale;
        // How far along each weight is 0; beyond 1 where it keeps its sign.
        let crossing = |at: usize, now: f64, change: f64| match l1(at) > 0.0 && (now + change) * now <= 0.0 {
            true => -now / change,
            false => f64::INFINITY,
        };
        let crossings: Vec<f64> = active
            .iter()
            .zip(now.iter().zip(&change))
            .map(|(at, (now, change))| crossing(*at, *now, *change))
            .collect();
        let first = crossings.iter().copied().fold(f64::INFINITY, f64::min);
        for ((at, change), crossing) in active.iter().zip(&change).zip(&crossings) {
            step[*at] = if *crossing <= first.min(1.0) { -theta[*at] } else { step[*at] + change * first.min(1.0) };
        }
        if first > 1.0 {
            let derivative = gradient + &hessian.dot(step);
            let is_least = |at: usize| {
                theta[at] + step[at] != 0.0 || derivative[at].abs() <= l1(at) * (1.0 + SLACK) || l1(at) == 0.0
            };
            return (0..theta.len()).all(is_least);
        }
    }
    false
}

/// A number added to all intercepts of a softmax changes nothing: curvature there keeps them apart from drifting, and
/// changes no probability.
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
