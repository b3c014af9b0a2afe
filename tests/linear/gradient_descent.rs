//! Gradient descent: the lecture's numbers, its limit, its variants, its failures.

use gradus::error::Error;
use gradus::prelude::*;

fn lecture() -> (Array2<f64>, Array1<f64>) {
    (array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])
}

fn from_the_slide() -> GradientDescent {
    LinearRegression::gradient_descent().learning_rate(0.01).start(array![5.0], 1.0)
}

/// W, b and J after this many steps, computed in exact rational arithmetic from the slide's data.
const TRAJECTORY: [(usize, f64, f64, f64); 7] = [
    (0, 5.0, 1.0, 65.75),
    (1, 4.5175, 0.9, 43.721_467_968_75),
    (2, 4.124_393_75, 0.819_093_75, 29.107_650_342_231_445),
    (3, 3.804_097_843_75, 0.753_738_046_875, 19.412_683_367_253_106),
    (4, 3.543_105_299_726_562_4, 0.701_046_997_265_625, 12.980_835_291_517_23),
    (100, 2.345_167_280_700_395, 0.713_345_555_467_087_3, 0.234_899_539_285_68),
    (1000, 2.128_193_373_221_717_5, 1.728_854_367_290_378, 0.084_805_819_700_74),
];

#[test]
fn the_lectures_trajectory_to_the_last_digits() {
    let fit = from_the_slide().epochs(1000).fit(&lecture()).expect("a descent");
    let history = fit.history();
    assert_eq!(history.parameter_names(), ["w[x1]", "b"]);
    for (step, w, b, cost) in TRAJECTORY {
        let (found_w, found_b) = (history.parameters()[[step, 0]], history.parameters()[[step, 1]]);
        let found_cost = history.costs()[step];
        assert_eq!(found_cost, history.epoch_costs()[step]);
        assert!((found_w - w).abs() < 1e-13 * w, "step {step}: W {found_w}");
        assert!((found_b - b).abs() < 1e-13 * b.max(1.0), "step {step}: b {found_b}");
        assert!((found_cost - cost).abs() < 1e-12 * cost, "step {step}: J {found_cost}");
    }
}

#[test]
fn the_limit_is_the_closed_form() {
    let fit = from_the_slide().learning_rate(0.1).epochs(20_000).tolerance(1e-13).fit(&lecture()).expect("a descent");
    assert!(fit.converged() && fit.epochs() < 20_000);
    assert!((fit.weights()[[0, 0]] - 123.0 / 59.0).abs() < 1e-11);
    assert!((fit.intercept() - 114.0 / 59.0).abs() < 1e-11);
    let x = Array2::from_shape_fn((50, 3), |(row, column)| ((row * 13 + column * 29) % 17) as f64 / 8.0 - 1.0);
    let y = Array2::from_shape_fn((50, 2), |(row, column)| ((row * 7 + column * 3) % 11) as f64 / 5.0);
    let weights = Array1::from_shape_fn(50, |row| 0.5 + (row % 3) as f64);
    let exact = LinearRegression::closed_form().l2(0.1).sample_weights(weights.clone()).fit(&(&x, &y)).expect("exact");
    let descent = LinearRegression::gradient_descent()
        .cost(SquaredError::Mean)
        .l2(0.1)
        .sample_weights(weights)
        .learning_rate(0.2)
        .epochs(5000)
        .fit(&(&x, &y))
        .expect("a descent");
    let gap = (exact.weights() - descent.weights()).iter().fold(0.0_f64, |gap, value| gap.max(value.abs()));
    assert!(gap < 1e-12, "{gap:e}");
}

#[test]
fn the_gradient_is_the_slope_of_the_cost() {
    // Five-point stencil along each parameter; the history holds J and, at its first record, the gradient's norm.
    let cost_at = |w: f64, b: f64| {
        let fit = from_the_slide().start(array![w], b).epochs(1).keep_diverged().fit(&lecture()).expect("a step");
        fit.history().costs()[0]
    };
    let slope = |f: &dyn Fn(f64) -> f64| {
        let h = 1e-3;
        (f(-2.0 * h) - 8.0 * f(-h) + 8.0 * f(h) - f(2.0 * h)) / (12.0 * h)
    };
    let dw = slope(&|h| cost_at(5.0 + h, 1.0));
    let db = slope(&|h| cost_at(5.0, 1.0 + h));
    assert!((dw - 48.25).abs() < 1e-8 && (db - 10.0).abs() < 1e-8, "dJ/dW {dw}, dJ/db {db}");
    let fit = from_the_slide().epochs(1).fit(&lecture()).expect("a step");
    assert!((fit.history().gradient_norms()[0] - dw.hypot(db)).abs() < 1e-8);
}

#[test]
fn a_rate_past_the_largest_safe_one_is_an_error_that_names_it() {
    let safe = from_the_slide().largest_safe_rate(&lecture()).expect("a rate");
    assert!((safe - 0.107_809_59).abs() < 1e-8, "{safe}");
    let eigenvalues = from_the_slide().hessian_eigenvalues(&lecture()).expect("eigenvalues");
    assert!((eigenvalues[0] - 0.198_773_92).abs() < 1e-8 && (eigenvalues[1] - 18.551_226_08).abs() < 1e-8);
    assert!(from_the_slide().learning_rate(0.99 * safe).epochs(2000).fit(&lecture()).is_ok());
    for epochs in [3, 10_000] {
        let error = from_the_slide().learning_rate(0.11).epochs(epochs).fit(&lecture()).expect_err("divergence");
        let Error::Diverged(details) = &error else { panic!("{error}") };
        assert!((details.largest_safe_rate - safe).abs() < 1e-13 && details.first_cost == 65.75);
        assert!(error.to_string().contains("0.107810"), "{error}");
    }
    let kept = from_the_slide().learning_rate(0.11).epochs(3).keep_diverged().fit(&lecture()).expect("a history");
    assert!(kept.diverged());
    let costs = kept.history().epoch_costs();
    assert!((costs[1] - 71.17).abs() < 0.005 && (costs[2] - 77.03).abs() < 0.005 && (costs[3] - 83.39).abs() < 0.005);
    // Even where everything overflows at once, nothing but the error comes out.
    let error = from_the_slide().learning_rate(1e300).batch(Batch::Stochastic).fit(&lecture()).expect_err("divergence");
    assert!(matches!(error, Error::Diverged(_)) && error.to_string().contains("small ones"), "{error}");
}

#[test]
fn every_variant_finds_an_exact_relation_and_repeats_itself() {
    let x = Array2::from_shape_fn((101, 2), |(row, column)| ((row * (37 + 20 * column)) % 101) as f64 / 50.0 - 1.0);
    let y = x.dot(&array![2.0, -3.0]) + 0.5;
    for batch in [Batch::Full, Batch::Mini(16), Batch::Stochastic, Batch::Mini(1000)] {
        let descent = LinearRegression::gradient_descent().learning_rate(0.4).epochs(200).batch(batch).seed(Seed(3));
        let fit = descent.fit(&(&x, &y)).expect("a descent");
        let gap = (fit.weights()[[0, 0]] - 2.0).abs().max((fit.weights()[[1, 0]] + 3.0).abs());
        assert!(gap < 1e-6 && (fit.intercept() - 0.5).abs() < 1e-6, "{batch:?}: {gap:e}");
        assert_eq!(fit.history().epoch_costs().len(), 201);
        assert_eq!(fit, descent.fit(&(&x, &y)).expect("the same again"));
        // Two parts equal one whole.
        let mut halves = descent.clone().epochs(100).fit(&(&x, &y)).expect("a descent");
        halves.train(&(&x, &y), 100).expect("more");
        assert_eq!(halves.weights(), fit.weights());
        assert_eq!(halves.history(), fit.history());
    }
    let steps =
        |batch| LinearRegression::gradient_descent().epochs(2).batch(batch).fit(&(&x, &y)).expect("a fit").steps();
    assert_eq!([steps(Batch::Full), steps(Batch::Mini(16)), steps(Batch::Stochastic)], [2, 14, 202]);
}

#[test]
fn online_learning_is_a_stream_of_single_steps() {
    let (x, y) = lecture();
    let mut online = from_the_slide().batch(Batch::Stochastic).online(1).expect("a start");
    let (mut w, mut b) = (5.0, 1.0);
    for (x, y) in x.rows().into_iter().zip(&y) {
        let error = w * x[0] + b - y;
        (w, b) = (w - 0.01 * error * x[0], b - 0.01 * error);
        online.partial_fit(&(x.insert_axis(gradus::ndarray::Axis(0)), array![*y])).expect("a step");
        assert!((online.weights()[[0, 0]] - w).abs() < 1e-13 && (online.intercept() - b).abs() < 1e-13);
    }
    assert_eq!((online.steps(), online.history().costs().len()), (4, 4));
    let error = online.partial_fit(&(array![[1.0, 2.0]], array![1.0])).expect_err("two features").to_string();
    assert!(error.contains("1 features") && error.contains("[1, 2]"), "{error}");
    let before = online.weights().clone();
    assert!(online.partial_fit(&(array![[f64::NAN]], array![1.0])).is_err());
    assert_eq!(online.weights(), before);
}

#[test]
fn parameters_out_of_range_are_named() {
    let refused = |descent: GradientDescent| descent.fit(&lecture()).expect_err("a bad parameter").to_string();
    assert!(refused(from_the_slide().learning_rate(0.0)).starts_with("learning_rate = 0"));
    assert!(refused(from_the_slide().learning_rate(f64::NAN)).starts_with("learning_rate = NaN"));
    assert!(refused(from_the_slide().epochs(0)).starts_with("epochs = 0"));
    assert!(refused(from_the_slide().batch(Batch::Mini(0))).starts_with("batch = 0"));
    assert!(refused(from_the_slide().l2(-1.0)).starts_with("λ = -1"));
    assert!(refused(from_the_slide().start(array![1.0, 2.0], 0.0)).contains("[2, 1]"));
}

/// y = 0.1 x₁ − 0.7 x₂ + 0.3, and how far a model is from that.
fn exact_line() -> (Array2<f64>, Array1<f64>) {
    let x = Array2::from_shape_fn((40, 2), |(row, column)| ((row * (7 + 4 * column)) % 40) as f64 / 13.0 - 1.5);
    let y = x.dot(&array![0.1, -0.7]) + 0.3;
    (x, y)
}

fn from_the_line(fit: &FittedGradientDescent) -> f64 {
    let weights = fit.weights();
    (weights[[0, 0]] - 0.1).abs().max((weights[[1, 0]] + 0.7).abs()).max((fit.intercept() - 0.3).abs())
}

#[test]
fn a_descent_that_starts_at_the_solution_stays_there() {
    let data = exact_line();
    for batch in [Batch::Full, Batch::Mini(7), Batch::Stochastic] {
        for cost in [SquaredError::HalfMean, SquaredError::Mean] {
            let start = LinearRegression::gradient_descent().cost(cost).batch(batch).start(array![0.1, -0.7], 0.3);
            let safe = start.largest_safe_rate(&data).unwrap();
            for share in if batch == Batch::Full { [0.01, 0.3, 0.99] } else { [0.01, 0.05, 0.1] } {
                for epochs in [1, 10, 300] {
                    let descent = start.clone().learning_rate(share * safe).epochs(epochs);
                    let mut fit = descent.fit(&data).unwrap_or_else(|error| panic!("{batch:?}, {share}: {error}"));
                    assert!(!fit.diverged() && from_the_line(&fit) < 1e-13, "{batch:?}, {share}");
                    fit.train(&data, 10).unwrap();
                    let ridge = descent.tolerance(1e-12).fit(&data).unwrap();
                    assert!(from_the_line(&ridge) < 1e-13);
                }
            }
            // Where rounding grows without end, it is told all the same.
            let error = start.learning_rate(3.0 * safe).epochs(300).fit(&data).unwrap_err();
            assert!(matches!(error, Error::Diverged(_)), "{error}");
        }
    }
    // Whole numbers, whose cost is 0 at the start, and large ones.
    let (x, y) = (array![[1.0], [2.0], [4.0]], array![3.0, 5.0, 9.0]);
    let fit = LinearRegression::gradient_descent().start(array![2.0], 1.0).fit(&(&x, &y)).unwrap();
    assert_eq!((fit.weights()[[0, 0]], fit.intercept()), (2.0, 1.0));
    let (x, y) = exact_line();
    let large = (&x, y.mapv(|y| 1e9 * y));
    let fit = LinearRegression::gradient_descent().start(array![1e8, -7e8], 3e8).fit(&large).unwrap();
    assert!((fit.weights()[[1, 0]] + 7e8).abs() < 1e-4);
}

#[test]
fn a_descent_that_has_arrived_may_go_on() {
    let data = exact_line();
    let rate = 0.9 * LinearRegression::gradient_descent().largest_safe_rate(&data).unwrap();
    let mut fit = LinearRegression::gradient_descent().learning_rate(rate).epochs(2000).fit(&data).unwrap();
    for _ in 0..20 {
        fit.train(&data, 7).unwrap();
    }
    assert!(from_the_line(&fit) < 1e-13);
}

#[test]
fn small_batches_may_swing_around_the_minimum_they_start_at() {
    let (x, y) = exact_line();
    let noisy = Array1::from_shape_fn(40, |row| y[row] + ((row * 17) % 11) as f64 / 11.0 - 0.5);
    let exact = LinearRegression::closed_form().fit(&(&x, &noisy)).unwrap();
    for batch in [Batch::Full, Batch::Mini(7), Batch::Stochastic] {
        let start = LinearRegression::gradient_descent().batch(batch).learning_rate(0.05);
        let start = start.start(exact.weights().column(0).to_owned(), exact.intercept());
        for epochs in [1, 5, 100] {
            let fit = start.clone().epochs(epochs).fit(&(&x, &noisy)).unwrap();
            let costs = fit.history().epoch_costs();
            assert!(costs[epochs] < 2.0 * costs[0], "{batch:?}: {} from {}", costs[epochs], costs[0]);
        }
    }
}
