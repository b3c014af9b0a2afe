//! Whether there is an optimum at all: without penalty, classes that a plane separates have none.
//!
//! Albert & Anderson (1984): the likelihood has a maximum unless some direction v of the parameters gives every
//! example's class a score at least as high as any other class' (and some example a higher one); along v the likelihood
//! rises for ever.

use ndarray::Array2;

use super::minimize::{State, Stop};
use super::newton;
use super::objective::Objective;
use crate::error::Result;

/// A margin above what rounding of the scores can make.
const ABOVE_ROUNDING: f64 = 1e-6;
/// A Newton step that changes no score by more than this is the end of a quadratic convergence.
const SETTLED: f64 = 1e-3;

/// Whether θ itself is such a direction: it puts every example on its side.
pub(super) fn is_certain(state: &State) -> bool {
    state.evaluation.smallest_margin > ABOVE_ROUNDING
}

/// The verdict at the end of a fit without penalty.
pub(super) enum Verdict {
    /// A maximum.
    Settled,
    /// A direction along which the likelihood rises for ever.
    Separated,
    /// Neither is certain.
    Open,
}

/// Where the gradient is small, Newton's step still tells a maximum from a slope without end: near a maximum the step
/// vanishes faster than the gradient, and the last ones are taken here; along a direction of separation the scores go
/// on growing by about 1 a step, while the gradient falls by e. That such a direction separates the examples is then
/// checked on each.
///
/// # Errors
/// A failure of LAPACK.
pub(super) fn verdict(objective: &Objective<'_>, state: &mut State, stop: Stop<'_>) -> Result<(Verdict, usize)> {
    const STEPS: usize = 25;
    for _ in 0..STEPS {
        if is_certain(state) {
            return Ok((Verdict::Separated, objective.parameters()));
        }
        if stop.heeding.requested() {
            break;
        }
        let newton = newton::step(objective, state)?;
        let (contradicted, largest) = margins(objective, &newton.step);
        if largest < SETTLED {
            let rank = newton::newton(objective, state, stop)?;
            return Ok((Verdict::Settled, rank.min(newton.rank)));
        }
        if !contradicted {
            return Ok((Verdict::Separated, newton.rank));
        }
        let predicted = (&newton.step * &state.evaluation.gradient).sum();
        if predicted >= 0.0 || !state.search(objective, &newton.step, predicted) {
            break;
        }
    }
    Ok((Verdict::Open, objective.parameters()))
}

/// Whether this direction takes some example from its class, by more than rounding of its own score, and the largest
/// change of a score. Measured against the largest one, a single outlier would hide the others.
fn margins(objective: &Objective<'_>, direction: &Array2<f64>) -> (bool, f64) {
    const ROWS: usize = 4096;
    let (mut contradicted, mut largest) = (false, 0.0_f64);
    let sizes = direction.mapv(f64::abs);
    for start in (0..objective.x.nrows()).step_by(ROWS) {
        let end = (start + ROWS).min(objective.x.nrows());
        let x = objective.x.slice(ndarray::s![start..end, ..]);
        let (scores, terms) = (objective.scores_of(x, direction), objective.scores_of(x.mapv(f64::abs).view(), &sizes));
        for ((row, scores), terms) in (start..end).zip(scores.rows()).zip(terms.rows()) {
            if objective.weight(row) == 0.0 {
                continue;
            }
            let class = objective.class[row];
            let margin = match scores.len() {
                1 if class == 1 => scores[0],
                1 => -scores[0],
                _ => {
                    let rivals = scores.iter().enumerate().filter(|(at, _)| *at != class);
                    scores[class] - rivals.fold(f64::NEG_INFINITY, |most, (_, score)| most.max(*score))
                }
            };
            contradicted |= margin < -1e-5 * terms.fold(0.0, |most: f64, term| most.max(*term));
            largest = scores.iter().fold(largest, |most, score| most.max(score.abs()));
        }
    }
    (contradicted, largest)
}
