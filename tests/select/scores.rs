//! Scores fold by fold.

use gradus::metrics::Average;
use gradus::prelude::*;
use gradus::select::{Probabilities, cross_val_probabilities};
use serde_json::Value;

use crate::nearest_centroid::NearestCentroid;
use crate::{close, even_diabetes, golden, message, ridge};

const MEASURES: [(Scoring, &str); 3] = [
    (Scoring::RSquared, "r2"),
    (Scoring::MeanSquaredError, "neg_mean_squared_error"),
    (Scoring::MeanAbsoluteError, "neg_mean_absolute_error"),
];

#[track_caller]
fn same_regression(model: &dyn Estimator, data: &Dataset, expected: &Value) {
    let found = cross_validate(model, data, &KFold::new(5), &MEASURES.map(|(scoring, _)| scoring)).unwrap();
    for (scoring, name) in MEASURES {
        close(found.validation(scoring).unwrap(), &expected["test"][name]);
        close(found.training(scoring).unwrap(), &expected["train"][name]);
    }
}

#[test]
fn regressions_score_as_in_scikit_learn() -> Result<()> {
    let golden = golden();
    same_regression(&LinearRegression::closed_form(), &datasets::diabetes()?, &golden["least_squares"]);
    same_regression(&ridge(0.1), &even_diabetes(), &golden["ridge"]);
    Ok(())
}

#[test]
fn scaling_happens_inside_the_fold() -> Result<()> {
    let (golden, data) = (golden(), even_diabetes());
    same_regression(&Pipeline::new([Step::MinMax], ridge(0.1)), &data, &golden["min_max_inside"]);
    // What a leak would have given, a different number.
    same_regression(&ridge(0.1), &MinMaxScaler::fit(&data)?.transform(&data)?, &golden["min_max_outside"]);
    let [inside, outside] =
        ["min_max_inside", "min_max_outside"].map(|way| golden[way]["test"]["r2"][1].as_f64().unwrap());
    assert!((inside - outside).abs() > 5e-3);
    Ok(())
}

#[test]
fn classifiers_score_as_in_scikit_learn() -> Result<()> {
    let (golden, iris) = (golden(), datasets::iris()?);
    let common = [
        (Scoring::Accuracy, "accuracy"),
        (Scoring::BalancedAccuracy, "balanced_accuracy"),
        (Scoring::F1(Average::Macro), "f1_macro"),
        (Scoring::F1(Average::Weighted), "f1_weighted"),
        (Scoring::Precision(Average::Macro), "precision_macro"),
        (Scoring::Recall(Average::Macro), "recall_macro"),
        (Scoring::Matthews, "matthews_corrcoef"),
        (Scoring::LogLoss, "neg_log_loss"),
        (Scoring::Brier, "neg_brier_score"),
    ];
    let check = |data: &Dataset, expected: &Value, more: &[(Scoring, &str)]| -> Result<()> {
        let all: Vec<(Scoring, &str)> = common.iter().chain(more).copied().collect();
        let scorings: Vec<Scoring> = all.iter().map(|(scoring, _)| *scoring).collect();
        let found = cross_validate(&NearestCentroid, data, &StratifiedKFold::new(5), &scorings)?;
        for (scoring, name) in all {
            close(found.validation(scoring)?, &expected[name]);
        }
        Ok(())
    };
    check(&iris, &golden["iris"], &[(Scoring::RocAuc, "roc_auc_ovr")])?;
    let versicolor = iris.target()?.mapv(|class| f64::from(u8::from(class == 1.0)));
    // Any two numbers in order serve as labels.
    for labels in [versicolor.clone(), versicolor.mapv(|class| 2.0 * class - 1.0)] {
        let two = Dataset::from_arrays(iris.features().clone(), labels)?;
        let more = [(Scoring::F1(Average::Class(1)), "f1"), (Scoring::RocAuc, "roc_auc")];
        check(&two, &golden["versicolor"], &more)?;
    }
    Ok(())
}

#[test]
fn a_class_that_a_fold_has_not_seen_has_probability_0() -> Result<()> {
    // Sorted by class: each of three folds has seen but two of the three.
    let iris = datasets::iris()?;
    let probabilities = cross_val_probabilities(&NearestCentroid, &iris, &KFold::new(3))?;
    assert_eq!(probabilities.dim(), (150, 3));
    for row in 0..150 {
        assert_eq!(probabilities[[row, row / 50]], 0.0);
        assert!((probabilities.row(row).sum() - 1.0).abs() < 1e-12);
    }
    let scores = cross_validate(&NearestCentroid, &iris, &KFold::new(3), &[Scoring::Accuracy, Scoring::LogLoss])?;
    assert_eq!(scores.mean(Scoring::Accuracy)?, 0.0);
    assert!(scores.mean(Scoring::LogLoss)? > 30.0);
    Ok(())
}

#[test]
fn predictions_out_of_the_fold_are_scikit_learns() -> Result<()> {
    let data = datasets::diabetes()?;
    let found = cross_val_predict(&LinearRegression::closed_form(), &data, &KFold::new(5))?;
    close(found.column(0).iter().copied(), &golden()["predicted"]);
    let twice = message(cross_val_predict(&LinearRegression::closed_form(), &data, &RepeatedKFold::new(5, 2, Seed(1))));
    assert!(twice.contains("row 0 is validated 2 times"), "{twice}");
    let labels = cross_val_predict(&NearestCentroid, &datasets::iris()?, &StratifiedKFold::new(5))?;
    let right = labels.column(0).iter().zip(datasets::iris()?.target()?).filter(|(a, b)| a == b).count();
    // The mean of equal folds: (0.9 + 0.9333 + 0.8667 + 0.9333 + 0.9667) / 5 of 150.
    assert_eq!(right, 138);
    Ok(())
}

#[test]
fn means_deviations_and_readings() -> Result<()> {
    let data = datasets::diabetes()?;
    let found = cross_validate(&LinearRegression::closed_form(), &data, &KFold::new(5), &[Scoring::RSquared])?;
    let scores = found.validation(Scoring::RSquared)?;
    assert!((found.mean(Scoring::RSquared)? - scores.sum() / 5.0).abs() < 1e-12);
    let mean = scores.sum() / 5.0;
    let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / 5.0;
    assert!((found.std(Scoring::RSquared)? - variance.sqrt()).abs() < 1e-12);
    assert_eq!((found.folds(), found.fit_seconds().len()), (5, 5));
    let reading = found.diagnosis_against(Scoring::RSquared, Expectation::new(0.9, 0.1))?;
    assert_eq!(reading.name(), "high bias");
    assert!(message(found.mean(Scoring::Accuracy)).contains("accuracy was not requested; there are R²"));
    Ok(())
}

#[test]
fn models_of_any_kind_stand_in_one_list() -> Result<()> {
    let data = datasets::diabetes()?;
    let descent = LinearRegression::gradient_descent().learning_rate(0.4).epochs(3000);
    let models: Vec<Box<dyn Estimator>> = vec![
        Box::new(Pipeline::new([Step::Standardize], LinearRegression::closed_form())),
        Box::new(Pipeline::new([Step::Standardize], descent)),
    ];
    let mean = |model: &dyn Estimator| {
        cross_validate(model, &data, &KFold::new(5), &[Scoring::RSquared])?.mean(Scoring::RSquared)
    };
    assert!((mean(&models[0])? - mean(&models[1])?).abs() < 1e-4);
    let fitted = Pipeline::new([Step::polynomial(2), Step::Standardize], LinearRegression::closed_form()).fit(&data)?;
    assert_eq!(fitted.transform(&data)?.columns().len(), 65);
    assert_eq!(fitted.probabilities(&data)?, None::<Probabilities>);
    assert!((Scoring::RSquared.score(&fitted, &data)? - 0.59).abs() < 0.02);
    Ok(())
}
