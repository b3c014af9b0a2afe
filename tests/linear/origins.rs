//! Where a feature has its origin, in what unit it is measured, and what rows of weight 0 hold must not matter to the
//! likelihood's maximum. Expected values come from the same data with their origin at 0, from the likelihood's own equations,
//! or from numpy (Newton's method in f64, to a gradient of 5e-18).

use gradus::linear::{Link, MaximumLikelihood};
use gradus::ndarray::{Axis, concatenate, s};
use gradus::prelude::*;

/// Numbers between −1 and 1 that look random, the same everywhere.
fn numbers() -> impl FnMut() -> f64 {
    let mut state = 1_u64;
    move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    }
}

/// 41 numbers from −5 to 5, and classes that follow them with exceptions.
fn sloped() -> (Array2<f64>, Array1<f64>) {
    let mut random = numbers();
    let u = Array2::from_shape_fn((41, 1), |(row, _)| row as f64 / 4.0 - 5.0);
    let y = u.column(0).mapv(|u| f64::from(u + 4.0 * random() > 0.5));
    (u, y)
}

/// n examples of one of five years each, and a second feature; classes follow both.
fn years(n: usize, classes: usize) -> (Array2<f64>, Array1<f64>) {
    let mut random = numbers();
    let x = Array2::from_shape_fn((n, 2), |(row, column)| if column == 0 { (row % 5) as f64 - 2.0 } else { random() });
    let y = x.rows().into_iter().map(|x| (x[0] + x[1] + 3.0 * random() + 4.0) / 8.0 * classes as f64);
    let y = y.map(|level| level.floor().clamp(0.0, classes as f64 - 1.0)).collect();
    (x, y)
}

fn moved(x: &Array2<f64>, origin: f64) -> Array2<f64> {
    let mut x = x.clone();
    x.column_mut(0).mapv_inplace(|x| x + origin);
    x
}

fn gap(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    let most = b.fold(0.0_f64, |most, value| most.max(value.abs()));
    (a - b).fold(0.0_f64, |most, gap| most.max(gap.abs())) / most
}

/// Fits whose data differ by the origin of the first feature alone: the same weights, intercepts that make up for it.
#[track_caller]
fn same_but_for_the_origin(far: &FittedMaximumLikelihood, near: &FittedMaximumLikelihood, origin: f64) {
    assert!(far.converged() && near.converged(), "{} {}", far.note(), near.note());
    assert!(gap(far.weights(), near.weights()) < 1e-6, "{} against {}", far.weights(), near.weights());
    assert_eq!(far.weights().mapv(|w| w == 0.0), near.weights().mapv(|w| w == 0.0));
    // Of a softmax, intercepts are differences alone: they sum to 0.
    let mut expected = near.intercepts() - &(origin * &near.weights().row(0));
    if near.link() == Link::Softmax {
        expected -= expected.sum() / expected.len() as f64;
    }
    for ((found, expected), near) in far.intercepts().iter().zip(&expected).zip(near.intercepts()) {
        let tolerance = 1e-6 * near.abs().max(1.0) + 2e-7 * expected.abs();
        assert!((found - expected).abs() < tolerance, "{found} against {expected}");
    }
    assert!((far.log_likelihood() - near.log_likelihood()).abs() < 1e-8 * near.log_likelihood().abs());
    assert_eq!(far.note(), near.note());
}

const SOLVERS: [LikelihoodSolver; 4] = [
    LikelihoodSolver::Automatic,
    LikelihoodSolver::Newton,
    LikelihoodSolver::Lbfgs,
    LikelihoodSolver::CoordinateDescent,
];

#[test]
fn an_origin_far_away_changes_no_slope() {
    let (u, y) = sloped();
    for solver in SOLVERS {
        let logistic = LogisticRegression::maximum_likelihood().solver(solver);
        let near = logistic.fit(&(&u, &y)).unwrap();
        // At the maximum Σ(p − y) = 0 and Σ(p − y)u = 0.
        let (w, b) = (near.weights()[[0, 0]], near.intercept());
        let wrong = u.column(0).mapv(|u| 1.0 / (1.0 + (-(w * u + b)).exp())) - &y;
        assert!(wrong.sum().abs() < 1e-8 && wrong.dot(&u.column(0)).abs() < 1e-7, "{solver:?}");
        for origin in [1e4, -1e6, 1e8, 1e10] {
            let far = logistic.fit(&(moved(&u, origin), &y)).unwrap();
            same_but_for_the_origin(&far, &near, origin);
            // Variances from the information matrix about the origin, of b by that of a sum.
            let s = u.column(0).mapv(|u| 1.0 / (1.0 + (-(w * u + b)).exp())).mapv(|p| p * (1.0 - p));
            let (s0, s1, s2) = (s.sum(), s.dot(&u.column(0)), (&s * &u.column(0)).dot(&u.column(0)));
            let determinant = s0 * s2 - s1 * s1;
            let (of_b, of_w, of_both) = (s2 / determinant, s0 / determinant, -s1 / determinant);
            let lines = far.coefficients().unwrap();
            assert!((lines[1].standard_error / of_w.sqrt() - 1.0).abs() < 1e-6);
            let of_far = (of_b + origin * origin * of_w - 2.0 * origin * of_both).sqrt();
            assert!((lines[0].standard_error / of_far - 1.0).abs() < 1e-6);
            // With a penalty too, which is about the weight and not about the origin.
            let held = logistic.clone().l2(0.01);
            same_but_for_the_origin(
                &held.fit(&(moved(&u, origin), &y)).unwrap(),
                &held.fit(&(&u, &y)).unwrap(),
                origin,
            );
        }
    }
}

#[test]
fn seconds_within_a_minute_are_not_separable() {
    let mut random = numbers();
    let u = Array2::from_shape_fn((60, 1), |(row, _)| row as f64);
    let y = u.column(0).mapv(|u| f64::from(u + 25.0 * random() > 30.0));
    for solver in SOLVERS {
        let logistic = LogisticRegression::maximum_likelihood().solver(solver);
        let near = logistic.fit(&(&u, &y)).unwrap();
        let accuracy = near.score(&(&u, &y)).unwrap();
        assert!(accuracy > 0.75 && accuracy < 0.95, "{accuracy}");
        let far = logistic.fit(&(moved(&u, 1.7e9), &y)).unwrap();
        same_but_for_the_origin(&far, &near, 1.7e9);
        assert_eq!(far.score(&(moved(&u, 1.7e9), &y)).unwrap(), accuracy);
        // What is separable is told there too.
        let sorted = u.column(0).mapv(|u| f64::from(u > 30.0));
        let error = logistic.fit(&(moved(&u, 1.7e9), &sorted)).unwrap_err().to_string();
        assert!(solver == LikelihoodSolver::CoordinateDescent || error.contains("separable"), "{error}");
    }
}

/// Penalized fits on years and on years from 0.
fn same_with_penalties<M: Clone>(model: MaximumLikelihood<M>, classes: usize) {
    let (x, y) = years(2000, classes);
    let far = moved(&x, 2022.0);
    for model in [
        model.clone().l1(0.01),
        model.clone().elastic_net(0.05, 0.5),
        model.clone().c(0.1),
        model.clone().c_elastic_net(0.05, 0.7),
        model.clone().l1(0.01).class_weights(ClassWeights::Balanced),
    ] {
        let (far, near) = (model.fit(&(&far, &y)).unwrap(), model.fit(&(&x, &y)).unwrap());
        same_but_for_the_origin(&far, &near, 2022.0);
        assert!(far.iterations() < 40, "{} steps", far.iterations());
    }
}

#[test]
fn penalties_are_about_the_weights_of_features_as_they_came() {
    same_with_penalties(LogisticRegression::maximum_likelihood(), 2);
    same_with_penalties(SoftmaxRegression::maximum_likelihood(), 3);
    same_with_penalties(SoftmaxRegression::maximum_likelihood().one_vs_rest(), 3);
    // The derivative of the mean loss is −λ where the weight is positive.
    let (x, y) = years(2000, 2);
    let fit = LogisticRegression::maximum_likelihood().l1(0.001).fit(&(moved(&x, 2022.0), &y)).unwrap();
    let wrong = &fit.predict_proba(&moved(&x, 2022.0)).unwrap().column(1) - &y;
    assert!(fit.weights().iter().all(|weight| *weight > 0.0));
    for column in x.columns() {
        assert!((wrong.dot(&column) / 2000.0 + 0.001).abs() < 1e-8 && wrong.sum().abs() < 1e-5);
    }
}

#[test]
fn a_unit_a_million_times_smaller_makes_weights_a_million_times_larger() {
    let (x, y) = years(300, 3);
    let other = &x * &array![1e6, 1e-9];
    for solver in [LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
        for intercept in [true, false] {
            let softmax = SoftmaxRegression::maximum_likelihood().solver(solver).intercept(intercept);
            let (one, two) = (softmax.fit(&(&x, &y)).unwrap(), softmax.fit(&(&other, &y)).unwrap());
            let back = two.weights() * &array![[1e6], [1e-9]];
            assert!(gap(&back, one.weights()) < 1e-6, "{solver:?}: {back} against {}", one.weights());
            assert!((one.log_likelihood() - two.log_likelihood()).abs() < 1e-8 * one.log_likelihood().abs());
        }
    }
}

#[test]
fn a_wrong_value_far_away_leaves_the_others_their_slope() {
    // On its class' side the outlier has no say: the slope is that of the others alone.
    let (u, y) = sloped();
    for solver in SOLVERS {
        let logistic = LogisticRegression::maximum_likelihood().solver(solver);
        let alone = logistic.fit(&(&u, &y)).unwrap();
        for far in [1e3, 1e6, 1e9] {
            let x = concatenate![Axis(0), u, array![[far]]];
            let y = concatenate![Axis(0), y, array![1.0]];
            let fit = logistic.fit(&(&x, &y)).unwrap();
            assert!(fit.converged() && gap(fit.weights(), alone.weights()) < 1e-6, "{solver:?}, {far}: {}", fit.note());
        }
    }
}

/// Examples with rows of weight 0 among them, and the weights; the same without these rows.
type Weighted = (Array2<f64>, Array1<f64>, Array1<f64>);

fn absent() -> (Weighted, Weighted) {
    let (x, y) = years(30, 3);
    let weights = Array1::from_shape_fn(30, |row| 0.5 + (row % 3) as f64);
    let nonsense = array![[1e12, 0.0], [f64::NAN, 9.96921e36], [f64::INFINITY, -99999.0]];
    let all = (
        concatenate![Axis(0), nonsense, x.slice(s![..7, ..]), nonsense, x.slice(s![7.., ..])],
        // Class 9 is seen in these rows alone; one has no class at all.
        concatenate![Axis(0), array![1.0, f64::NAN, 9.0], y.slice(s![..7]), array![9.0, 2.0, 0.5], y.slice(s![7..])],
        concatenate![Axis(0), Array1::zeros(3), weights.slice(s![..7]), Array1::zeros(3), weights.slice(s![7..])],
    );
    (all, (x, y, weights))
}

#[test]
fn a_row_of_weight_0_is_one_that_is_not_there() {
    let ((x, y, weights), (there, of, own)) = absent();
    for class_weights in [ClassWeights::Equal, ClassWeights::Balanced] {
        for solver in SOLVERS {
            let softmax =
                SoftmaxRegression::maximum_likelihood().l2(1e-3).solver(solver).class_weights(class_weights.clone());
            for softmax in [softmax.clone(), softmax.one_vs_rest()] {
                let fit = softmax.clone().sample_weights(weights.clone()).fit(&(&x, &y)).unwrap();
                assert_eq!(fit, softmax.sample_weights(own.clone()).fit(&(&there, &of)).unwrap());
                assert_eq!(fit.classes(), ["0", "1", "2"]);
            }
        }
    }
    let plain = SoftmaxRegression::maximum_likelihood();
    let fit = plain.clone().sample_weights(weights.clone()).fit(&(&x, &y)).unwrap();
    let without = plain.clone().sample_weights(own).fit(&(&there, &of)).unwrap();
    assert_eq!(fit.summary().to_string(), without.summary().to_string());
    assert!(fit.summary().to_string().contains("30 examples"));
    assert_eq!(
        (fit.mcfadden_r_squared(), fit.log_likelihood()),
        (without.mcfadden_r_squared(), without.log_likelihood())
    );
    // Errors count the rows as they are given.
    let mut hole = x.clone();
    hole[[15, 1]] = f64::NAN;
    let error = plain.clone().sample_weights(weights.clone()).fit(&(&hole, &y)).unwrap_err().to_string();
    assert!(error.contains("row 15"), "{error}");
    let mut wrong = weights;
    wrong[14] = -1.0;
    let error = plain.clone().sample_weights(wrong).fit(&(&x, &y)).unwrap_err().to_string();
    assert!(error.contains("row 14"), "{error}");
    // One class whose rows all weigh 0 leaves one class.
    let two = (array![[1.0], [2.0], [3.0]], array![0.0, 0.0, 1.0]);
    let error = plain.sample_weights(array![1.0, 1.0, 0.0]).fit(&two).unwrap_err().to_string();
    assert!(error.contains("one class only"), "{error}");
}

#[test]
fn a_descent_does_not_see_rows_of_weight_0() {
    let ((x, y, weights), (there, of, own)) = absent();
    for batch in [Batch::Full, Batch::Mini(8), Batch::Stochastic] {
        let line = LinearRegression::gradient_descent().batch(batch).epochs(5);
        let (line, short) = (line.clone().sample_weights(weights.clone()), line.sample_weights(own.clone()));
        let (mut fit, mut without) = (line.fit(&(&x, &y)).unwrap(), short.fit(&(&there, &of)).unwrap());
        fit.train(&(&x, &y), 3).unwrap();
        without.train(&(&there, &of), 3).unwrap();
        assert_eq!((fit.model(), fit.history(), fit.steps()), (without.model(), without.history(), without.steps()));
        assert_eq!(line.largest_safe_rate(&(&x, &y)).unwrap(), short.largest_safe_rate(&(&there, &of)).unwrap());
        for class_weights in [ClassWeights::Equal, ClassWeights::Balanced] {
            let softmax = SoftmaxRegression::gradient_descent().batch(batch).epochs(5).class_weights(class_weights);
            let (softmax, short) =
                (softmax.clone().sample_weights(weights.clone()), softmax.sample_weights(own.clone()));
            let (mut fit, mut without) = (softmax.fit(&(&x, &y)).unwrap(), short.fit(&(&there, &of)).unwrap());
            fit.train(&(&x, &y), 3).unwrap();
            without.train(&(&there, &of), 3).unwrap();
            assert_eq!(
                (fit.model(), fit.history(), fit.notes()),
                (without.model(), without.history(), without.notes())
            );
            assert_eq!(softmax.largest_safe_rate(&(&x, &y)).unwrap(), short.largest_safe_rate(&(&there, &of)).unwrap());
        }
    }
    let mut hole = x.clone();
    hole[[15, 1]] = f64::NAN;
    let descent = LinearRegression::gradient_descent().sample_weights(weights);
    assert!(descent.fit(&(&hole, &y)).unwrap_err().to_string().contains("row 15"));
    assert!(descent.largest_safe_rate(&(&hole, &y)).unwrap_err().to_string().contains("row 15"));
}

/// numpy's weights of iris, for C = 10⁴ and 10⁶.
const IRIS: [(f64, [[f64; 3]; 4]); 2] = [
    (
        1e4,
        [
            [-0.75068583, 1.60743276, -0.85674692],
            [5.53105662, 0.54459507, -6.07565169],
            [-9.77760569, 0.19983079, 9.5777749],
            [-5.98745624, -6.07240678, 12.05986302],
        ],
    ),
    (
        1e6,
        [
            [-1.19770239, 1.83145534, -0.63375295],
            [6.95867674, -0.13922928, -6.81944746],
            [-12.31481256, 1.44299996, 10.8718126],
            [-7.62748724, -5.32847812, 12.95596536],
        ],
    ),
];

#[test]
fn the_default_tolerance_leaves_six_digits_where_the_penalty_is_weak() {
    let iris = datasets::iris().unwrap();
    for (c, weights) in IRIS {
        let weights = Array2::from(weights.to_vec());
        for solver in [LikelihoodSolver::Automatic, LikelihoodSolver::Newton, LikelihoodSolver::Lbfgs] {
            let fit = SoftmaxRegression::maximum_likelihood().c(c).solver(solver).fit(&iris).unwrap();
            assert!(fit.converged() && gap(fit.weights(), &weights) < 1e-6, "{solver:?}, C = {c}: {}", fit.weights());
        }
        let with_l1 = SoftmaxRegression::maximum_likelihood().c_elastic_net(c, 0.5);
        let exact = with_l1.clone().tolerance(1e-12).fit(&iris).unwrap();
        let fit = with_l1.fit(&iris).unwrap();
        assert!(gap(fit.weights(), exact.weights()) < 1e-6, "{} against {}", fit.weights(), exact.weights());
    }
    let digits = datasets::digits().unwrap();
    let softmax = SoftmaxRegression::maximum_likelihood().c(1.0);
    let exact = softmax.clone().tolerance(1e-12).solver(LikelihoodSolver::Newton).fit(&digits).unwrap();
    let fit = softmax.fit(&digits).unwrap();
    assert!(gap(fit.weights(), exact.weights()) < 1e-6, "{}", gap(fit.weights(), exact.weights()));
}

#[test]
fn a_strength_is_chosen_as_for_years_from_0() {
    let (x, y) = years(300, 3);
    let data = |x: Array2<f64>| Dataset::from_arrays(x, y.clone()).unwrap();
    let (near, far) = (data(x.clone()), data(moved(&x, 2022.0)));
    for search in [LogisticRegressionCv::new(), LogisticRegressionCv::new().one_vs_rest()] {
        let folds = StratifiedKFold::new(4);
        let (near, far) = (search.fit(&near, &folds).unwrap(), search.fit(&far, &folds).unwrap());
        assert_eq!(near.chosen_cs(), far.chosen_cs());
        assert!(gap(far.weights(), near.weights()) < 1e-6);
    }
}
