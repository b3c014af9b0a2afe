//! The closed form where there is hardly any data, where a row does not count or counts for all, and where features outnumber rows.

use gradus::ndarray::Axis;
use gradus::prelude::*;

use crate::closed_form::{ALL, close, noise};

fn closed() -> ClosedForm {
    LinearRegression::closed_form()
}

#[test]
fn one_example_is_answered_by_itself_or_refused_in_words() {
    for x in [array![[1.0]], array![[3.0, 0.0, -2.0]]] {
        for y in [array![[2.0]], array![[2.0, -5.0]]] {
            for solver in ALL {
                for ridge in [0.0, 0.5] {
                    match closed().solver(solver).l2(ridge).fit(&(&x, &y)) {
                        Ok(fit) => {
                            close(&fit.predict_raw(&x).expect("predictions"), &y, 1e-13);
                            assert!(fit.weights().iter().all(|w| w.abs() < 1e-14), "nothing is known of the slope");
                            assert!(!fit.summary().note.contains("NaN"), "{}", fit.summary().note);
                        }
                        Err(error) => {
                            assert!(ridge == 0.0 && matches!(solver, Solver::NormalEquations | Solver::Qr), "{error}");
                            assert!(error.to_string().contains("there is 1 example for"), "{error}");
                        }
                    }
                    // Without an intercept the example does tell: the smallest weights along it.
                    if let Ok(fit) = closed().solver(solver).l2(ridge).intercept(false).fit(&(&x, &y)) {
                        let square = x.iter().map(|x| x * x).sum::<f64>();
                        close(fit.weights(), &(x.t().dot(&y) / (square + ridge)), 1e-13);
                    }
                }
            }
        }
    }
    let data = Dataset::from_arrays(array![[1.0], [2.0]], array![2.0, 4.0]).expect("data");
    let scores = cross_validate(&closed(), &data, &LeaveOneOut, &[Scoring::MeanSquaredError]).expect("scores");
    // One row answers for the other with its own y.
    assert!((scores.mean(Scoring::MeanSquaredError).expect("a mean").abs() - 4.0).abs() < 1e-13);
}

#[test]
fn a_row_of_weight_zero_is_not_there() {
    for far in [1e17, 1e20, 9.96921e36, f64::MAX, f64::NAN, f64::INFINITY] {
        let x = array![[0.0], [1.0], [2.0], [3.0], [far]];
        let y = array![1.0, 3.0, 5.0, 7.0, far];
        for solver in ALL {
            let fit =
                closed().solver(solver).sample_weights(array![1.0, 1.0, 1.0, 1.0, 0.0]).fit(&(&x, &y)).expect("a fit");
            assert!((fit.weights()[[0, 0]] - 2.0).abs() < 1e-14 && (fit.intercept() - 1.0).abs() < 1e-14, "{solver:?}");
        }
    }
    let x = array![[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [-99999.0]];
    let y = array![1.1, 2.9, 5.2, 6.8, 9.1, 10.9, 0.0];
    let weights = array![1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    let fit = closed().sample_weights(weights).fit(&(&x, &y)).expect("a fit");
    // 346 / 175 and 37 / 35.
    assert!((fit.weights()[[0, 0]] - 346.0 / 175.0).abs() < 1e-14 && (fit.intercept() - 37.0 / 35.0).abs() < 1e-14);
    assert_eq!(fit.summary().title, "Linear regression of y on 6 examples");

    let x = array![[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [0.0, 100.0]];
    let y = array![0.0, 1.0, 2.0, 3.0, 7.0];
    let weights = array![1.0, 1.0, 1.0, 1.0, 0.0];
    for solver in [Solver::Automatic, Solver::Svd] {
        let fit = closed().solver(solver).sample_weights(weights.clone()).fit(&(&x, &y)).expect("a fit");
        let predicted = fit.predict(&x).expect("predictions");
        assert!((0..4).all(|row| (predicted[row] - y[row]).abs() < 1e-13), "{solver:?}: {predicted}");
    }
    // Errors count the rows that were given.
    let broken = array![[f64::NAN], [1.0], [f64::NAN]];
    let error = closed().sample_weights(array![0.0, 1.0, 1.0]).fit(&(&broken, &array![1.0, 2.0, 3.0]));
    let error = error.expect_err("a missing value").to_string();
    assert!(error.contains("row 2"), "{error}");
}

#[test]
fn targets_and_weights_too_large_or_small_for_f64_are_refused_in_words() {
    let (x, y) = (array![[0.0], [1.0], [2.0], [3.0]], array![1.0, 5.0, 2.0, 9.0]);
    for (unit, words) in [(1e160, "too large for its squares"), (1e-170, "too small for its squares")] {
        let y = y.mapv(|y| y * unit);
        for error in [
            closed().fit(&(&x, &y)).expect_err("no squares").to_string(),
            closed().polynomial(1).fit(&(&x, &y)).expect_err("no squares").to_string(),
        ] {
            assert!(error.contains(words), "{error}");
        }
    }
    let small = closed().fit(&(&x, &y.mapv(|y| y * 1e-100))).expect("a fit").training_score();
    assert!((small / closed().fit(&(&x, &y)).expect("a fit").training_score() - 1.0).abs() < 1e-12, "{small}");
    assert_eq!(closed().fit(&(&x, Array1::from_elem(4, 1e-170))).expect("a constant").training_score(), 1.0);
    let heavy = closed().sample_weights(Array1::from_elem(4, 1e308));
    for error in
        [heavy.fit(&(&x, &y)).expect_err("no sum"), heavy.clone().polynomial(1).fit(&(&x, &y)).expect_err("no sum")]
    {
        assert!(error.to_string().contains("sum of the sample weights is too large"), "{error}");
    }
}

#[test]
fn small_and_large_weights_and_far_rows_keep_the_digits_that_the_data_determine() {
    // Solved in exact fractions from the same f64 values.
    let y = array![1.0, 3.2, 4.9, 7.1, 50.0];
    let cases = [
        ([0.0, 1.0, 2.0, 3.0, 1e12], 1e-24, [1.549999999986846, 1.6666666666751582]),
        ([0.0, 1.0, 2.0, 3.0, 1e17], 1e-40, [1.0500005999998803, 1.99999960000008]),
        ([0.0, 1.0, 2.0, 3.0, 4.0], 1e20, [-12.6, 15.65]),
    ];
    for (x, last, [intercept, slope]) in cases {
        let x = Array2::from_shape_fn((5, 1), |(row, _)| x[row]);
        // Only the ratios of the weights matter.
        for unit in [1.0, 1e-250, 1e280] {
            let weights = array![unit, unit, unit, unit, unit * last];
            let fit = closed().sample_weights(weights).fit(&(&x, &y)).expect("a fit");
            let found = (fit.weights()[[0, 0]] / slope - 1.0, fit.intercept() / intercept - 1.0);
            assert!(
                found.0.abs() < 1e-12 && found.1.abs() < 1e-12,
                "{last:.0e}, {unit:.0e}: {found:?}; {}",
                fit.note()
            );
            let error = fit.coefficients(0).expect("errors")[1].standard_error;
            let plain = closed().sample_weights(array![1.0, 1.0, 1.0, 1.0, last]).fit(&(&x, &y)).expect("a fit");
            let expected = plain.coefficients(0).expect("errors")[1].standard_error;
            assert!((error / expected - 1.0).abs() < 1e-12, "{last:.0e}, {unit:.0e}: {error} for {expected}");
        }
    }
    // s / √Σω(x − x̄)², in exact fractions: the heavy row does not hide the others from the residuals.
    let x = array![[0.0], [1.0], [2.0], [3.0], [4.0]];
    let heavy = closed().sample_weights(array![1.0, 1.0, 1.0, 1.0, 1e20]).fit(&(&x, &y)).expect("a fit");
    let error = heavy.coefficients(0).expect("errors")[1].standard_error;
    assert!((error / 3.52449365945742 - 1.0).abs() < 1e-12, "{error}");
    // Far rows among many, which a sample of the rows would miss.
    let mut x = noise(3000, 2, 1);
    x[[1234, 0]] = 1e9;
    let y = x.dot(&array![2.0, -3.0]) + 1.0;
    let fit = closed().fit(&(&x, &y)).expect("a fit");
    assert!(
        (fit.weights()[[0, 0]] - 2.0).abs() < 1e-14 && (fit.weights()[[1, 0]] + 3.0).abs() < 1e-7,
        "{}",
        fit.weights()
    );
}

#[test]
fn the_note_never_promises_digits_that_are_not_there() {
    // Powers on [1, 2]: κ from 10 to 1e11. The truth of the rounded columns: column 4 is the target.
    for powers in [2, 5, 9, 11] {
        let x = Array2::from_shape_fn((60, powers), |(row, power)| (1.0 + row as f64 / 64.0).powi(power as i32 + 1));
        let column = powers.min(4) - 1;
        let y = x.column(column).to_owned();
        let fit = closed().fit(&(&x, &y)).expect("a fit");
        let worst = (0..powers)
            .map(|power| (fit.weights()[[power, 0]] - f64::from(u8::from(power == column))).abs())
            .fold(0.0, f64::max);
        if fit.note().contains("all digits are kept") {
            assert!(worst < 1e-13, "{powers}: {worst:.1e}; {}", fit.note());
        }
    }
}

#[test]
fn ridge_with_more_features_than_examples_is_the_primal_minimum() {
    for (n, d) in [(30, 31), (12, 90), (2, 5)] {
        let x = noise(n, d, 2) + &Array2::from_shape_fn((1, d), |(_, column)| (column % 7) as f64 * 10.0);
        let y = Array2::from_shape_fn((n, 2), |(row, target)| noise(n, 2, 6)[[row, target]] + 5.0);
        let weights = noise(n, 1, 5).column(0).mapv(|value| value + 1.5);
        for intercept in [true, false] {
            for lambda in [1e-9, 0.01, 1.0, 1e6] {
                for weights in [None, Some(weights.clone())] {
                    let mut settings = closed().l2(lambda).intercept(intercept);
                    if let Some(weights) = &weights {
                        settings = settings.sample_weights(weights.clone());
                    }
                    let dual = settings.fit(&(&x, &y)).expect("a fit");
                    assert_eq!(dual.solver(), "dual");
                    let tolerance = 1e-11 * dual.weights().iter().fold(0.0_f64, |most, w| most.max(w.abs()));
                    for solver in [Solver::Qr, Solver::Svd] {
                        let primal = settings.clone().solver(solver).fit(&(&x, &y)).expect("a fit");
                        // QR of √λ beside the rows keeps fewer digits where λ is small.
                        let room = if lambda < 1e-3 { 1e5 } else { 1.0 };
                        close(dual.weights(), primal.weights(), tolerance * room);
                    }
                    // The gradient of the cost in the weights, and the intercept's.
                    let omega = weights.clone().unwrap_or_else(|| Array1::ones(n));
                    let residuals = dual.residuals(&(&x, &y)).expect("residuals") * omega.view().insert_axis(Axis(1));
                    let gradient = x.t().dot(&residuals) - dual.weights() * (lambda * omega.sum());
                    assert!(gradient.iter().all(|value| value.abs() < 1e-9), "{n} × {d}, λ {lambda}: {gradient}");
                    if intercept {
                        assert!(residuals.sum_axis(Axis(0)).iter().all(|sum| sum.abs() < 1e-11));
                    }
                }
            }
        }
    }
    // Equal examples make the products singular; with a tiny penalty singular values answer.
    let x = Array2::from_shape_fn((6, 9), |(row, column)| noise(3, 9, 4)[[row / 2, column]]);
    let y = array![1.0, 3.0, 2.0, 2.0, -1.0, 1.0];
    let fit = closed().l2(1e-30).fit(&(&x, &y)).expect("a fit");
    let predicted = fit.predict(&x).expect("predictions");
    assert!(predicted.iter().zip([2.0, 2.0, 2.0, 2.0, 0.0, 0.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{predicted}");
}

#[test]
fn the_condition_number_of_many_features_is_estimated() {
    // 300 features: columns of length one but two of which are nearly one, κ = √((1 + c) / (1 − c)) for their cosine c.
    let n = 700;
    let mut x = Array2::<f64>::zeros((n, 300));
    for column in 0..300 {
        x[[2 * column, column]] = 1.0;
        x[[2 * column + 1, column]] = -1.0;
    }
    let first = x.column(0).to_owned();
    let mut last = x.column_mut(299);
    last *= 0.02;
    last += &first;
    let y = x.column(7).to_owned() + x.column(299);
    let cosine = 1.0 / (1.0_f64 + 0.0004).sqrt();
    let kappa = ((1.0 + cosine) / (1.0 - cosine)).sqrt();
    for solver in [Solver::Automatic, Solver::Qr] {
        let fit = closed().solver(solver).fit(&(&x, &y)).expect("a fit");
        assert!((fit.condition_number() / kappa - 1.0).abs() < 0.05, "{} for {kappa}", fit.condition_number());
        assert!((fit.weights()[[7, 0]] - 1.0).abs() < 1e-10 && (fit.weights()[[299, 0]] - 1.0).abs() < 1e-10);
    }
}

#[test]
fn standard_errors_of_large_and_small_problems_are_one_formula() {
    // Past the size of the doubled triangle, and before it: against (XᵀX)⁻¹ of the normal equations.
    for rows in [200, 20_000] {
        let x = noise(rows, 20, 3) * 3.0 + 2.0;
        let y = x.column(3).to_owned() + noise(rows, 1, 8).column(0);
        let fits = ALL.map(|solver| closed().solver(solver).fit(&(&x, &y)).expect("a fit"));
        let lines = fits.each_ref().map(|fit| fit.coefficients(0).expect("errors"));
        for other in &lines[1..] {
            for (a, b) in lines[0].iter().zip(other) {
                assert!((a.standard_error / b.standard_error - 1.0).abs() < 1e-11, "{}: {a:?} {b:?}", a.name);
            }
        }
    }
}
