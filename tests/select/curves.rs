//! Learning and validation curves.

use gradus::prelude::*;
use serde_json::Value;

use crate::nearest_centroid::NearestCentroid;
use crate::{close, even_diabetes, golden, message, numbers, ridge};

#[track_caller]
fn same(found: &Array2<f64>, expected: &Value) {
    let rows = expected.as_array().unwrap();
    assert_eq!(found.nrows(), rows.len());
    for (found, expected) in found.rows().into_iter().zip(rows) {
        close(found.iter().copied(), expected);
    }
}

#[test]
fn learning_curves_are_scikit_learns() -> Result<()> {
    let (golden, data) = (&golden()["learning_curve"], datasets::diabetes()?);
    let model = LinearRegression::closed_form();
    let found = LearningCurve::measure(&model, &data, &KFold::new(5), &TrainSizes::default(), Scoring::RSquared)?;
    let sizes: Vec<f64> = found.sizes().iter().map(|size| *size as f64).collect();
    assert_eq!(sizes, numbers(&golden["sizes"]));
    same(found.training(), &golden["train"]);
    same(found.validation(), &golden["test"]);
    assert_eq!(found.diagnosis_against(Expectation::new(0.8, 0.1))?.name(), "high bias");
    assert!(found.plot()?.description().contains("Learning curve"));
    Ok(())
}

#[test]
fn validation_curves_are_scikit_learns() -> Result<()> {
    let golden = &golden()["validation_curve"];
    let model = |lambda: f64| Pipeline::new([Step::Standardize], ridge(lambda));
    let (data, folds) = (even_diabetes(), KFold::new(5));
    let found = ValidationCurve::measure("λ", [1e-2, 1.0], model, &data, &folds, Scoring::RSquared)?;
    same(found.training(), &golden["train"]);
    same(found.validation(), &golden["test"]);
    assert_eq!(found.best(), 1e-2);
    let losses = ValidationCurve::measure("λ", [1.0, 1e-2], model, &data, &folds, Scoring::MeanSquaredError)?;
    assert_eq!(losses.best(), 1e-2);
    assert!(message(losses.diagnoses()).contains("mean squared error has no scale of its own"));
    let some = ValidationCurve::measure("λ", [-1.0, 1e-2, 1.0], model, &data, &folds, Scoring::RSquared)?;
    let wrong = message(some.errors()[0].clone().map_or(Ok(()), Err));
    assert!(wrong.starts_with("λ = -1, fold 1 of 5"), "{wrong}");
    assert!(some.means()[1][0].is_nan() && some.errors()[1..].iter().all(Option::is_none));
    assert_eq!(some.validation().row(2), found.validation().row(1));
    assert_eq!(some.best(), 1e-2);
    assert!(message(some.diagnoses_against(Expectation::new(0.8, 0.1))).starts_with("λ = -1, fold 1 of 5"));
    assert!(some.plot()?.description().contains("1 of 3 points are not finite"));
    let all = message(ValidationCurve::measure("λ", [-1.0, -2.0], model, &data, &folds, Scoring::RSquared));
    assert!(all.starts_with("all 2 candidates failed; the first: λ = -1, fold 1 of 5: λ = -1"), "{all}");
    Ok(())
}

#[test]
fn degrees_go_from_high_bias_to_high_variance() -> Result<()> {
    let data = generators::polynomial(24, &[0.0, 3.0, 0.0, -1.0], 0.5, Seed(8))?;
    let model = |degree: f64| {
        Pipeline::new([Step::polynomial(degree as usize), Step::Standardize], LinearRegression::closed_form())
    };
    let folds = KFold::new(6).shuffled(Seed(2));
    let found = ValidationCurve::measure("degree", [1.0, 3.0, 14.0], model, &data, &folds, Scoring::RSquared)?;
    let readings = found.diagnoses_against(Expectation::new(0.9, 0.2))?;
    assert!(readings[0].high_bias() && !readings[1].high_bias(), "{readings:?}");
    assert!(readings[2].high_variance() && !readings[2].high_bias(), "{readings:?}");
    assert_eq!(found.best(), 3.0);
    Ok(())
}

#[test]
fn sizes_are_shuffled_on_request() -> Result<()> {
    let (iris, folds) = (datasets::iris()?, StratifiedKFold::new(5));
    let measure =
        |sizes: TrainSizes| LearningCurve::measure(&NearestCentroid, &iris, &folds, &sizes, Scoring::Accuracy);
    // The rows are sorted by class: the first 12 are all of one.
    let sorted = measure(TrainSizes::counts([12, 120]))?;
    let error = message(sorted.errors()[0].clone().map_or(Ok(()), Err));
    assert_eq!(error, "12 training examples, fold 1 of 5: a classifier needs examples of at least two classes");
    assert!(sorted.errors()[1].is_none() && sorted.means()[1][0].is_nan() && sorted.means()[1][1] > 0.9);
    assert_eq!(message(measure(TrainSizes::counts([12]))), error);
    let shuffled = measure(TrainSizes::counts([120, 12, 12]).shuffled(Seed(1)))?;
    assert_eq!(shuffled.sizes(), [12, 120]);
    let whole = cross_validate(&NearestCentroid, &iris, &folds, &[Scoring::Accuracy])?;
    assert_eq!(shuffled.validation().row(1), whole.validation(Scoring::Accuracy)?);
    assert_eq!(shuffled, measure(TrainSizes::counts([12, 120]).shuffled(Seed(1)))?);
    for (sizes, problem) in [
        (TrainSizes::counts([121]), "from 1 to 120"),
        (TrainSizes::counts([0]), "from 1 to 120"),
        (TrainSizes::counts([]), "at least one"),
        (TrainSizes::fractions([1.5]), "at most 1"),
        (TrainSizes::fractions([f64::NAN]), "at most 1"),
    ] {
        let refused = message(measure(sizes));
        assert!(refused.contains(problem), "{refused}");
    }
    Ok(())
}
