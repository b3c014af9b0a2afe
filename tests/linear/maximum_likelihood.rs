//! Logistic and softmax regression by maximum likelihood, against scikit-learn, statsmodels and themselves.
//! `tests/goldens/logistic.py` made the numbers.

use gradus::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../goldens/logistic.json")).unwrap()
}

fn vector(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(vector).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

fn given(classes: &[&str], weights: &[f64]) -> ClassWeights {
    ClassWeights::Given(classes.iter().map(|class| class.to_string()).zip(weights.iter().copied()).collect())
}

fn cancer() -> Dataset {
    let data = datasets::breast_cancer().unwrap();
    StandardScaler::fit(&data).unwrap().transform(&data).unwrap()
}

/// The same weights, intercepts and first probabilities, each to `digits` relative to the largest.
#[track_caller]
fn same(fit: &LikelihoodFit, data: &Dataset, golden: &Value, tolerance: f64) {
    let theirs = matrix(&golden["coefficients"]).reversed_axes();
    let most = theirs.iter().fold(1.0_f64, |most, weight| most.max(weight.abs()));
    let gap = (fit.weights() - &theirs).iter().fold(0.0_f64, |most, gap| most.max(gap.abs()));
    assert!(fit.converged(), "{}", fit.note());
    assert!(gap <= tolerance * most, "weights differ by {gap:e}, the largest is {most}");
    for (ours, theirs) in fit.intercepts().iter().zip(vector(&golden["intercepts"])) {
        assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1.0), "intercept {ours} against {theirs}");
    }
    let probabilities = fit.predict_proba(data).unwrap();
    for (index, theirs) in matrix(&golden["probabilities"]).indexed_iter() {
        assert!((probabilities[index] - theirs).abs() <= tolerance);
    }
}

fn weights() -> Array1<f64> {
    (0..569).map(|row| 0.5 + f64::from(row % 3)).collect()
}

#[test]
fn two_classes_equal_scikit_learns() {
    let (golden, data) = (&golden()["cancer"], cancer());
    let logistic = || LogisticRegression::maximum_likelihood().tolerance(1e-11);
    for solver in [
        LikelihoodSolver::Automatic,
        LikelihoodSolver::Newton,
        LikelihoodSolver::Lbfgs,
        LikelihoodSolver::CoordinateDescent,
    ] {
        let logistic = || logistic().solver(solver);
        same(&logistic().inverse_strength(1.0).fit(&data).unwrap(), &data, &golden["l2"], 1e-6);
        same(&logistic().inverse_strength(0.01).fit(&data).unwrap(), &data, &golden["strong_l2"], 1e-6);
        same(
            &logistic().inverse_strength(1.0).intercept(false).fit(&data).unwrap(),
            &data,
            &golden["no_intercept"],
            1e-6,
        );
        let given = given(&["malignant", "benign"], &[3.0, 0.5]);
        same(&logistic().inverse_strength(1.0).class_weights(given).fit(&data).unwrap(), &data, &golden["given"], 1e-6);
        let balanced = || logistic().inverse_strength(1.0).class_weights(ClassWeights::Balanced);
        same(&balanced().fit(&data).unwrap(), &data, &golden["balanced"], 1e-6);
        same(
            &balanced().sample_weights(weights()).fit(&data).unwrap(),
            &data,
            &golden["balanced_sample_weights"],
            1e-6,
        );
        let weighted = logistic().inverse_strength(1.0).sample_weights(weights()).fit(&data).unwrap();
        same(&weighted, &data, &golden["sample_weights"], 1e-6);
    }
    let lambda = 1.0 / (2.0 * 569.0);
    same(&logistic().l2(lambda).fit(&data).unwrap(), &data, &golden["l2"], 1e-6);
    same(&logistic().elastic_net(lambda, 0.0).fit(&data).unwrap(), &data, &golden["l2"], 1e-6);
}

#[test]
fn unscaled_features_need_no_more_than_scaled_ones() {
    let data = datasets::breast_cancer().unwrap();
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
        let fit = LogisticRegression::maximum_likelihood().inverse_strength(1.0).solver(solver).fit(&data).unwrap();
        assert!(fit.iterations() < 60, "{} steps of {}", fit.iterations(), fit.solver());
        same(&fit, &data, &golden()["cancer"]["unscaled"], 1e-5);
    }
}

#[test]
fn l1_and_elastic_net_equal_scikit_learns() {
    let (golden, data) = (&golden()["cancer"], cancer());
    let logistic = || LogisticRegression::maximum_likelihood().tolerance(1e-11);
    let l1 = logistic().inverse_strength_mixed(0.1, 1.0).fit(&data).unwrap();
    same(&l1, &data, &golden["l1"], 1e-6);
    let zeros = |weights: &Array2<f64>| weights.iter().filter(|weight| **weight == 0.0).count();
    let theirs = matrix(&golden["l1"]["coefficients"]);
    assert_eq!(zeros(l1.weights()), zeros(&theirs));
    assert!(zeros(&theirs) > 15);
    assert_eq!(l1.weights(), logistic().l1(1.0 / (0.1 * 569.0)).fit(&data).unwrap().weights());
    same(&logistic().inverse_strength_mixed(0.2, 0.5).fit(&data).unwrap(), &data, &golden["elastic_net"], 1e-6);
    let (iris, golden) = (datasets::iris().unwrap(), &self::golden()["iris"]);
    let iris = StandardScaler::fit(&iris).unwrap().transform(&iris).unwrap();
    let softmax = || SoftmaxRegression::maximum_likelihood().tolerance(1e-11);
    same(&softmax().inverse_strength_mixed(1.0, 0.5).fit(&iris).unwrap(), &iris, &golden["elastic_net"], 1e-6);
    same(&softmax().inverse_strength_mixed(1.0, 1.0).fit(&iris).unwrap(), &iris, &golden["l1"], 1e-6);
    let error = logistic().l1(0.1).solver(LikelihoodSolver::Newton).fit(&data).unwrap_err().to_string();
    assert!(error.contains("CoordinateDescent"), "{error}");
}

#[test]
fn several_classes_equal_scikit_learns() {
    let (iris, golden) = (datasets::iris().unwrap(), golden());
    for solver in [
        LikelihoodSolver::Automatic,
        LikelihoodSolver::Newton,
        LikelihoodSolver::Lbfgs,
        LikelihoodSolver::CoordinateDescent,
    ] {
        let softmax = || SoftmaxRegression::maximum_likelihood().tolerance(1e-11).solver(solver);
        same(&softmax().inverse_strength(1.0).fit(&iris).unwrap(), &iris, &golden["iris"]["l2"], 1e-6);
        same(&softmax().inverse_strength(100.0).fit(&iris).unwrap(), &iris, &golden["iris"]["weak_l2"], 1e-6);
        let given = softmax()
            .inverse_strength(1.0)
            .class_weights(given(&["setosa", "versicolor", "virginica"], &[1.0, 2.0, 0.5]));
        same(&given.fit(&iris).unwrap(), &iris, &golden["iris"]["balanced"], 1e-6);
        let rest = softmax().inverse_strength(1.0).one_vs_rest();
        same(&rest.fit(&iris).unwrap(), &iris, &golden["iris"]["one_vs_rest"], 1e-6);
        let balanced = rest.class_weights(ClassWeights::Balanced).fit(&iris).unwrap();
        same(&balanced, &iris, &golden["iris"]["one_vs_rest_balanced"], 1e-6);
    }
}

#[test]
fn digits_equal_scikit_learns() {
    let digits = datasets::digits().unwrap();
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
        let softmax = SoftmaxRegression::maximum_likelihood().inverse_strength(1.0).tolerance(1e-12).solver(solver);
        let fit = softmax.fit(&digits).unwrap();
        eprintln!("{}: {} steps", fit.solver(), fit.iterations());
        same(&fit, &digits, &golden()["digits"]["l2"], 1e-6);
    }
}

#[test]
fn without_penalty_equals_scikit_learns_and_statsmodels() {
    let (golden, data) = (golden(), datasets::breast_cancer().unwrap());
    let two = data.select(&["mean_texture", "mean_fractal_dimension"]).unwrap();
    let two = StandardScaler::fit(&two).unwrap().transform(&two).unwrap();
    let logistic = LogisticRegression::maximum_likelihood();
    same(&logistic.clone().tolerance(1e-11).fit(&two).unwrap(), &two, &golden["cancer"]["none"], 1e-6);
}
