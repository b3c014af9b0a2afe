//! A polynomial of one feature from x and a degree: powers, centering and sums in doubled precision.
//!
//! | file | what |
//! |---|---|
//! | `mod` | the settings, and the way from examples to a fit |
//! | `basis` | polynomials that are orthogonal on the data, by Lanczos' recurrence |
//! | `fit` | the fitted polynomial |

mod basis;
mod fit;

pub use fit::FittedPolynomialRegression;

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use self::basis::{Basis, Fault};
use super::closed_form::{ClosedForm, FittedClosedForm, Solver, unit_of};
use super::double::Double;
use super::model::LinearModel;
use super::standardize::Standardization;
use super::statistics::{Statistics, require_squares};
use super::{require_examples, require_features};
use crate::check::{self, out_of_range};
use crate::data::{Column, Examples, columns_or_numbered, present};
use crate::error::{Error, Result};

/// The polynomial of one feature x that minimizes the squared error: ŷ = b + w₁x + w₂x² + … + w_p xᵖ.
///
/// Powers of x that are rounded to f64 before a solver sees them have lost digits that none can bring back: of NIST's
/// `Filip` data (degree 10) less than 8 of 16 remain. This fit takes x itself, and computes in a basis of polynomials
/// orthogonal on the data, in doubled precision: weights, standard errors and predictions keep all their digits.
///
/// Defaults: intercept, all weights ω = 1. [`ClosedForm::polynomial`] makes it. For several features or a penalty, take
/// [`PolynomialFeatures`](crate::data::PolynomialFeatures).
///
/// ```
/// use gradus::prelude::*;
/// // y = 1 − 2x + x³
/// let (x, y) = (array![[-1.0], [0.0], [1.0], [2.0], [3.0]], array![2.0, 1.0, 0.0, 5.0, 22.0]);
/// let curve = LinearRegression::closed_form().polynomial(3).fit(&(&x, &y))?;
/// assert!((curve.weight("x1^3")? - 1.0).abs() < 1e-15 && (curve.intercept() - 1.0).abs() < 1e-15);
/// assert!((curve.predict(&array![[4.0]])?[0] - 57.0).abs() < 1e-12);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolynomialRegression {
    settings: ClosedForm,
    degree: usize,
}

impl ClosedForm {
    /// A polynomial of this degree in one feature, with the settings made so far.
    pub fn polynomial(self, degree: usize) -> PolynomialRegression {
        PolynomialRegression { settings: self, degree }
    }
}

impl PolynomialRegression {
    /// Sets whether there is an intercept b; default yes.
    #[must_use]
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.settings = self.settings.intercept(intercept);
        self
    }

    /// Sets a weight ω ≥ 0 for each example; default all 1.
    #[must_use]
    pub fn sample_weights(mut self, weights: Array1<f64>) -> Self {
        self.settings = self.settings.sample_weights(weights);
        self
    }

    /// Finds the polynomial. An example of weight 0 is one that is not there.
    ///
    /// # Errors
    /// No examples, no target, or more than one feature; different numbers of rows; text, missing or infinite values;
    /// degree 0; fewer different values of x than the polynomial has terms; a negative ω; a ridge penalty or a solver
    /// among the settings, for which `PolynomialFeatures` is the way.
    pub fn fit(&self, examples: &impl Examples) -> Result<FittedPolynomialRegression> {
        self.check(examples)?;
        let weights = self.settings.sample_weights.as_ref();
        if let Some(weights) = weights {
            check::sample_weights(weights, examples.inputs().nrows())?;
        }
        match present(examples, weights) {
            Some(present) => {
                self.fit_present(&present, Some(&present.weights)).map_err(|error| present.in_all_rows(error))
            }
            None => self.fit_present(examples, weights),
        }
    }

    fn check(&self, examples: &impl Examples) -> Result<()> {
        require_features(examples, false)?;
        let degree = self.degree;
        let features = examples.inputs().ncols();
        if features != 1 {
            return Err(Error::Data(format!(
                "a polynomial needs exactly one feature, but there are {features}: `select` one of them, or fit \
                 `LinearRegression::closed_form()` to what `PolynomialFeatures::degree({degree})` makes of all"
            )));
        }
        check::at_least("degree", 1, degree as u64)?;
        if self.settings.ridge != 0.0 {
            let requirement = "a polynomial fit has no penalty; scale what `PolynomialFeatures` makes of x, and fit \
                               `LinearRegression::closed_form().l2(λ)` to that";
            return Err(out_of_range("λ", self.settings.ridge, requirement));
        }
        if self.settings.solver != Solver::Automatic {
            let requirement = "a polynomial fit uses its own solver; to compare solvers, give them what \
                               `PolynomialFeatures` makes of x";
            return Err(out_of_range("solver", format!("{:?}", self.settings.solver), requirement));
        }
        Ok(())
    }

    /// Refuses x with fewer values than the polynomial has terms.
    fn require_values(&self, x: &[f64], name: &str) -> Result<()> {
        let intercept = self.settings.intercept;
        // Without an intercept every such polynomial is 0 at 0: nothing is learned there.
        let mut values: Vec<f64> = x.iter().copied().filter(|x| intercept || *x != 0.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let found = values.len();
        let most = found.saturating_sub(usize::from(intercept));
        if self.degree <= most {
            return Ok(());
        }
        let needed = self.degree.saturating_add(usize::from(intercept));
        let (s, than) = (if found == 1 { "" } else { "s" }, if intercept { "" } else { " other than 0" });
        let requirement = match (most, intercept) {
            (0, true) => format!("`{name}` has a single value, to which no polynomial can be fitted"),
            (0, false) => format!("`{name}` is 0 everywhere, where no polynomial without intercept can be fitted"),
            _ => format!(
                "`{name}` has only {found} different value{s}{than}, but a polynomial of this degree needs {needed}; take \
                 degree {most} or less"
            ),
        };
        Err(out_of_range("degree", self.degree, requirement))
    }

    fn fit_present(
        &self,
        examples: &impl Examples,
        weights: Option<&Array1<f64>>,
    ) -> Result<FittedPolynomialRegression> {
        require_examples(examples, true)?;
        let (x, y) = (examples.inputs(), examples.outputs());
        let (degree, intercept) = (self.degree, self.settings.intercept);
        let feature = columns_or_numbered(examples.input_columns(), 1, "x").remove(0);
        let x_values = x.column(0).to_vec();
        self.require_values(&x_values, &feature.name)?;
        let unit = weights.map_or(1.0, unit_of);
        let omega = weights.map(|weights| (weights / unit).to_vec());
        // The basis needs t near 1, whether or not there is an intercept.
        let standard = Standardization::of(x, weights.map(|weights| weights.view()), true);
        let (centre, scale) = (standard.centre[0], standard.scale[0]);
        let count = degree + usize::from(intercept);
        let out_of_reach = |fault| {
            let name = &feature.name;
            let requirement = match fault {
                Fault::Range => format!("the powers of `{name}` leave the range of f64; take a lower degree"),
                Fault::Rounding => format!("the values of `{name}` are too far apart; take a lower degree"),
                Fault::Interrupted(done) => {
                    return Error::Interrupted(format!("after {done} of {count} terms of the polynomial"));
                }
            };
            out_of_range("degree", degree, requirement)
        };
        let basis = Basis::of(&x_values, centre, scale, omega.as_deref(), intercept, count).map_err(out_of_reach)?;

        let k = y.ncols();
        let mut local = Array2::zeros((count, k));
        let mut powers = Array2::from_elem((degree + 1, k), Double::ZERO);
        let (mut residual_squares, mut total_squares) = (Array1::zeros(k), Array1::zeros(k));
        let mut lost = Double::EPSILON * basis.loss;
        for (target, y) in y.columns().into_iter().enumerate() {
            let projected = basis.project(&y.to_vec());
            residual_squares[target] = projected.residual_squares.value();
            let explained = projected.coefficients.iter().skip(usize::from(intercept));
            total_squares[target] = explained.fold(projected.residual_squares, |sum, part| sum + *part * *part).value();
            let squares: f64 = total_squares[target] + 0.0 * residual_squares[target];
            require_squares(y, intercept, squares)?;
            let (of_powers, error) = basis.in_powers(&projected.coefficients);
            lost = lost.max(error);
            for (power, value) in of_powers.into_iter().enumerate() {
                powers[[power, target]] = value;
            }
            for (at, value) in projected.coefficients.iter().enumerate() {
                local[[at, target]] = value.value();
            }
        }
        let standard_errors = basis.standard_errors();
        let examples_count = x.nrows();
        let statistics = Statistics {
            examples: examples_count,
            degrees_of_freedom: examples_count.saturating_sub(count),
            residual_squares,
            total_squares,
            weight_standard_errors: Some(Array1::from_iter(standard_errors[1..].iter().copied())),
            intercept_standard_error: standard_errors[0],
        };
        let columns = (1..=degree).map(|power| power_of(&feature, power)).collect();
        let targets = columns_or_numbered(examples.output_columns(), k, "y");
        let weights = Array2::from_shape_fn((degree, k), |(power, target)| powers[[power + 1, target]].value());
        let intercepts = Array1::from_shape_fn(k, |target| powers[[0, target]].value());
        let model = LinearModel::new(columns, targets, examples.input_columns().is_some(), &weights, intercepts);
        let (alpha, beta) = basis.recurrence();
        let finite = model.weights.iter().chain(&model.intercepts).chain(&local).chain(&standard_errors);
        if !finite.into_iter().all(|value| value.is_finite()) {
            return Err(out_of_reach(Fault::Range));
        }
        let least_squares = FittedClosedForm {
            model,
            statistics: statistics.with_weights_times(unit),
            ridge: 0.0,
            intercept,
            condition_number: 1.0,
            rank: degree,
            refinements: 0,
            solver: "Lanczos".into(),
            note: note(degree, lost, basis.loss),
        };
        Ok(FittedPolynomialRegression::new(feature, least_squares, centre, scale, alpha, beta, local))
    }
}

/// The column of a power of a feature, named as `PolynomialFeatures` names it.
fn power_of(feature: &Column, power: usize) -> Column {
    match power {
        // The feature itself keeps its meaning and unit.
        1 => feature.clone(),
        _ => Column::number(format!("{}^{power}", feature.name)),
    }
}

/// What to know of the digits, where the weights have `lost` some, and the polynomials in f64 `loss` times as many as
/// usual.
fn note(degree: usize, lost: f64, loss: f64) -> String {
    let way = format!("Degree {degree} in polynomials that are orthogonal on the data, in doubled precision");
    let digits = |lost: f64| (-lost.log10()).clamp(0.0, 16.0).floor();
    let predictions = match loss > 1.0 {
        true => format!(
            "predictions, as the values of x are far apart, keep at least {:.0} of 16 digits",
            digits(f64::EPSILON * loss)
        ),
        false => "predictions keep all digits".into(),
    };
    match (lost <= f64::EPSILON, loss > 1.0) {
        (true, false) => format!("{way}: all digits are kept."),
        (true, true) => format!("{way}: the weights of the powers keep all digits; {predictions}."),
        (false, _) => format!(
            "{way}: {predictions}, the weights of the powers, far from the data's centre, at least {:.0} of 16.",
            digits(lost)
        ),
    }
}
