//! `summary()`: the coefficients with standard errors, t and p values.

use statrs::distribution::{ContinuousCDF, FisherSnedecor, StudentsT};

use super::closed_form::FittedClosedForm;
use crate::check::out_of_range;
use crate::data::{Table, short};
use crate::error::{Error, Result};
use crate::metrics;

/// One line of the summary: a weight or the intercept.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    /// The feature's name, or `intercept`.
    pub name: String,
    /// The estimate.
    pub value: f64,
    /// Its standard error s √((XᵀX)⁻¹)ⱼⱼ.
    pub standard_error: f64,
    /// value / standard error.
    pub t: f64,
    /// Probability of a |t| at least this large if the true coefficient were 0: two-sided, Student's t with n − p degrees
    /// of freedom.
    pub p: f64,
}

impl FittedClosedForm {
    /// The coefficients of one target (the intercept first), with standard errors from s² (XᵀX)⁻¹, s² = Σr² / (n − p).
    ///
    /// # Errors
    /// With a ridge penalty, without full rank or without a degree of freedom left: there the errors are not defined.
    pub fn coefficients(&self, target: usize) -> Result<Vec<Coefficient>> {
        let statistics = &self.statistics;
        let undefined = |why: &str| Err(Error::Data(format!("standard errors are not defined: {why}")));
        if target >= self.weights().ncols() {
            let requirement = format!("the model has {} targets, counted from 0", self.weights().ncols());
            return Err(out_of_range("target", target, requirement));
        }
        if self.ridge > 0.0 {
            return undefined("a ridge penalty biases the weights");
        }
        let Some(standard_errors) = &statistics.weight_standard_errors else {
            return undefined("the features depend on each other, so that many weights fit equally well");
        };
        if statistics.degrees_of_freedom == 0 {
            return undefined("there are as many parameters as examples");
        }
        let degrees = statistics.degrees_of_freedom as f64;
        let std = self.residual_std(target);
        let student = StudentsT::new(0.0, 1.0, degrees).map_err(Error::library("Student's t"))?;
        let line = |name: &str, value: f64, factor: f64| {
            let standard_error = std * factor;
            let t = value / standard_error;
            // For t = ±∞ (an exact fit) the tail is empty; for 0/0 nothing is known.
            let p = if t.is_nan() { f64::NAN } else { (2.0 * student.sf(t.abs())).min(1.0) };
            Coefficient { name: name.into(), value, standard_error, t, p }
        };
        let mut lines = Vec::with_capacity(self.columns().len() + 1);
        if self.intercept {
            lines.push(line("intercept", self.intercepts()[target], statistics.intercept_standard_error));
        }
        for (at, column) in self.columns().iter().enumerate() {
            lines.push(line(&column.name, self.weights()[[at, target]], standard_errors[at]));
        }
        Ok(lines)
    }

    /// Residual standard deviation s of one target: √(Σr² / (n − p)); not a number where no degree of freedom is left, or for
    /// a target that is not there.
    pub fn residual_std(&self, target: usize) -> f64 {
        match (self.statistics.residual_squares.get(target), self.statistics.degrees_of_freedom) {
            (Some(squares), degrees @ 1..) => (squares / degrees as f64).sqrt(),
            _ => f64::NAN,
        }
    }

    /// The fit as a table: coefficients with standard errors, t and p values where they are defined, and below it R², the
    /// residual standard deviation, F, the condition number and how the weights were found.
    pub fn summary(&self) -> Table {
        let statistics = &self.statistics;
        let several = self.weights().ncols() > 1;
        let mut rows = vec![];
        let mut notes = vec![];
        let mut with_errors = true;
        for (target, column) in self.target_columns().iter().enumerate() {
            let label = |name: &str| if several { format!("{} ← {name}", column.name) } else { name.into() };
            match self.coefficients(target) {
                Ok(lines) => rows.extend(lines.iter().map(|line| {
                    let numbers = [line.value, line.standard_error, line.t];
                    let mut row = vec![label(&line.name)];
                    row.extend(numbers.map(|number| if number.is_nan() { "–".into() } else { short(number) }));
                    row.push(probability(line.p));
                    row
                })),
                Err(reason) => {
                    with_errors = false;
                    if self.intercept {
                        rows.push(vec![label("intercept"), short(self.intercepts()[target])]);
                    }
                    for (at, feature) in self.columns().iter().enumerate() {
                        rows.push(vec![label(&feature.name), short(self.weights()[[at, target]])]);
                    }
                    if target == 0 {
                        notes.push(format!("{reason}."));
                    }
                }
            }
            notes.push(self.quality(target, several));
        }
        notes.push(self.note().into());
        let mut headings = vec!["", "estimate", "standard error", "t", "p"];
        headings.truncate(if with_errors { 5 } else { 2 });
        let targets = self.target_columns().iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        Table {
            title: format!("Linear regression of {targets} on {} examples", statistics.examples),
            numeric: (0..headings.len()).map(|at| at > 0).collect(),
            headings: headings.into_iter().map(String::from).collect(),
            rows,
            note: notes.join(" "),
        }
    }

    /// R², adjusted R², s and F of one target in a line.
    fn quality(&self, target: usize, several: bool) -> String {
        let statistics = &self.statistics;
        let (residual, total) = (statistics.residual_squares[target], statistics.total_squares[target]);
        let (degrees, n) = (statistics.degrees_of_freedom as f64, statistics.examples as f64);
        let r_squared = statistics.r_squared(target);
        let whole = n - f64::from(u8::from(self.intercept));
        let mut text = format!("R² {r_squared:.4}");
        if statistics.degrees_of_freedom > 0 {
            let adjusted = metrics::explained(residual / degrees, total / whole);
            let std = short(self.residual_std(target));
            text.push_str(&format!(", adjusted {adjusted:.4}; residual standard deviation {std}"));
            let rank = self.rank() as f64;
            let f = (total - residual) / rank / (residual / degrees);
            if self.ridge == 0.0
                && f.is_finite()
                && f >= 0.0
                && let Ok(fisher) = FisherSnedecor::new(rank, degrees)
            {
                text.push_str(&format!("; F({rank}, {degrees}) = {}, p {}", short(f), probability(fisher.sf(f))));
            }
        }
        match several {
            true => format!("{}: {text}.", self.target_columns()[target].name),
            false => format!("{text}."),
        }
    }
}

/// A probability in four decimals, or as below what they can show.
pub(super) fn probability(p: f64) -> String {
    match p {
        p if p.is_nan() => "–".into(),
        p if p < 1e-4 => "< 0.0001".into(),
        p => format!("{p:.4}"),
    }
}
