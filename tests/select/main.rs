//! `select/` from outside, against what scikit-learn says; `tests/goldens/choosing.py` made the numbers.

mod bad_input;
mod classes;
mod classifiers;
mod curves;
mod nearest_centroid;
mod properties;
mod scores;
mod searches;
mod sizes;
mod splits;

use gradus::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../goldens/choosing.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn whole(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

#[track_caller]
fn close(found: impl IntoIterator<Item = f64>, expected: &Value) {
    let (found, expected): (Vec<f64>, Vec<f64>) = (found.into_iter().collect(), numbers(expected));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-10 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

fn message<T>(result: Result<T>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_else(|| "no error".into())
}

/// This many empty rows.
fn rows(count: usize) -> Dataset {
    Dataset::from_arrays(Array2::zeros((count, 1)), Array1::zeros(count)).unwrap()
}

fn labelled(labels: &[f64]) -> Dataset {
    Dataset::from_arrays(Array2::zeros((labels.len(), 1)), labels.to_vec().into()).unwrap()
}

/// Rows in which each fold of five has 352 to learn from.
fn even_diabetes() -> Dataset {
    datasets::diabetes().unwrap().select_rows(&(0..440).collect::<Vec<_>>()).unwrap()
}

fn ridge(lambda: f64) -> gradus::linear::ClosedForm {
    LinearRegression::closed_form().l2(lambda)
}
