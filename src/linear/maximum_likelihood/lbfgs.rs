//! L-BFGS, preconditioned by the curvature of each class.
//!
//! This one is our own: the kept crates for it (`argmin`, `liblbfgs`, `lbfgsb-rs-pure`) take no first approximation of
//! the Hessian but a multiple of the identity. With the features' own curvature in its place, unscaled or correlated
//! features cost no more steps than clean ones, and a fit takes a fraction of the passes.

use std::collections::VecDeque;

use ndarray::{Array2, Axis};
use ndarray_linalg::InverseC;

use super::minimize::{State, Stop};
use super::objective::Objective;
use crate::real::norm_of;

/// Pairs of steps and changes of the gradient that are kept.
const MEMORY: usize = 10;
/// Examples from which the curvature is taken, at least; and this many times the parameters of a class.
const SAMPLE: usize = 8192;

/// θ ← θ − B∇J, B an approximation of the inverse Hessian from the last steps: Nocedal & Wright, *Numerical
/// Optimization*, algorithm 7.4. Its start is the inverse of the Hessian's blocks on the diagonal, one per class, from
/// a sample of the examples, computed again as θ moves.
pub(super) fn lbfgs(objective: &Objective<'_>, state: &mut State, stop: Stop<'_>) {
    let mut pairs: VecDeque<(Array2<f64>, Array2<f64>, f64)> = VecDeque::with_capacity(MEMORY);
    let mut inverse = inverse_blocks(objective, &state.theta);
    let mut refresh = 2;
    let first = state.iterations;
    // Without penalty the verdict on separability takes the last steps.
    let verdict = objective.penalty.is_none();
    while !(state.is_spent(stop) || verdict && state.is_flat(stop)) {
        if state.iterations - first == refresh {
            inverse = inverse_blocks(objective, &state.theta);
            refresh *= 2;
        }
        let mut step = direction(&state.evaluation.gradient, &pairs, &inverse);
        let mut predicted = (&step * &state.evaluation.gradient).sum();
        if predicted >= 0.0 {
            pairs.clear();
            step = direction(&state.evaluation.gradient, &pairs, &inverse);
            predicted = (&step * &state.evaluation.gradient).sum();
        }
        if state.is_close(objective, &step, stop) {
            break;
        }
        let (theta, gradient) = (state.theta.clone(), state.evaluation.gradient.clone());
        if !state.search(objective, &step, predicted) {
            if pairs.is_empty() {
                break;
            }
            pairs.clear();
            continue;
        }
        let (moved, change) = (&state.theta - &theta, &state.evaluation.gradient - &gradient);
        let product = (&moved * &change).sum();
        // Rounding can hide that J is convex; such a pair would spoil the approximation.
        if product > f64::EPSILON * norm_of(change.iter().copied()) * norm_of(moved.iter().copied()) {
            if pairs.len() == MEMORY {
                pairs.pop_front();
            }
            pairs.push_back((moved, change, product));
        }
        if verdict && super::separation::is_certain(state) {
            break;
        }
    }
}

/// −B∇J by the two-loop recursion.
fn direction(
    gradient: &Array2<f64>,
    pairs: &VecDeque<(Array2<f64>, Array2<f64>, f64)>,
    inverse: &[Array2<f64>],
) -> Array2<f64> {
    let mut direction = -gradient;
    let mut shares = Vec::with_capacity(pairs.len());
    for (moved, change, product) in pairs.iter().rev() {
        let share = (moved * &direction).sum() / product;
        direction.scaled_add(-share, change);
        shares.push(share);
    }
    for (mut column, inverse) in direction.axis_iter_mut(Axis(1)).zip(inverse) {
        let solved = inverse.dot(&column);
        column.assign(&solved);
    }
    for ((moved, change, product), share) in pairs.iter().zip(shares.iter().rev()) {
        let back = (change * &direction).sum() / product;
        direction.scaled_add(share - back, moved);
    }
    if direction.ncols() > 1 {
        // The same for all classes changes no probability, and the penalty is least where they sum to 0.
        let mean = direction.sum_axis(Axis(1)) / direction.ncols() as f64;
        direction -= &mean.insert_axis(Axis(1));
    }
    direction
}

/// The inverses of the Hessian's blocks on the diagonal; of their own diagonals where they have none.
fn inverse_blocks(objective: &Objective<'_>, theta: &Array2<f64>) -> Vec<Array2<f64>> {
    let enough = SAMPLE.max(16 * objective.height());
    let stride = (objective.x.nrows() / enough).max(1);
    let blocks = objective.diagonal_blocks(theta, stride);
    blocks.into_iter().map(inverse_of).collect()
}

fn inverse_of(block: Array2<f64>) -> Array2<f64> {
    let scale = block.diag().mapv(|square| if square > 0.0 { square.sqrt() } else { 1.0 });
    let mut unit = block / &scale / scale.view().insert_axis(Axis(1));
    // What a sample does not tell apart must not make a step without bounds.
    unit.diag_mut().mapv_inplace(|_| 1.0 + 1e-8);
    let inverse = unit.invc().unwrap_or_else(|_| Array2::eye(scale.len()));
    inverse / &scale / scale.view().insert_axis(Axis(1))
}
