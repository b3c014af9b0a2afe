//! From examples to a fitted classifier, and what a reader must know of it.

use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};

use super::fit::FittedMaximumLikelihood;
use super::minimize::{State, Stop};
use super::notes::separated;
use super::objective::Objective;
use super::separation::{self, Verdict};
use super::{LikelihoodSolver, MaximumLikelihood, coordinate_descent, lbfgs, newton, summary};
use crate::data::{Examples, columns_or_numbered};
use crate::error::{Error, Result};
use crate::interrupt::{Heeding, heeding};
use crate::linear::class_weights::ClassWeights;
use crate::linear::classes::Classes;
use crate::linear::classifier::{LinearClassifier, Link};
use crate::linear::model::LinearModel;
use crate::linear::standardize::Standardization;
use crate::linear::{present_examples, require_examples};

/// The whole Hessian of so many parameters takes 200 MB and, on two cores, about ten seconds a step.
const MOST_FOR_HESSIAN: usize = 5000;
/// Up to here the whole Hessian is looked at once more after a fit without penalty.
const MOST_FOR_VERDICT: usize = 2000;
/// What a Hessian may cost, in multiplications, for the last digits of a fit with L2 by L-BFGS: a tenth of a second.
const MOST_TO_FINISH: usize = 500_000_000;

impl<Model> MaximumLikelihood<Model> {
    /// Finds the weights. Where the reader interrupts the cell, they are those of the last step, which
    /// [`interrupted`](FittedMaximumLikelihood::interrupted) and the note say.
    ///
    /// # Errors
    /// [`Error::Interrupted`] before the first step; no examples or no features; several targets, labels that are no
    /// classes, one class only; more than two classes in logistic regression; text, missing or infinite values;
    /// parameters out of range. Without penalty: classes that the features separate perfectly, for which no maximum
    /// exists.
    pub fn fit(&self, examples: &impl Examples) -> Result<FittedMaximumLikelihood> {
        match present_examples(examples, self.sample_weights.as_ref())? {
            Some(present) => {
                self.fit_present(&present, Some(&present.weights)).map_err(|error| present.in_all_rows(error))
            }
            None => self.fit_present(examples, self.sample_weights.as_ref()),
        }
    }

    /// The fit of examples that all count, each with its own weight.
    fn fit_present(&self, examples: &impl Examples, own: Option<&Array1<f64>>) -> Result<FittedMaximumLikelihood> {
        let outputs = examples.outputs();
        if outputs.nrows() == 0 || outputs.nrows() != examples.inputs().nrows() {
            require_examples(&(examples, Array1::zeros(outputs.nrows())), false)?;
        }
        let (classes, positions) = Classes::of(examples)?;
        // Labels may be categories, which are no numbers to compute with; their positions are.
        let numbers = Array1::from_iter(positions.iter().map(|position| *position as f64));
        require_examples(&(examples, &numbers), false)?;
        self.check(&classes)?;
        let x = examples.inputs();
        let most = Standardization::of_most(x, own.map(|own| own.view()), self.intercept);
        // A copy of features that are well as they are would only take time and memory.
        let (rows, standard, spread) = match most.is_dispensable() {
            true => (x.as_standard_layout(), Standardization::none(x.ncols()), most.scale),
            false => (most.apply(x).into(), most, Array1::ones(x.ncols())),
        };
        let problems = match self.link {
            Link::OneVsRest => (0..classes.count())
                .map(|class| (positions.iter().map(|at| usize::from(*at == class)).collect(), Some(class)))
                .collect(),
            _ => vec![(positions.clone(), None)],
        };
        let heeding = heeding();
        let mut solutions = Vec::with_capacity(problems.len());
        for (class, against_rest) in problems {
            let weights = self.weights(&classes, &positions, &class, own)?;
            let total = weights.as_ref().map_or(x.nrows() as f64, |weights| weights.iter().sum());
            let objective = Objective {
                x: rows.view(),
                class: &class,
                weights: weights.as_deref(),
                total,
                scores: if self.link == Link::Softmax { classes.count() } else { 1 },
                intercept: self.intercept,
                penalty: self.strength.penalty(total, &standard.scale)?,
                spread: spread.view(),
            };
            let solved =
                self.solve(&objective, &standard, &heeding).map_err(|failure| match (failure, against_rest) {
                    (Failure::Error(error @ Error::Interrupted(_)), _) => error,
                    (Failure::Error(error), _) => {
                        // NaN and infinities leave no finite gradient; only then is it worth a pass to find them.
                        require_examples(&(examples, &numbers), true).err().unwrap_or(error)
                    }
                    (Failure::Separated, class) => separated(&classes, class),
                })?;
            solutions.push(solved);
        }
        self.assemble(examples, classes, &positions, own, solutions)
    }

    /// Refuses settings that contradict the data or each other.
    fn check(&self, classes: &Classes) -> Result<()> {
        let refuse = |parameter: &'static str, value: String, requirement: &str| {
            Err(Error::Parameter { parameter, value, requirement: requirement.into() })
        };
        if self.link == Link::Sigmoid && classes.count() > 2 {
            let problem = format!(
                "shows {} classes, and logistic regression tells two apart; `SoftmaxRegression` takes any number",
                classes.count()
            );
            return Err(Error::Column { column: classes.target.name.clone(), problem });
        }
        if !(self.tolerance > 0.0 && self.tolerance.is_finite()) {
            return refuse("tolerance", self.tolerance.to_string(), "it must be a positive number");
        }
        if self.max_iterations == 0 {
            return refuse("max_iterations", "0".into(), "at least one step is needed");
        }
        if !(0.0..=1.0).contains(&self.threshold) {
            return refuse("threshold", self.threshold.to_string(), "it must be a probability");
        }
        Ok(())
    }

    /// ω of each example: its sample weight times its class'. Balanced within the problem, given by the original class.
    fn weights(
        &self,
        classes: &Classes,
        positions: &[usize],
        class: &[usize],
        own: Option<&Array1<f64>>,
    ) -> Result<Option<Vec<f64>>> {
        let weights = match (&self.class_weights, self.link) {
            (ClassWeights::Balanced, Link::OneVsRest) => {
                self.class_weights.of_examples(&["the rest".into(), "the class".into()], class, own)
            }
            _ => self.class_weights.of_examples(&classes.names, positions, own),
        }?;
        Ok(weights.map(|weights| weights.to_vec()))
    }

    fn solve(
        &self,
        objective: &Objective<'_>,
        standard: &Standardization,
        heeding: &Heeding,
    ) -> std::result::Result<Solution, Failure> {
        let stop = Stop { tolerance: self.tolerance, max_iterations: self.max_iterations, heeding };
        let parameters = objective.parameters();
        let with_l1 = objective.penalty.has_l1();
        let solver = match self.solver {
            LikelihoodSolver::Automatic if with_l1 => LikelihoodSolver::CoordinateDescent,
            LikelihoodSolver::Automatic if parameters <= 32 && objective.x.nrows() <= 100_000 => {
                LikelihoodSolver::Newton
            }
            LikelihoodSolver::Automatic => LikelihoodSolver::Lbfgs,
            asked if with_l1 && asked != LikelihoodSolver::CoordinateDescent => {
                let requirement = "L1 has a kink at 0, which only CoordinateDescent (or Automatic) can end on".into();
                let value = format!("{asked:?}");
                return Err(Error::Parameter { parameter: "solver", value, requirement }.into());
            }
            asked => asked,
        };
        if solver != LikelihoodSolver::Lbfgs && parameters > MOST_FOR_HESSIAN {
            let requirement = format!(
                "its Hessian of {parameters} × {parameters} is too large (at most {MOST_FOR_HESSIAN}); take L2 with Lbfgs"
            );
            return Err(Error::Parameter { parameter: "solver", value: format!("{solver:?}"), requirement }.into());
        }
        let mut state = State::start(objective)?;
        let mut rank = parameters;
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
        let mut open = false;
        let mut errors = Err("a penalty biases the weights".to_string());
        if objective.penalty.is_none() {
            if separation::is_certain(&state) {
                return Err(Failure::Separated);
            }
            errors = Err(match parameters > MOST_FOR_VERDICT {
                true => format!("the Hessian of {parameters} parameters is too large"),
                false => "the fit has not converged".into(),
            });
            if parameters <= MOST_FOR_VERDICT && state.is_flat(stop) {
                let (verdict, found) = separation::verdict(objective, &mut state, stop)?;
                rank = rank.min(found);
                match verdict {
                    Verdict::Separated => return Err(Failure::Separated),
                    Verdict::Open => open = true,
                    Verdict::Settled => {}
                }
                errors = summary::standard_errors(objective, &state.theta, rank, standard);
            }
        } else if solver == LikelihoodSolver::Lbfgs && state.is_flat(stop) && newton_costs(objective) <= MOST_TO_FINISH
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
            deficient: rank < parameters,
            solver: name,
            errors,
        })
    }

    /// W and b of the features as they came, from θ.
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
        standard.turn_back(&mut weights, &mut intercepts);
        if objective.scores > 1 {
            // Of all softmax parameters that say the same, those that sum to 0 over the classes: where no penalty decides.
            let classes = objective.scores as f64;
            intercepts -= intercepts.sum() / classes;
            if objective.penalty.is_none() {
                weights.rows_mut().into_iter().for_each(|mut weights| weights -= weights.sum() / classes);
            }
        }
        (weights, intercepts)
    }

    fn assemble(
        &self,
        examples: &impl Examples,
        classes: Classes,
        positions: &[usize],
        own: Option<&Array1<f64>>,
        solutions: Vec<Solution>,
    ) -> Result<FittedMaximumLikelihood> {
        let columns = columns_or_numbered(examples.input_columns(), examples.inputs().ncols(), "x");
        let parts: Vec<ArrayView2<'_, f64>> = solutions.iter().map(|solution| solution.weights.view()).collect();
        let weights = concatenate(Axis(1), &parts).map_err(Error::library("weights of the classes"))?;
        let intercepts: Array1<f64> = solutions.iter().flat_map(|solution| &solution.intercepts).copied().collect();
        if !weights.iter().chain(&intercepts).all(|value| value.is_finite()) {
            return Err(Error::Data("the weights are too large for f64; scale the features first".into()));
        }
        let target_columns = match self.link {
            Link::Sigmoid => vec![classes.target.clone()],
            _ => classes.names.iter().map(crate::data::Column::number).collect(),
        };
        let named = examples.input_columns().is_some();
        let scores = LinearModel::new(columns, target_columns, named, &weights, intercepts);
        let notes = self.notes(examples, &classes, positions, own, &solutions);
        let errors: std::result::Result<Vec<Array2<f64>>, String> =
            solutions.iter().map(|solution| solution.errors.clone()).collect();
        let standard_errors = match (errors, &self.class_weights) {
            (_, ClassWeights::Balanced | ClassWeights::Given(_)) => {
                Err("class weights change what the examples are".into())
            }
            (Err(reason), _) => Err(reason),
            (Ok(errors), _) => {
                let views: Vec<ArrayView2<'_, f64>> = errors.iter().map(|errors| errors.view()).collect();
                concatenate(Axis(1), &views).map_err(|error| error.to_string())
            }
        };
        let first = solutions.first();
        Ok(FittedMaximumLikelihood {
            classifier: LinearClassifier { scores, link: self.link, classes, threshold: self.threshold },
            examples: positions.len(),
            intercept: self.intercept,
            iterations: solutions.iter().map(|solution| solution.iterations).max().unwrap_or(0),
            converged: solutions.iter().all(|solution| solution.converged),
            interrupted: solutions.iter().any(|solution| solution.interrupted),
            gradient_norm: solutions.iter().map(|solution| solution.gradient_norm).fold(0.0, f64::max),
            objective: solutions.iter().map(|solution| solution.objective).sum(),
            log_likelihood: solutions.iter().map(|solution| solution.log_likelihood).sum(),
            null_log_likelihood: solutions.iter().map(|solution| solution.null_log_likelihood).sum(),
            solver: first.map_or(String::new(), |solution| solution.solver.into()),
            standard_errors,
            note: notes.join(" "),
        })
    }
}

/// One problem's end.
pub(super) struct Solution {
    weights: Array2<f64>,
    intercepts: Array1<f64>,
    objective: f64,
    log_likelihood: f64,
    null_log_likelihood: f64,
    pub gradient_norm: f64,
    pub iterations: usize,
    pub converged: bool,
    /// Whether the reader ended it before.
    pub interrupted: bool,
    /// Whether columns depend on each other.
    pub deficient: bool,
    solver: &'static str,
    /// As the summary needs them, or why there are none.
    errors: std::result::Result<Array2<f64>, String>,
}

enum Failure {
    Error(Error),
    Separated,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

/// Multiplications of one Hessian.
fn newton_costs(objective: &Objective<'_>) -> usize {
    let (parameters, height) = (objective.parameters(), objective.height());
    let products = parameters.saturating_mul(objective.scores.max(1)).saturating_mul(height) / 2;
    objective.x.nrows().saturating_mul(products).saturating_add(parameters.saturating_pow(3) / 3)
}
