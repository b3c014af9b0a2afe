//! Warnings about a fit by maximum likelihood.

use ndarray::{Array1, Array2};

use super::MaximumLikelihood;
use super::solve::Solution;
use crate::data::{ClassWeights, Examples, columns_or_numbered};
use crate::error::Error;
use crate::linear::classes::Classes;
use crate::linear::least_squares;

impl<Model> MaximumLikelihood<Model> {
    pub(super) fn warnings(
        &self,
        examples: &impl Examples,
        classes: &Classes,
        positions: &[usize],
        own: Option<&Array1<f64>>,
        solved: &[Solution],
    ) -> Vec<String> {
        let mut warnings = vec![];
        if let Some(worst) =
            solved.iter().filter(|solution| !solution.converged).map(|solution| solution.gradient_norm).reduce(f64::max)
        {
            let (why, way_out) = match solved.iter().find(|solution| solution.interrupted) {
                Some(solution) => {
                    (format!("Interrupted after {} steps", solution.iterations), "Fit again to let it converge.")
                }
                None => ("Not converged".to_string(), "Allow more iterations, scale the features or add a penalty."),
            };
            warnings.push(format!(
                "{why}: the largest derivative is {worst:.1e}, the tolerance is {:.1e}. {way_out}",
                self.tolerance
            ));
        }
        if solved.iter().any(|solution| solution.deficient) {
            let (x, nothing) = (examples.inputs(), Array2::zeros((positions.len(), 0)));
            let columns = columns_or_numbered(examples.input_columns(), x.ncols(), "x");
            let weights = own.map(|own| own.view());
            let intercept = self.intercept;
            let problem =
                least_squares::Problem { x, y: nothing.view(), weights, intercept, penalty: 0.0, columns: &columns };
            let which = problem.dependent_columns().unwrap_or_default();
            let which = if which.is_empty() { "some column".into() } else { which.join(", ") };
            warnings.push(format!(
                "{which} is constant or a combination of other columns: many weights fit equally well, these are among the \
                 smallest."
            ));
        }
        if !classes.unseen.is_empty() {
            warnings.push(format!("No example shows {}: the model cannot predict it.", classes.unseen.join(", ")));
        }
        let counts = classes.sizes(positions);
        let rarest = counts.iter().enumerate().min_by_key(|(_, count)| **count);
        let most = counts.iter().max().copied().unwrap_or(0);
        if let (Some((class, least)), ClassWeights::Equal) = (rarest, &self.class_weights)
            && most >= 10 * least
        {
            let share = 100.0 * *least as f64 / positions.len() as f64;
            warnings.push(format!(
                "Classes are imbalanced: `{}` has {share:.2} % of the examples, the largest {:.1} %. \
                 `class_weights(ClassWeights::Balanced)` makes them count alike.",
                classes.names[class],
                100.0 * most as f64 / positions.len() as f64
            ));
        }
        warnings
    }
}

/// The error of classes that the features separate; of one class against the rest where that is the problem.
pub(super) fn separated(classes: &Classes, against_rest: Option<usize>) -> Error {
    let what = match against_rest.and_then(|class| classes.names.get(class)) {
        Some(class) => format!("`{class}` and the rest"),
        None => format!("the classes of `{}`", classes.target.name),
    };
    Error::Data(format!(
        "{what} are perfectly separable by the features (completely, or except for examples on the boundary): the likelihood rises \
         for ever as the weights grow, so that without penalty there is no best fit. Add one, such as `.l2(1e-3)` or \
         `.c(1.0)`"
    ))
}
