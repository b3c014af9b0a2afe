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
fn same(fit: &FittedMaximumLikelihood, data: &Dataset, golden: &Value, tolerance: f64) {
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
        same(&logistic().c(1.0).fit(&data).unwrap(), &data, &golden["l2"], 1e-6);
        same(&logistic().c(0.01).fit(&data).unwrap(), &data, &golden["strong_l2"], 1e-6);
        same(&logistic().c(1.0).intercept(false).fit(&data).unwrap(), &data, &golden["no_intercept"], 1e-6);
        let given = given(&["benign", "malignant"], &[3.0, 0.5]);
        same(&logistic().c(1.0).class_weights(given).fit(&data).unwrap(), &data, &golden["given"], 1e-6);
        let balanced = || logistic().c(1.0).class_weights(ClassWeights::Balanced);
        same(&balanced().fit(&data).unwrap(), &data, &golden["balanced"], 1e-6);
        same(
            &balanced().sample_weights(weights()).fit(&data).unwrap(),
            &data,
            &golden["balanced_sample_weights"],
            1e-6,
        );
        let weighted = logistic().c(1.0).sample_weights(weights()).fit(&data).unwrap();
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
        let fit = LogisticRegression::maximum_likelihood().c(1.0).solver(solver).fit(&data).unwrap();
        assert!(fit.iterations() < 60, "{} steps of {}", fit.iterations(), fit.solver());
        same(&fit, &data, &golden()["cancer"]["unscaled"], 1e-5);
    }
}

#[test]
fn l1_and_elastic_net_equal_scikit_learns() {
    let (golden, data) = (&golden()["cancer"], cancer());
    let logistic = || LogisticRegression::maximum_likelihood().tolerance(1e-11);
    let l1 = logistic().c_elastic_net(0.1, 1.0).fit(&data).unwrap();
    same(&l1, &data, &golden["l1"], 1e-6);
    let zeros = |weights: &Array2<f64>| weights.iter().filter(|weight| **weight == 0.0).count();
    let theirs = matrix(&golden["l1"]["coefficients"]);
    assert_eq!(zeros(l1.weights()), zeros(&theirs));
    assert!(zeros(&theirs) > 15);
    assert_eq!(l1.weights(), logistic().l1(1.0 / (0.1 * 569.0)).fit(&data).unwrap().weights());
    same(&logistic().c_elastic_net(0.2, 0.5).fit(&data).unwrap(), &data, &golden["elastic_net"], 1e-6);
    let (iris, golden) = (datasets::iris().unwrap(), &self::golden()["iris"]);
    let iris = StandardScaler::fit(&iris).unwrap().transform(&iris).unwrap();
    let softmax = || SoftmaxRegression::maximum_likelihood().tolerance(1e-11);
    same(&softmax().c_elastic_net(1.0, 0.5).fit(&iris).unwrap(), &iris, &golden["elastic_net"], 1e-6);
    same(&softmax().c_elastic_net(1.0, 1.0).fit(&iris).unwrap(), &iris, &golden["l1"], 1e-6);
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
        same(&softmax().c(1.0).fit(&iris).unwrap(), &iris, &golden["iris"]["l2"], 1e-6);
        same(&softmax().c(100.0).fit(&iris).unwrap(), &iris, &golden["iris"]["weak_l2"], 1e-6);
        let given = softmax().c(1.0).class_weights(given(&["setosa", "versicolor", "virginica"], &[1.0, 2.0, 0.5]));
        same(&given.fit(&iris).unwrap(), &iris, &golden["iris"]["balanced"], 1e-6);
        let rest = softmax().c(1.0).one_vs_rest();
        same(&rest.fit(&iris).unwrap(), &iris, &golden["iris"]["one_vs_rest"], 1e-6);
        let balanced = rest.class_weights(ClassWeights::Balanced).fit(&iris).unwrap();
        same(&balanced, &iris, &golden["iris"]["one_vs_rest_balanced"], 1e-6);
    }
}

#[test]
fn digits_equal_scikit_learns() {
    let digits = datasets::digits().unwrap();
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
        let softmax = SoftmaxRegression::maximum_likelihood().c(1.0).tolerance(1e-12).solver(solver);
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

#[test]
fn the_summary_equals_statsmodels() {
    let (golden, iris) = (golden(), datasets::iris().unwrap());
    let check = |fit: &FittedMaximumLikelihood, golden: &Value| {
        let lines = fit.coefficients().unwrap();
        let theirs = |name: &str| match golden[name][0].is_array() {
            true => matrix(&golden[name]).into_iter().collect(),
            false => vector(&golden[name]),
        };
        let columns = ["values", "errors", "z", "p"].map(theirs);
        assert_eq!(lines.len(), columns[0].len());
        for (at, line) in lines.iter().enumerate() {
            for (ours, theirs) in [line.value, line.standard_error, line.z, line.p].into_iter().zip(&columns) {
                assert!(
                    (ours - theirs[at]).abs() < 1e-6 * theirs[at].abs().max(1e-3),
                    "{line:?} against {}",
                    theirs[at]
                );
            }
            assert_eq!(line.odds_ratio, line.value.exp());
        }
        assert!((fit.log_likelihood() - golden["log_likelihood"].as_f64().unwrap()).abs() < 1e-9);
        assert!((fit.mcfadden_r_squared() - golden["pseudo_r_squared"].as_f64().unwrap()).abs() < 1e-10);
    };
    let species = iris.targets().column(0).to_owned();
    let virginica = species.mapv(|class| f64::from(u8::from(class > 1.0)));
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
        let fit = LogisticRegression::maximum_likelihood().solver(solver).fit(&(iris.features(), &virginica)).unwrap();
        check(&fit, &golden["logit"]);
        assert!(fit.summary().to_string().contains("odds ratio"));
        let mixed = Array1::from_shape_fn(150, |row| ((row * 7 % 3) as f64 + species[row]) % 3.0);
        let sepal = iris.features().slice(ndarray::s![.., ..2]);
        let fit = SoftmaxRegression::maximum_likelihood().solver(solver).fit(&(sepal, &mixed)).unwrap();
        check(&fit, &golden["multinomial"]);
    }
    let penalized = LogisticRegression::maximum_likelihood().l2(0.1).fit(&(iris.features(), &virginica)).unwrap();
    assert!(penalized.coefficients().unwrap_err().to_string().contains("penalty"));
}

#[track_caller]
fn separable(fit: gradus::Result<FittedMaximumLikelihood>) {
    let error = fit.unwrap_err().to_string();
    assert!(error.contains("separable") && error.contains(".l2("), "{error}");
}

#[test]
fn separable_classes_are_told_and_nearly_separable_ones_fitted() {
    let logistic = |solver| LogisticRegression::maximum_likelihood().solver(solver);
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
        let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
        separable(logistic(solver).fit(&(&x, array![0.0, 0.0, 0.0, 1.0, 1.0, 1.0])));
        // Quasi-separation: both classes stand at 3, and nowhere beyond it the wrong one.
        let touching = array![[1.0], [2.0], [3.0], [3.0], [4.0], [5.0]];
        separable(logistic(solver).fit(&(&touching, array![0.0, 0.0, 0.0, 1.0, 1.0, 1.0])));
        separable(logistic(solver).fit(&cancer()));
        let iris = datasets::iris().unwrap();
        separable(SoftmaxRegression::maximum_likelihood().solver(solver).fit(&iris));
        let rest = SoftmaxRegression::maximum_likelihood().one_vs_rest().solver(solver).fit(&iris);
        assert!(rest.unwrap_err().to_string().contains("`setosa` and the rest"));
        // One pair in the wrong order, ever closer: large weights, but an optimum.
        for gap in [1.0, 0.1, 0.01, 0.001] {
            let x = array![[1.0], [2.0], [3.0 + gap], [3.0], [4.0], [5.0]];
            let fit = logistic(solver).fit(&(&x, array![0.0, 0.0, 0.0, 1.0, 1.0, 1.0])).unwrap();
            assert!(fit.converged(), "{gap}: {}", fit.note());
            // At the optimum Σ(p − y) = 0 and Σ(p − y)x = 0.
            let wrong = &fit.predict_proba(&x).unwrap().column(1) - &array![0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
            assert!(wrong.sum().abs() < 1e-7 && wrong.dot(&x.column(0)).abs() < 1e-6);
        }
        assert!(logistic(solver).l2(1e-3).fit(&cancer()).unwrap().converged());
        // Both classes stand at 1 and at −1, so that a plane separates nothing, however far the outlier is.
        let x = array![[1e9], [1.0], [1.0], [1.0], [1.0], [-1.0], [-1.0], [-1.0], [-1.0]];
        let y = array![1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        if let Err(error) = logistic(solver).fit(&(&x, &y)) {
            panic!("{error}");
        }
    }
}

#[test]
fn dependent_columns_leave_an_optimum_and_a_note() {
    // Enough of a mixture; no randomness is needed.
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    };
    let x = Array2::from_shape_fn((80, 2), |_| random());
    let y = Array1::from_shape_fn(80, |row| f64::from(u8::from(x[[row, 0]] + random() > 0.0)));
    let alone = LogisticRegression::maximum_likelihood().fit(&(&x, &y)).unwrap();
    let more =
        ndarray::concatenate![ndarray::Axis(1), x, x.slice(ndarray::s![.., ..1]), Array2::from_elem((80, 1), 7.0)];
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
        let fit = LogisticRegression::maximum_likelihood().solver(solver).fit(&(&more, &y)).unwrap();
        assert!((fit.log_likelihood() - alone.log_likelihood()).abs() < 1e-9);
        assert!(fit.converged() && fit.note().contains("`x3`") && fit.note().contains("`x4`"), "{}", fit.note());
        assert!((fit.weights()[[0, 0]] - fit.weights()[[2, 0]]).abs() < 1e-6);
        assert!(fit.coefficients().is_err());
    }
}

#[test]
fn what_is_wrong_or_worth_knowing_is_said() {
    let x = Array2::from_shape_fn((30, 1), |(row, _)| (row * 7 % 11) as f64);
    let rare = Array1::from_shape_fn(30, |row| f64::from(u8::from(row == 5 || row == 20)));
    let fit = LogisticRegression::maximum_likelihood().l2(0.1).fit(&(&x, &rare)).unwrap();
    assert!(fit.note().contains("6.67 %") && fit.note().contains("class_weights"), "{}", fit.note());
    let short = LogisticRegression::maximum_likelihood().max_iterations(1).l2(0.1).fit(&(&x, &rare)).unwrap();
    assert!(!short.converged() && short.note().contains("Not converged"));
    let told = |error: gradus::Error, words: &str| assert!(error.to_string().contains(words), "{error}");
    let three = rare.mapv(|class| class + 1.0) * Array1::from_shape_fn(30, |row| (row % 2) as f64);
    told(LogisticRegression::maximum_likelihood().fit(&(&x, &three)).unwrap_err(), "SoftmaxRegression");
    told(LogisticRegression::maximum_likelihood().fit(&(&x, Array1::ones(30))).unwrap_err(), "one class only");
    let mut hole = x.clone();
    hole[[4, 0]] = f64::NAN;
    told(LogisticRegression::maximum_likelihood().fit(&(&hole, &rare)).unwrap_err(), "row 4");
    told(LogisticRegression::maximum_likelihood().fit(&(&x, Array1::ones(29))).unwrap_err(), "expected 30");
    told(LogisticRegression::maximum_likelihood().l2(-1.0).fit(&(&x, &rare)).unwrap_err(), "λ = -1");
    told(LogisticRegression::maximum_likelihood().c(0.0).fit(&(&x, &rare)).unwrap_err(), "C = 0");
    let json = serde_json::to_string(&fit).unwrap();
    assert_eq!(serde_json::from_str::<FittedMaximumLikelihood>(&json).unwrap(), fit);
}

#[test]
fn a_score_knows_what_its_classes_mean() {
    let iris = datasets::iris().unwrap();
    let fit = SoftmaxRegression::maximum_likelihood().l2(1e-3).fit(&iris).unwrap();
    let turned = ["virginica", "versicolor", "setosa"].map(String::from).to_vec();
    let target = vec![Column::category("species", turned)];
    let other = Dataset::new("other", iris.columns().to_vec(), iris.features().clone(), target, iris.targets().clone());
    let error = fit.score(&other.unwrap()).unwrap_err().to_string();
    assert!(error.contains("the classifier was made for"), "{error}");
}
