//! `summary()`: the weights as log-odds with standard errors, z and p values, and odds ratios.

use ndarray::{Array1, Array2, Axis, s};
use ndarray_linalg::InverseC;
use statrs::function::erf::erfc;

use super::fitted::FittedMaximumLikelihood;
use super::objective::Objective;
use crate::data::{Table, short};
use crate::error::{Error, Result};
use crate::linear::classifier::Link;
use crate::linear::standardize::Standardization;
use crate::linear::summary::probability;

/// The 97.5 % quantile of the standard normal distribution.
const WIDTH: f64 = 1.959963984540054;

/// One line of the summary: by how much a feature raises the log-odds of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct LogOdds {
    /// The class whose odds these are: against the first class; one-vs-rest: against all others.
    pub class: String,
    /// The feature's name, or `intercept`.
    pub name: String,
    /// The estimate: a weight, in softmax regression the class' weight minus the first class'.
    pub value: f64,
    /// Its standard error, from the inverse of the Fisher information XᵀSX.
    pub standard_error: f64,
    /// value / standard error.
    pub z: f64,
    /// Probability of a |z| at least this large if the true value were 0: two-sided, standard normal (Wald's test).
    pub p: f64,
    /// e^value: by what the odds are multiplied when the feature grows by 1.
    pub odds_ratio: f64,
    /// The odds ratio's 95 % interval, e^(value ∓ 1.96 standard errors).
    pub interval: [f64; 2],
}

/// Standard errors of θ (two classes) or of θⱼ − θ₀ for each later class, (d + 1) × classes, for the features as they were
/// before they were standardized; or why there are none.
pub(super) fn standard_errors(
    objective: &Objective<'_>,
    theta: &Array2<f64>,
    rank: usize,
    standard: &Standardization,
) -> std::result::Result<Array2<f64>, String> {
    if rank < objective.parameters() {
        return Err("the features depend on each other, so that many weights fit equally well".into());
    }
    let height = objective.height();
    // With the first class' scores held at 0, the information of the others is the rest of the matrix.
    let lead = if objective.scores == 1 { 0 } else { height };
    let information = objective.hessian(theta).slice(s![lead.., lead..]).to_owned() * objective.total;
    let scale = information.diag().mapv(f64::sqrt);
    let unit = &information / &scale / scale.view().insert_axis(Axis(1));
    let inverse = unit.invc().map_err(|_| "the Fisher information is singular".to_string())?;
    let covariance = inverse / &scale / scale.view().insert_axis(Axis(1));
    // w = w′ / scale, and the variance of b = b′ − Σ w′ · centre / scale.
    let d = objective.features();
    let intercept: Array1<f64> =
        (0..height).map(|row| if row < d { -standard.centre[row] / standard.scale[row] } else { 1.0 }).collect();
    Ok(Array2::from_shape_fn((height, scale.len() / height), |(row, class)| {
        let own = class * height..(class + 1) * height;
        let block = covariance.slice(s![own.clone(), own]);
        if row < d {
            block[[row, row]].sqrt() / standard.scale[row]
        } else {
            intercept.dot(&block.dot(&intercept)).sqrt()
        }
    }))
}

impl FittedMaximumLikelihood {
    /// The log-odds of each class (for two classes, of the second), the intercept first.
    ///
    /// # Errors
    /// With a penalty or class weights, or features that depend on each other: there standard errors are not defined.
    pub fn coefficients(&self) -> Result<Vec<LogOdds>> {
        let errors = match &self.standard_errors {
            Ok(errors) => errors,
            Err(why) => return Err(Error::Data(format!("standard errors are not defined: {why}"))),
        };
        let d = self.weights().nrows();
        let mut lines = Vec::with_capacity(errors.len());
        for (column, class) in self.contrasts().into_iter().enumerate() {
            let rows = if self.intercept { vec![d] } else { vec![] };
            for row in rows.into_iter().chain(0..d) {
                let (name, value) = match row == d {
                    true => ("intercept", self.contrast(self.intercepts().view(), class)),
                    false => (self.columns()[row].name.as_str(), self.contrast(self.weights().row(row), class)),
                };
                let standard_error = errors[[row, column]];
                let z = value / standard_error;
                lines.push(LogOdds {
                    class: self.classifier.classes.names[class].clone(),
                    name: name.into(),
                    value,
                    standard_error,
                    z,
                    p: erfc(z.abs() / std::f64::consts::SQRT_2),
                    odds_ratio: value.exp(),
                    interval: [-WIDTH, WIDTH].map(|width| (value + width * standard_error).exp()),
                });
            }
        }
        Ok(lines)
    }

    /// The classes that the summary is about.
    fn contrasts(&self) -> Vec<usize> {
        match self.link() {
            Link::OneVsRest => (0..self.classifier.classes.count()).collect(),
            _ => (1..self.classifier.classes.count()).collect(),
        }
    }

    /// The log-odds of a class among one feature's weights.
    fn contrast(&self, weights: ndarray::ArrayView1<'_, f64>, class: usize) -> f64 {
        match self.link() {
            Link::Sigmoid => weights[0],
            Link::Softmax => weights[class] - weights[0],
            Link::OneVsRest => weights[class],
        }
    }

    /// The fit as a table: for each class the log-odds with standard errors, z, p and odds ratios with their 95 % interval
    /// where they are defined, else the weights; below it McFadden's R² and how the weights were found.
    pub fn summary(&self) -> Table {
        let (names, several) = (&self.classifier.classes.names, self.weights().ncols() > 1);
        let mut notes = vec![];
        let mut table = match self.coefficients() {
            Ok(lines) => {
                let headings = ["", "log-odds", "standard error", "z", "p", "odds ratio", "95 % from", "to"];
                let numeric = [false, true, true, true, true, true, true, true];
                let mut table = Table::new("", &headings, &numeric);
                for line in lines {
                    let label = if several { format!("{} ← {}", line.class, line.name) } else { line.name };
                    let [low, high] = line.interval.map(short);
                    let numbers = [line.value, line.standard_error, line.z].map(short);
                    let row = [label].into_iter().chain(numbers).chain([
                        probability(line.p),
                        short(line.odds_ratio),
                        low,
                        high,
                    ]);
                    table.push(row);
                }
                table
            }
            Err(reason) => {
                notes.push(format!("{reason}."));
                let scores: Vec<&str> =
                    if several { names.iter().map(String::as_str).collect() } else { vec!["weight"] };
                let mut headings = vec![""];
                headings.extend(&scores);
                if !several {
                    headings.push("odds ratio");
                }
                let mut table = Table::new("", &headings, &vec![true; headings.len()]);
                table.numeric[0] = false;
                let mut push = |name: &str, values: ndarray::ArrayView1<'_, f64>| {
                    let mut row = vec![name.to_string()];
                    row.extend(values.iter().map(|value| short(*value)));
                    if !several {
                        row.push(short(values[0].exp()));
                    }
                    table.push(row);
                };
                if self.intercept {
                    push("intercept", self.intercepts().view());
                }
                for (column, weights) in self.columns().iter().zip(self.weights().rows()) {
                    push(&column.name, weights);
                }
                table
            }
        };
        let (what, of) = match self.link() {
            Link::Sigmoid => ("Logistic regression", format!("log-odds of `{}` against `{}`", names[1], names[0])),
            Link::Softmax if self.standard_errors.is_ok() => {
                ("Softmax regression", format!("log-odds against `{}`", names[0]))
            }
            Link::Softmax => ("Softmax regression", "one column of weights a class".into()),
            Link::OneVsRest => ("Logistic regression, one class against the rest", "one model a class".into()),
        };
        table.title = format!("{what} of {} on {} examples: {of}", self.classifier.classes.target.name, self.examples);
        let r_squared = self.mcfadden_r_squared();
        notes.push(format!("McFadden R² {r_squared:.4}; log-likelihood {}.", short(self.log_likelihood)));
        let steps = if self.iterations == 1 { "step" } else { "steps" };
        notes.push(
            format!("{} steps of {}; largest derivative {:.1e}.", self.iterations, self.solver, self.gradient_norm)
                .replace("steps", steps),
        );
        notes.push(self.note.clone());
        table.note = notes.join(" ").trim_end().into();
        table
    }
}
