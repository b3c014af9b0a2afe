//! Model selection under a cell: cross-validation, searches, curves.

use ndarray::Array1;

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::data::{Table, short};
use crate::error::Error;
use crate::select::{
    BiasVarianceDiagnosis, CrossValidation, FittedLogisticRegressionCv, Fold, LearningCurve, ParamSet, SearchResults,
    ValidationCurve,
};

/// The number of candidates shown, best first.
const MOST: usize = 20;

impl InCell for CrossValidation {
    fn in_cell(&self) -> Bundle {
        let headings = ["score", "validation", "±", "training", "worst fold", "best fold"];
        let title = match self.interrupted() {
            true => format!("Cross-validation, interrupted after {} of {} folds", self.folds(), self.planned_folds()),
            false => format!("Cross-validation, {} folds", self.folds()),
        };
        let mut table = Table::new(title, &headings, &[false, true, true, true, true, true]);
        for scoring in self.scorings() {
            let (Ok(validation), Ok(training)) = (self.validation(*scoring), self.training(*scoring)) else { continue };
            let (low, high) = extremes(&validation);
            let [worst, best] = if scoring.greater_is_better() { [low, high] } else { [high, low] };
            let numbers = [mean(&validation), validation.std(0.0), mean(&training), worst, best];
            table.push([scoring.to_string()].into_iter().chain(numbers.map(digits)));
        }
        table.note("mean over the folds ± one standard deviation").in_cell()
    }
}

impl InCell for SearchResults {
    fn in_cell(&self) -> Bundle {
        let names: Vec<String> = self.best().settings().iter().map(|(name, _)| name.clone()).collect();
        let (means, deviations, ranks) = (self.means(), self.stds(), self.ranks());
        let mut order: Vec<usize> = (0..ranks.len()).collect();
        order.sort_by_key(|candidate| ranks[*candidate]);
        let any_failed = self.errors().iter().any(Option::is_some);
        let row = |candidate: &usize| {
            let settings = self.param_sets()[*candidate].settings().iter().map(|(_, setting)| setting.to_string());
            let error = &self.errors()[*candidate];
            let numbers = match error {
                None => [means[*candidate], deviations[*candidate]].map(digits),
                Some(_) => ["failed".into(), "–".into()],
            };
            let row = [ranks[*candidate].to_string()].into_iter().chain(settings).chain(numbers);
            let problem = error.as_ref().map_or(String::new(), |error| innermost_error(error).to_string());
            row.chain(any_failed.then_some(problem)).collect::<Vec<String>>()
        };
        let shown = if order.len() > MOST { format!("the best {MOST} of ") } else { String::new() };
        let headings = ["rank".to_string()].into_iter().chain(names).chain([self.scoring().to_string(), "±".into()]);
        let headings: Vec<String> = headings.chain(any_failed.then(|| "error".to_string())).collect();
        let numeric = (0..headings.len()).map(|at| !(any_failed && at + 1 == headings.len())).collect();
        Table {
            title: format!("Search: best with {}", self.best()),
            rows: order.iter().take(MOST).map(row).collect(),
            numeric,
            headings,
            note: format!(
                "{shown}{} candidates, mean over {} folds ± one standard deviation{}{}",
                order.len(),
                self.scores().ncols(),
                failures(self.errors()),
                match self.interrupted() {
                    true =>
                        format!("; interrupted with {} of {} candidates done", order.len(), self.planned_param_sets()),
                    false => String::new(),
                }
            ),
        }
        .in_cell()
    }
}

impl InCell for LearningCurve {
    fn in_cell(&self) -> Bundle {
        let first = self.sizes().iter().map(usize::to_string).collect();
        let title = format!("Learning curve, {}", self.scoring());
        let deviations = self.validation().std_axis(ndarray::Axis(1), 0.0);
        curve(title, "training examples", first, self.means(), deviations, self.errors(), self.interrupted())
    }
}

impl InCell for ValidationCurve {
    fn in_cell(&self) -> Bundle {
        let first = self.values().iter().map(|value| short(*value)).collect();
        let title =
            format!("Validation curve, {}: best at {} = {}", self.scoring(), self.parameter(), short(self.best()));
        let deviations = self.validation().std_axis(ndarray::Axis(1), 0.0);
        curve(title, self.parameter(), first, self.means(), deviations, self.errors(), self.interrupted())
    }
}

impl InCell for FittedLogisticRegressionCv {
    fn in_cell(&self) -> Bundle {
        let numeric = [false, true, true, true];
        let headings = ["", "C", "in validation", "in training"];
        let mut table = Table::new("Chosen by cross-validation", &headings, &numeric);
        for curve in self.curves() {
            let best = curve.values().iter().position(|value| *value == curve.best()).unwrap_or(0);
            let [training, validation] = curve.means();
            let name = curve.parameter().strip_prefix("C of ").unwrap_or("all classes").to_string();
            table.push([name, short(curve.best()), digits(validation[best]), digits(training[best])]);
        }
        let scoring = self.curves().first().map_or(String::new(), |curve| curve.scoring().to_string());
        let failed: Vec<String> = self.curves().iter().map(|curve| failures(curve.errors())).collect();
        table.note(format!("mean {scoring} over the folds, at the best C{}", failed.concat())).in_cell()
    }
}

impl InCell for BiasVarianceDiagnosis {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for ParamSet {
    fn in_cell(&self) -> Bundle {
        Bundle::text(self.to_string())
    }
}

impl InCell for Fold {
    fn in_cell(&self) -> Bundle {
        let rows = |rows: &[usize]| {
            let first: Vec<String> = rows.iter().take(10).map(usize::to_string).collect();
            format!("{}{}", first.join(", "), if rows.len() > 10 { ", …" } else { "" })
        };
        let mut table = Table::new("Fold", &["part", "rows", "which"], &[false, true, false]);
        for (name, part) in [("training", &self.train()), ("validation", &self.validation)] {
            table.push([name.to_string(), part.len().to_string(), rows(part)]);
        }
        table.in_cell()
    }
}

fn curve(
    title: String,
    heading: &str,
    first: Vec<String>,
    [training, validation]: [Array1<f64>; 2],
    deviations: Array1<f64>,
    errors: &[Option<Error>],
    interrupted: bool,
) -> Bundle {
    let mut table = Table::new(title, &[heading, "training", "validation", "±"], &[true; 4]);
    for (point, name) in first.into_iter().enumerate() {
        let numbers = match &errors[point] {
            None => [training[point], validation[point], deviations[point]].map(digits),
            Some(_) => ["failed", "failed", "–"].map(String::from),
        };
        table.push([name].into_iter().chain(numbers));
    }
    let note = "mean over the folds ± one standard deviation; `plot()` draws it";
    let missing = if interrupted { "; interrupted, the other points are missing" } else { "" };
    table.note(format!("{note}{}{missing}", failures(errors))).in_cell()
}

/// A note on failures, if any: `; 2 of 5 failed, the first: …`.
fn failures(errors: &[Option<Error>]) -> String {
    let failed: Vec<&Error> = errors.iter().flatten().collect();
    failed
        .first()
        .map_or(String::new(), |first| format!("; {} of {} failed, the first: {first}", failed.len(), errors.len()))
}

/// The error without its place, which the table's row shows already.
fn innermost_error(error: &Error) -> &Error {
    match error {
        Error::Within { error, .. } => innermost_error(error),
        other => other,
    }
}

/// Four significant digits: the others differ from fold to fold.
fn digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return short(value);
    }
    let unit = 10f64.powi(3 - value.abs().log10().floor() as i32);
    short((value * unit).round() / unit)
}

fn mean(values: &Array1<f64>) -> f64 {
    values.mean().unwrap_or(f64::NAN)
}

fn extremes(values: &Array1<f64>) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

show_without_prelude!(
    CrossValidation,
    FittedLogisticRegressionCv,
    SearchResults,
    LearningCurve,
    ValidationCurve,
    BiasVarianceDiagnosis,
    ParamSet,
    Fold
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::linear::LinearRegression;
    use crate::select::{GridSearch, KFold, Scoring, TrainSizes, cross_validate};

    fn plain(shown: &impl InCell) -> Vec<String> {
        shown.in_cell().plain().lines().map(str::to_string).collect()
    }

    #[test]
    fn scores_of_folds_are_a_table() -> Result<()> {
        let (model, data) = (LinearRegression::closed_form(), crate::data::sources::diabetes()?);
        let scorings = [Scoring::RSquared, Scoring::MeanAbsoluteError];
        let lines = plain(&cross_validate(&model, &data, &KFold::new(5), &scorings)?);
        assert_eq!(lines[0], "Cross-validation, 5 folds");
        // scikit-learn: 0.48232 ± 0.049269, from 0.42650 to 0.55025; absolute errors from 42.387 to 48.156.
        assert_eq!(lines[2].split_whitespace().collect::<Vec<_>>()[..3], ["R²", "0.4823", "0.04927"], "{lines:?}");
        assert_eq!(lines[2].split_whitespace().collect::<Vec<_>>()[4..], ["0.4265", "0.5502"], "{lines:?}");
        let errors: Vec<&str> = lines[3].split_whitespace().rev().take(2).collect();
        assert_eq!(errors, ["42.39", "48.16"], "the worst error is the largest");
        Ok(())
    }

    #[test]
    fn searches_show_their_best_first_and_curves_their_points() -> Result<()> {
        let data = crate::data::sources::diabetes()?;
        let ridge = |lambda: f64| LinearRegression::closed_form().l2(lambda);
        let lambdas: Vec<f64> = (0..25).rev().map(|power| 10f64.powi(power - 10)).collect();
        let search = GridSearch::over("λ", lambdas);
        let found = search.run(|params| Ok(ridge(params.number("λ")?)), &data, &KFold::new(3), Scoring::RSquared)?;
        let lines = plain(&found);
        assert_eq!(lines[0], format!("Search: best with {}", found.best()));
        assert!(lines[2].trim_start().starts_with('1') && lines.len() == 2 + MOST + 1, "{lines:?}");
        assert!(lines[22].starts_with("the best 20 of 25 candidates, mean over 3 folds"), "{lines:?}");
        let sizes = TrainSizes::counts([50, 100]);
        let curve = LearningCurve::measure(&ridge(0.0), &data, &KFold::new(3), &sizes, Scoring::RSquared)?;
        let lines = plain(&curve);
        assert!(lines[2].trim_start().starts_with("50 ") && lines.len() == 5, "{lines:?}");
        let some = GridSearch::over("λ", [-1.0, 0.1, -2.0]);
        let some = some.run(|params| Ok(ridge(params.number("λ")?)), &data, &KFold::new(3), Scoring::RSquared)?;
        let lines = plain(&some);
        assert_eq!(lines[0], "Search: best with λ = 0.1");
        assert!(lines[1].ends_with("error") && lines[3].trim_start().starts_with('2'), "{lines:?}");
        assert!(lines[4].contains("failed") && lines[4].contains("λ = -2: it must be"), "{lines:?}");
        assert!(lines[5].ends_with("λ = -1: it must be a finite number of at least 0"), "{lines:?}");
        assert!(lines[5].contains("; 2 of 3 failed, the first: λ = -1, fold 1 of 3: "), "{lines:?}");
        let curve = ValidationCurve::measure("λ", [1.0, -1.0], ridge, &data, &KFold::new(3), Scoring::RSquared)?;
        let lines = plain(&curve);
        assert!(lines[0].ends_with("best at λ = 1") && lines[3].contains("failed"), "{lines:?}");
        assert!(lines[4].contains("; 1 of 2 failed, the first: λ = -1, fold 1 of 3: "), "{lines:?}");
        let curve = ValidationCurve::measure("λ", [1.0, 0.0], ridge, &data, &KFold::new(3), Scoring::RSquared)?;
        assert_eq!(plain(&curve)[0], "Validation curve, R²: best at λ = 0");
        assert_eq!(digits(0.012_345_6), "0.01235");
        Ok(())
    }
}
