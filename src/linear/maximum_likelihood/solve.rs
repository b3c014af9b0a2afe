//! One problem solved: which solver, how it ends, and the parameters in the features' units.

use ndarray::{Array1, Array2};

use super::minimize::{State, Stop};
use super::objective::Objective;
use super::separation::{self, Verdict};
use super::{LikelihoodSolver, MaximumLikelihood, coordinate_descent, lbfgs, newton, summary};
use crate::check::out_of_range;
use crate::error::{Error, Result};
use crate::interrupt::Heeding;
use crate::linear::standardize::Standardization;

/// The whole Hessian of this many parameters takes 200 MB and, on two cores, about ten seconds a step.
const MOST_FOR_HESSIAN: usize = 5000;
/// Up to this many parameters the whole Hessian is computed once more after a fit without penalty.
const MOST_FOR_VERDICT: usize = 2000;
/// The most multiplications that a Hessian may cost for the last digits of an L2 fit by L-BFGS: a tenth of a second.
const MOST_TO_FINISH: usize = 500_000_000;

impl<Model> MaximumLikelihood<Model> {
    pub(super) fn solve(
        &self,
        objective: &Objective<'_>,
        standard: &Standardization,
        heeding: &Heeding,
    ) -> std::result::Result<Solution, Failure> {
        let stop = Stop { tolerance: self.tolerance, max_iterations: self.max_iterations, heeding };
        let solver = self.choose_solver(objective)?;
        let mut state = State::start(objective)?;
        let mut rank = objective.parameters();
        let name = match solver {
            LikelihoodSolver::CoordinateDescent => {
                coordinate_descent::coordinate_descent(objective, &mut state, stop);
                "coordinate descent"
            }
            LikelihoodSolver::Newton => {
                rank = newton::newton(objective, &mut state, stop)?;
                "Newton's method"
            }
            _ => {
                lbfgs::lbfgs(objective, &mut state, stop);
                "L-BFGS"
            }
        };
        let (mut open, mut standard_errors) = (false, Err("a penalty biases the weights".to_string()));
        if objective.penalty.is_none() {
            (open, standard_errors) = without_penalty(objective, standard, &mut state, stop, &mut rank)?;
        } else if solver == LikelihoodSolver::Lbfgs && state.is_flat(stop) && hessian_cost(objective) <= MOST_TO_FINISH
        {
            // Along directions of little curvature a small gradient leaves few digits.
            newton::newton(objective, &mut state, stop)?;
        }
        let converged = state.is_flat(stop) && !open;
        let interrupted = !converged && state.iterations < self.max_iterations && heeding.requested();
        if interrupted && state.iterations == 0 {
            return Err(Error::Interrupted("before the first step of the fit".into()).into());
        }
        let (weights, intercepts) = self.parameters(objective, standard, &state.theta);
        Ok(Solution {
            converged,
            interrupted,
            weights,
            intercepts,
            objective: state.value,
            log_likelihood: -state.evaluation.loss * objective.total,
            null_log_likelihood: objective.null_log_likelihood(),
            gradient_norm: state.distance,
            iterations: state.iterations,
            deficient: rank < objective.parameters(),
            solver: name,
            standard_errors,
        })
    }

    /// The solver for this problem.
    ///
    /// # Errors
    /// A solver that cannot handle the penalty, or the number of parameters.
    fn choose_solver(&self, objective: &Objective<'_>) -> Result<LikelihoodSolver> {
        let (parameters, with_l1) = (objective.parameters(), objective.penalty.has_l1());
        let solver = match self.solver {
            LikelihoodSolver::Automatic if with_l1 => LikelihoodSolver::CoordinateDescent,
            LikelihoodSolver::Automatic if parameters <= 32 && objective.x.nrows() <= 100_000 => {
                LikelihoodSolver::Newton
            }
            LikelihoodSolver::Automatic => LikelihoodSolver::Lbfgs,
            chosen => chosen,
        };
        let refuse = |requirement: String| Err(out_of_range("solver", format!("{solver:?}"), requirement));
        if with_l1 && solver != LikelihoodSolver::CoordinateDescent {
            return refuse("an L1 penalty needs `CoordinateDescent` or `Automatic`: it has a kink at 0".into());
        }
        if solver != LikelihoodSolver::Lbfgs && parameters > MOST_FOR_HESSIAN {
            return refuse(format!(
                "its Hessian of {parameters} × {parameters} is too large (at most {MOST_FOR_HESSIAN}); use an L2 penalty with \
                 `Lbfgs`"
            ));
        }
        Ok(solver)
    }

    /// W and b of the original features, from θ.
    fn parameters(
        &self,
        objective: &Objective<'_>,
        standard: &Standardization,
        theta: &Array2<f64>,
    ) -> (Array2<f64>, Array1<f64>) {
        let mut weights = objective.weights_of(theta).to_owned();
        let mut intercepts = match self.intercept {
            true => theta.row(objective.features()).to_owned(),
            false => Array1::zeros(objective.scores),
        };
        standard.to_original_units(&mut weights, &mut intercepts);
        if objective.scores > 1 {
            // Of all softmax parameters of the same probabilities, those that sum to 0 over the classes: where no penalty decides.
            let classes = objective.scores as f64;
            intercepts -= intercepts.sum() / classes;
            if objective.penalty.is_none() {
                weights.rows_mut().into_iter().for_each(|mut weights| weights -= weights.sum() / classes);
            }
        }
        (weights, intercepts)
    }
}

/// The last steps of a fit without penalty: whether it stays open if there is a maximum, and the standard errors.
///
/// # Errors
/// Separated classes, for which there is no maximum; a failure of LAPACK.
fn without_penalty(
    objective: &Objective<'_>,
    standard: &Standardization,
    state: &mut State,
    stop: Stop<'_>,
    rank: &mut usize,
) -> std::result::Result<(bool, StandardErrors), Failure> {
    if separation::is_certain(state) {
        return Err(Failure::Separated);
    }
    let parameters = objective.parameters();
    if parameters > MOST_FOR_VERDICT {
        return Ok((false, Err(format!("the Hessian of {parameters} parameters is too large"))));
    }
    if !state.is_flat(stop) {
        return Ok((false, Err("the fit has not converged".into())));
    }
    let (verdict, found) = separation::verdict(objective, state, stop)?;
    *rank = (*rank).min(found);
    let open = match verdict {
        Verdict::Separated => return Err(Failure::Separated),
        Verdict::Open => true,
        Verdict::Settled => false,
    };
    Ok((open, summary::standard_errors(objective, &state.theta, *rank, standard)))
}

/// For the summary, or why there are none.
pub(super) type StandardErrors = std::result::Result<Array2<f64>, String>;

/// The solution of one problem.
pub(super) struct Solution {
    pub weights: Array2<f64>,
    pub intercepts: Array1<f64>,
    pub objective: f64,
    pub log_likelihood: f64,
    pub null_log_likelihood: f64,
    pub gradient_norm: f64,
    pub iterations: usize,
    pub converged: bool,
    /// Whether the user interrupted the search before it converged.
    pub interrupted: bool,
    /// Whether columns depend on each other.
    pub deficient: bool,
    pub solver: &'static str,
    /// For the summary, or why there are none.
    pub standard_errors: StandardErrors,
}

/// Why a problem has no solution.
pub(super) enum Failure {
    Error(Error),
    /// The features separate the classes, so that the likelihood has no maximum.
    Separated,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

/// The multiplications of one Hessian.
fn hessian_cost(objective: &Objective<'_>) -> usize {
    let (parameters, height) = (objective.parameters(), objective.height());
    let products = parameters.saturating_mul(objective.scores.max(1)).saturating_mul(height) / 2;
    objective.x.nrows().saturating_mul(products).saturating_add(parameters.saturating_pow(3) / 3)
}
