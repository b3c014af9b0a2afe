//! What the solvers share: where they stand, when they stop, how far they step.

use ndarray::{Array1, Array2};

use super::objective::{Evaluation, Objective};
use crate::error::{Error, Result};

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// For [`Objective::distance`].
    pub tolerance: f64,
    pub max_iterations: usize,
}

/// A solver's way so far.
pub(super) struct State {
    pub theta: Array2<f64>,
    pub evaluation: Evaluation,
    /// J with its L1 part.
    pub value: f64,
    pub iterations: usize,
    /// See [`Objective::distance`].
    pub distance: f64,
    scale: Array1<f64>,
}

impl State {
    /// Starts at θ = 0.
    ///
    /// # Errors
    /// Values in X that leave no finite gradient.
    pub fn start(objective: &Objective<'_>) -> Result<Self> {
        let (theta, scale) = (objective.zeros(), objective.scale());
        let evaluation = objective.evaluate(&theta);
        if !evaluation.gradient.iter().all(|slope| slope.is_finite()) {
            return Err(Error::Data("the features are too large for f64; scale them first".into()));
        }
        let distance = objective.distance(&theta, &evaluation.gradient, &scale);
        let value = objective.value(evaluation.smooth, &theta);
        Ok(State { theta, evaluation, value, iterations: 0, distance, scale })
    }

    pub fn done(&self, stop: Stop) -> bool {
        self.distance <= stop.tolerance || self.iterations >= stop.max_iterations
    }

    /// Moves along `step`, halving it until J falls by a ten-thousandth of what `predicted` (negative) promises (Armijo's
    /// condition; Nocedal & Wright, *Numerical Optimization*, §3.1). Returns false, and stays, where no part of it helps.
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
            let distance = objective.distance(&theta, &evaluation.gradient, &self.scale);
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
