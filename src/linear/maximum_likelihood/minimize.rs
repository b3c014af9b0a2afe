//! What the solvers share: their state, when they stop, how far they step.

use ndarray::Array2;

use super::objective::{Evaluation, Objective};
use crate::error::{Error, Result};
use crate::interrupt::Heeding;

/// A parameter is right where the next step moves none by more than this many tolerances, of the largest one …
const SHARE: f64 = 10.0;
/// … or of this, where all are small.
const SMALL: f64 = 1e-3;

/// When to stop.
#[derive(Clone, Copy)]
pub(super) struct Stop<'a> {
    /// For [`Objective::distance`], and for the next step: see [`State::is_settled`].
    pub tolerance: f64,
    pub max_iterations: usize,
    /// The user may interrupt it as well.
    pub heeding: &'a Heeding,
}

/// The state of a solver.
pub(super) struct State {
    pub theta: Array2<f64>,
    pub evaluation: Evaluation,
    /// J with its L1 part.
    pub value: f64,
    pub iterations: usize,
    /// See [`Objective::distance`].
    pub distance: f64,
    /// The largest part of the last step that was checked.
    last: f64,
}

impl State {
    /// Starts at θ = 0.
    ///
    /// # Errors
    /// Values in X that leave no finite gradient.
    pub fn start(objective: &Objective<'_>) -> Result<Self> {
        let theta = objective.zeros();
        let evaluation = objective.evaluate(&theta);
        if !evaluation.gradient.iter().all(|derivative| derivative.is_finite()) {
            return Err(Error::Data("the features are too large for f64; scale them first".into()));
        }
        let distance = objective.distance(&theta, &evaluation.gradient);
        let value = objective.value(evaluation.smooth, &theta);
        Ok(State { theta, evaluation, value, iterations: 0, distance, last: f64::INFINITY })
    }

    /// Whether the gradient is small enough.
    pub fn is_flat(&self, stop: Stop<'_>) -> bool {
        self.distance <= stop.tolerance
    }

    /// Whether there may be no more steps.
    pub fn is_spent(&self, stop: Stop<'_>) -> bool {
        self.iterations >= stop.max_iterations || stop.heeding.requested()
    }

    /// Whether this next step would change nothing of note: where J is almost flat, weights are far from right long
    /// after the gradient is small.
    pub fn is_close(&self, objective: &Objective<'_>, step: &Array2<f64>, stop: Stop<'_>) -> bool {
        let size = objective.largest(&self.theta).max(SMALL);
        self.is_flat(stop) && objective.largest(step) <= SHARE * stop.tolerance * size
    }

    /// Whether a method whose steps shrink ever faster is at its end: [close](Self::is_close), or at what rounding
    /// leaves.
    pub fn is_settled(&mut self, objective: &Objective<'_>, step: &Array2<f64>, stop: Stop<'_>) -> bool {
        if !self.is_flat(stop) {
            return false;
        }
        let size = objective.largest(step);
        let shrinks = size < 0.5 * self.last;
        self.last = size;
        !shrinks || self.is_close(objective, step, stop)
    }

    /// Moves along `step`, halving it until J falls by a ten-thousandth of what `predicted` (negative) promises
    /// (Armijo's condition; Nocedal & Wright, *Numerical Optimization*, §3.1). Returns false, and stays, where no part
    /// of it helps.
    ///
    /// Near the optimum J itself has no digits left to fall: there a step counts where the gradient shrinks.
    pub fn search(&mut self, objective: &Objective<'_>, step: &Array2<f64>, predicted: f64) -> bool {
        const HALVINGS: usize = 40;
        let noise = 8.0 * f64::EPSILON * self.value.abs();
        let mut length = 1.0;
        for _ in 0..HALVINGS {
            let theta = &self.theta + &(step * length);
            let evaluation = objective.evaluate(&theta);
            let value = objective.value(evaluation.smooth, &theta);
            let distance = objective.distance(&theta, &evaluation.gradient);
            let fell = value <= self.value + 1e-4 * length * predicted;
            if fell || (value <= self.value + noise && distance < self.distance) {
                self.iterations += 1;
                (self.theta, self.evaluation, self.value, self.distance) = (theta, evaluation, value, distance);
                return true;
            }
            length *= 0.5;
        }
        false
    }
}
