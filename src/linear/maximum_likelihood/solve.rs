//! From examples to a fitted classifier, and what a reader must know of it.

use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate, s};

use super::fit::LikelihoodFit;
use super::minimize::{State, Stop};
use super::objective::Objective;
use super::separation::{self, Verdict};
use super::{LikelihoodSolver, MaximumLikelihood, coordinate_descent, lbfgs, newton, summary};
use crate::data::{Examples, columns_or_numbered};
use crate::error::{Error, Result};
use crate::linear::class_weights::ClassWeights;
use crate::linear::classes::Classes;
use crate::linear::classifier::{LinearClassifier, Link};
use crate::linear::model::LinearModel;
use crate::linear::{least_squares, require_examples, require_sample_weights};

/// The whole Hessian of so many parameters takes 200 MB and, on two cores, about ten seconds a step.
const MOST_FOR_HESSIAN: usize = 5000;
/// Up to here the whole Hessian is looked at once more after a fit without penalty.
const MOST_FOR_VERDICT: usize = 2000;

impl<Model> MaximumLikelihood<Model> {
    /// Finds the weights.
    ///
    /// # Errors
    /// No examples or no features; several targets, labels that are no classes, one class only; more than two classes in
    /// logistic regression; text, missing or infinite values; parameters out of range. Without penalty: classes that the
    /// features separate perfectly, for which no maximum exists.
    pub fn fit(&self, examples: &impl Examples) -> Result<LikelihoodFit> {
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
        if let Some(weights) = &self.sample_weights {
            require_sample_weights(weights, x.nrows())?;
        }
        let rows = x.as_standard_layout();
        let problems = match self.link {
            Link::OneVsRest => (0..classes.count())
                .map(|class| (positions.iter().map(|at| usize::from(*at == class)).collect(), Some(class)))
                .collect(),
            _ => vec![(positions.clone(), None)],
        };
        let mut solutions = Vec::with_capacity(problems.len());
        for (class, against_rest) in problems {
            let weights = self.weights(&classes, &positions, &class)?;
            require_weight_in_each(&class, weights.as_deref(), &classes, against_rest)?;
            let total = weights.as_ref().map_or(x.nrows() as f64, |weights| weights.iter().sum());
            let objective = Objective {
                x: rows.view(),
                class: &class,
                weights: weights.as_deref(),
                total,
                scores: if self.link == Link::Softmax { classes.count() } else { 1 },
                intercept: self.intercept,
                penalty: self.strength.penalty(total)?,
            };
            let solved = self.solve(&objective).map_err(|failure| match (failure, against_rest) {
                (Failure::Error(error), _) => {
                    // NaN and infinities leave no finite gradient; only then is it worth a pass to find them.
                    require_examples(&(examples, &numbers), true).err().unwrap_or(error)
                }
                (Failure::Separated, class) => separated(&classes, class),
            })?;
            solutions.push(solved);
        }
        self.assemble(examples, classes, &positions, solutions)
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
    fn weights(&self, classes: &Classes, positions: &[usize], class: &[usize]) -> Result<Option<Vec<f64>>> {
        let own = self.sample_weights.as_ref();
        let weights = match (&self.class_weights, self.link) {
            (ClassWeights::Balanced, Link::OneVsRest) => {
                self.class_weights.of_examples(&["the rest".into(), "the class".into()], class, own)
            }
            _ => self.class_weights.of_examples(&classes.names, positions, own),
        }?;
        Ok(weights.map(|weights| weights.to_vec()))
    }

    fn solve(&self, objective: &Objective<'_>) -> std::result::Result<Solution, Failure> {
        let stop = Stop { tolerance: self.tolerance, max_iterations: self.max_iterations };
        let parameters = objective.parameters();
        let with_l1 = objective.penalty.l1 > 0.0;
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
        if objective.scores > 1 {
            centre(objective, &mut state.theta);
        }
        let mut open = false;
        let mut errors = Err("a penalty biases the weights".to_string());
        if objective.penalty.l1 == 0.0 && objective.penalty.l2 == 0.0 {
            if separation::is_certain(&state) {
                return Err(Failure::Separated);
            }
            errors = Err(match parameters > MOST_FOR_VERDICT {
                true => format!("the Hessian of {parameters} parameters is too large"),
                false => "the fit has not converged".into(),
            });
            if parameters <= MOST_FOR_VERDICT && state.distance <= stop.tolerance {
                let (verdict, found) = separation::verdict(objective, &mut state)?;
                rank = rank.min(found);
                match verdict {
                    Verdict::Separated => return Err(Failure::Separated),
                    Verdict::Open => open = true,
                    Verdict::Settled => {}
                }
                errors = summary::standard_errors(objective, &state.theta, rank);
            }
        }
        Ok(Solution {
            converged: state.distance <= stop.tolerance && !open,
            theta: state.theta,
            objective: state.value,
            log_likelihood: -state.evaluation.loss * objective.total,
            null_log_likelihood: null_log_likelihood(objective),
            gradient_norm: state.distance,
            iterations: state.iterations,
            deficient: rank < parameters,
            solver: name,
            errors,
        })
    }

    fn assemble(
        &self,
        examples: &impl Examples,
        classes: Classes,
        positions: &[usize],
        solutions: Vec<Solution>,
    ) -> Result<LikelihoodFit> {
        let columns = columns_or_numbered(examples.input_columns(), examples.inputs().ncols(), "x");
        let d = columns.len();
        let thetas: Vec<ArrayView2<'_, f64>> = solutions.iter().map(|solution| solution.theta.view()).collect();
        let theta = concatenate(Axis(1), &thetas)
            .map_err(|error| Error::Library { context: "weights of the classes".into(), message: error.to_string() })?;
        if !theta.iter().all(|value| value.is_finite()) {
            return Err(Error::Data("the weights are too large for f64; scale the features first".into()));
        }
        let intercepts = if self.intercept { theta.row(d).to_owned() } else { Array1::zeros(theta.ncols()) };
        let target_columns = match self.link {
            Link::Sigmoid => vec![classes.target.clone()],
            _ => classes.names.iter().map(crate::data::Column::number).collect(),
        };
        let (named, weights) = (examples.input_columns().is_some(), theta.slice(s![..d, ..]).to_owned());
        let scores = LinearModel::new(columns, target_columns, named, &weights, intercepts);
        let notes = self.notes(examples, &classes, positions, &solutions);
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
        Ok(LikelihoodFit {
            classifier: LinearClassifier { scores, link: self.link, classes, threshold: self.threshold },
            examples: positions.len(),
            intercept: self.intercept,
            iterations: solutions.iter().map(|solution| solution.iterations).max().unwrap_or(0),
            converged: solutions.iter().all(|solution| solution.converged),
            gradient_norm: solutions.iter().map(|solution| solution.gradient_norm).fold(0.0, f64::max),
            objective: solutions.iter().map(|solution| solution.objective).sum(),
            log_likelihood: solutions.iter().map(|solution| solution.log_likelihood).sum(),
            null_log_likelihood: solutions.iter().map(|solution| solution.null_log_likelihood).sum(),
            solver: first.map_or(String::new(), |solution| solution.solver.into()),
            standard_errors,
            note: notes.join(" "),
        })
    }

    fn notes(
        &self,
        examples: &impl Examples,
        classes: &Classes,
        positions: &[usize],
        solved: &[Solution],
    ) -> Vec<String> {
        let mut notes = vec![];
        if let Some(worst) =
            solved.iter().filter(|solution| !solution.converged).map(|solution| solution.gradient_norm).reduce(f64::max)
        {
            notes.push(format!(
                "Not converged: the largest derivative is {worst:.1e}, asked for {:.1e}. Allow more iterations, scale the \
                 features or add a penalty.",
                self.tolerance
            ));
        }
        if solved.iter().any(|solution| solution.deficient) {
            let (x, nothing) = (examples.inputs(), Array2::zeros((positions.len(), 0)));
            let columns = columns_or_numbered(examples.input_columns(), x.ncols(), "x");
            let weights = self.sample_weights.as_ref().map(|weights| weights.view());
            let intercept = self.intercept;
            let problem =
                least_squares::Problem { x, y: nothing.view(), weights, intercept, penalty: 0.0, columns: &columns };
            let which = problem.dependent_columns().unwrap_or_default();
            let which = if which.is_empty() { "some column".into() } else { which.join(", ") };
            notes.push(format!(
                "{which} is constant or a combination of other columns: many weights fit equally well, these are among the \
                 smallest."
            ));
        }
        if !classes.unseen.is_empty() {
            notes.push(format!("No example shows {}: the model cannot predict it.", classes.unseen.join(", ")));
        }
        let counts = classes.sizes(positions);
        let rarest = counts.iter().enumerate().min_by_key(|(_, count)| **count);
        let most = counts.iter().max().copied().unwrap_or(0);
        if let (Some((class, least)), ClassWeights::Equal) = (rarest, &self.class_weights)
            && most >= 10 * least
        {
            let share = 100.0 * *least as f64 / positions.len() as f64;
            notes.push(format!(
                "Classes are imbalanced: `{}` has {share:.2} % of the examples, the largest {:.1} %. \
                 `class_weights(ClassWeights::Balanced)` makes them count alike.",
                classes.names[class],
                100.0 * most as f64 / positions.len() as f64
            ));
        }
        notes
    }
}

/// Of all softmax parameters that say the same, those that sum to 0 over the classes: where a penalty does not decide.
fn centre(objective: &Objective<'_>, theta: &mut Array2<f64>) {
    let free = objective.penalty.l1 == 0.0 && objective.penalty.l2 == 0.0;
    for (row, mut parameters) in theta.rows_mut().into_iter().enumerate() {
        if free || row == objective.features() {
            parameters -= parameters.sum() / objective.scores as f64;
        }
    }
}

/// One problem's end.
struct Solution {
    theta: Array2<f64>,
    objective: f64,
    log_likelihood: f64,
    null_log_likelihood: f64,
    gradient_norm: f64,
    iterations: usize,
    converged: bool,
    /// Whether columns depend on each other.
    deficient: bool,
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

fn separated(classes: &Classes, against_rest: Option<usize>) -> Error {
    let what = match against_rest.and_then(|class| classes.names.get(class)) {
        Some(class) => format!("`{class}` and the rest"),
        None => format!("the classes of `{}`", classes.target.name),
    };
    Error::Data(format!(
        "{what} are perfectly separable by the features (wholly, or but for examples on the boundary): the likelihood rises \
         for ever as the weights grow, so that without penalty there is no best fit. Add one, such as `.l2(1e-3)` or \
         `.inverse_strength(1.0)`"
    ))
}

/// A class whose examples all weigh 0 is one without examples.
fn require_weight_in_each(
    class: &[usize],
    weights: Option<&[f64]>,
    classes: &Classes,
    against_rest: Option<usize>,
) -> Result<()> {
    let Some(weights) = weights else { return Ok(()) };
    let mut sums = vec![0.0; classes.count()];
    class.iter().zip(weights).for_each(|(class, weight)| sums[*class] += weight);
    let count = if against_rest.is_some() { 2 } else { classes.count() };
    match sums[..count].iter().position(|sum| *sum <= 0.0) {
        None => Ok(()),
        Some(empty) => {
            let name = &classes.names[against_rest.unwrap_or(empty)];
            let problem = format!("the examples of `{name}` (or all others) weigh 0: leave them out, or weigh them");
            Err(Error::Column { column: classes.target.name.clone(), problem })
        }
    }
}

/// The log-likelihood of the best model that knows no feature.
fn null_log_likelihood(objective: &Objective<'_>) -> f64 {
    let count = objective.scores.max(2);
    if !objective.intercept {
        return -objective.total * (count as f64).ln();
    }
    let mut sums = vec![0.0; count];
    objective.class.iter().enumerate().for_each(|(row, class)| sums[*class] += objective.weight(row));
    sums.iter().filter(|sum| **sum > 0.0).map(|sum| sum * (sum / objective.total).ln()).sum()
}
