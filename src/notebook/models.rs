//! Fitted models and their histories under a cell.

use ndarray::{Array1, Array2, ArrayView1};

use super::bundle::Bundle;
use super::in_cell::{InCell, show_without_prelude};
use crate::data::{Column, Table, short};
use crate::ensemble::{Voter, VotingEnsemble};
use crate::linear::{
    FittedClosedForm, FittedGradientDescent, FittedMaximumLikelihood, FittedPolynomialRegression, History,
    LinearClassifier, LinearModel, Link,
};

/// Weights shown; a model of 784 pixels shows its first and last.
const MOST: usize = 30;

impl InCell for LinearModel {
    fn in_cell(&self) -> Bundle {
        weights(self).in_cell()
    }
}

impl InCell for FittedClosedForm {
    fn in_cell(&self) -> Bundle {
        self.summary().in_cell()
    }
}

impl InCell for FittedPolynomialRegression {
    fn in_cell(&self) -> Bundle {
        self.summary().in_cell()
    }
}

impl InCell for LinearClassifier {
    fn in_cell(&self) -> Bundle {
        class_weights(self).in_cell()
    }
}

impl InCell for FittedMaximumLikelihood {
    fn in_cell(&self) -> Bundle {
        let mut table = self.summary();
        shorten(&mut table.rows);
        table.in_cell()
    }
}

impl InCell for FittedGradientDescent {
    fn in_cell(&self) -> Bundle {
        descended(weights(self.model()), self).in_cell()
    }
}

impl InCell for FittedGradientDescent<LinearClassifier> {
    fn in_cell(&self) -> Bundle {
        descended(class_weights(self.model()), self).in_cell()
    }
}

/// A model's table with where its descent stands.
fn descended<M>(mut table: Table, descent: &FittedGradientDescent<M>) -> Table {
    let state = match (descent.diverged(), descent.converged()) {
        (true, _) => ", diverged",
        (_, true) => ", converged",
        _ if descent.interrupted() => ", interrupted",
        _ => "",
    };
    let history = descent.history();
    let cost = history.epoch_costs().last().or(history.costs().last());
    let cost = cost.map(|cost| format!(": {} {}", history.cost_name(), short(*cost))).unwrap_or_default();
    table.note = format!("{}, {} steps{state}{cost}", history.label(), descent.steps());
    for note in descent.notes() {
        table.note.push_str(&format!("; {note}"));
    }
    table
}

impl<M: Voter> InCell for VotingEnsemble<M> {
    fn in_cell(&self) -> Bundle {
        self.table().in_cell()
    }
}

impl<M: Voter> VotingEnsemble<M> {
    /// Shows the value under a notebook's cell; the kernel calls this.
    pub fn evcxr_display(&self) {
        self.in_cell().show();
    }
}

impl InCell for History {
    fn in_cell(&self) -> Bundle {
        let records = self.steps().len();
        let names: Vec<&String> = self.parameter_names().iter().take(6).collect();
        let row = |record: usize| {
            let numbers = [self.costs().get(record), self.gradient_norms().get(record)];
            let parameters = (0..names.len()).map(|at| self.parameters().get([record, at]));
            let step = self.steps()[record].to_string();
            let number = |value: Option<&f64>| value.map_or("–".into(), |value| short(*value));
            [step].into_iter().chain(numbers.into_iter().map(number)).chain(parameters.map(number)).collect::<Vec<_>>()
        };
        let mut rows: Vec<Vec<String>> = match records {
            0..=10 => (0..records).map(row).collect(),
            _ => (0..5).chain(records - 5..records).map(row).collect(),
        };
        let headings = ["step", self.cost_name(), "‖∇J‖"].map(String::from);
        let headings: Vec<String> = headings.into_iter().chain(names.into_iter().cloned()).collect();
        if records > 10 {
            rows.insert(5, vec!["…".into(); headings.len()]);
        }
        let numeric = vec![true; headings.len()];
        let hidden = self.parameter_names().len().saturating_sub(6);
        let mut note = "`cost_plot()` draws it".to_string();
        if hidden > 0 {
            note = format!("{hidden} more parameters; {note}");
        }
        Table { title: self.label().into(), headings, rows, numeric, note }.in_cell()
    }
}

/// The first and last of many rows.
fn shorten(rows: &mut Vec<Vec<String>>) {
    if rows.len() > MOST {
        let last = rows.split_off(rows.len() - 5);
        rows.truncate(MOST - 6);
        rows.push(vec!["…".into(); last[0].len()]);
        rows.extend(last);
    }
}

/// A regression's parameters.
fn weights(model: &LinearModel) -> Table {
    let targets = model.target_columns();
    let headings = targets.iter().map(|column| if targets.len() == 1 { "value".into() } else { column.name.clone() });
    let names: Vec<&str> = targets.iter().map(|column| column.name.as_str()).collect();
    let title = format!("Linear model of {}", names.join(", "));
    parameters(title, headings.collect(), model.columns(), model.weights(), model.intercepts())
}

/// A classifier's parameters; of two classes those of the second one's score.
fn class_weights(model: &LinearClassifier) -> Table {
    let classes = model.classes();
    let headings = match model.link() {
        Link::Sigmoid => vec![format!("score of {}", classes[1])],
        _ => classes.clone(),
    };
    let title = format!("Linear classifier of {}", classes.join(", "));
    parameters(title, headings, model.columns(), model.weights(), model.intercepts())
}

/// One row a parameter, one column a target.
fn parameters(
    title: String,
    targets: Vec<String>,
    columns: &[Column],
    weights: &Array2<f64>,
    intercepts: &Array1<f64>,
) -> Table {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let numbers = |values: ArrayView1<'_, f64>| values.iter().map(|value| short(*value)).collect::<Vec<_>>();
    rows.push([String::from("b (intercept)")].into_iter().chain(numbers(intercepts.view())).collect());
    for (column, weights) in columns.iter().zip(weights.rows()) {
        rows.push([format!("w[{}]", column.name)].into_iter().chain(numbers(weights)).collect());
    }
    shorten(&mut rows);
    let numeric = (0..=targets.len()).map(|at| at > 0).collect();
    let headings = [String::new()].into_iter().chain(targets).collect();
    Table { title, headings, rows, numeric, note: String::new() }
}

show_without_prelude!(
    LinearModel,
    LinearClassifier,
    FittedClosedForm,
    FittedMaximumLikelihood,
    FittedPolynomialRegression,
    FittedGradientDescent,
    FittedGradientDescent<LinearClassifier>,
    History
);
