//! The polynomial fit from x and a degree: NIST's digits, predictions far from 0, and what it refuses.

use gradus::prelude::*;

use crate::nist::{digits, read};

fn curve(degree: usize) -> PolynomialRegression {
    LinearRegression::closed_form().polynomial(degree)
}

/// The fewest digits of the estimates and of their standard errors.
fn fewest(fit: &FittedPolynomialRegression, certified: &[(f64, f64)]) -> (f64, f64) {
    let lines = fit.coefficients(0).expect("errors");
    assert_eq!(lines.len(), certified.len());
    lines.iter().zip(certified).fold((15.0, 15.0), |(values, errors), (line, (value, deviation))| {
        (digits(line.value, *value).min(values), digits(line.standard_error, *deviation).min(errors))
    })
}

#[test]
fn filip_keeps_thirteen_digits() {
    let Some(certified) = read("Filip", 1) else { return };
    let fit = curve(10).fit(&(&certified.x, &certified.y)).expect("a fit");
    let (values, errors) = fewest(&fit, &certified.parameters);
    println!("Filip: {values:.1} digits, standard errors {errors:.1}; {}", fit.note());
    assert!(values >= 13.0 && errors >= 13.0);
    assert!(digits(fit.residual_std(0), certified.residual_std) >= 13.0);
    assert!(digits(fit.training_score(), certified.r_squared) >= 13.0);
    // The same residuals from predictions in f64.
    let residuals = fit.residuals(&(&certified.x, &certified.y)).expect("residuals");
    let deviation = (residuals.iter().map(|r| r * r).sum::<f64>() / 71.0).sqrt();
    assert!(digits(deviation, certified.residual_std) >= 10.0, "{deviation}");
    assert_eq!(fit.columns()[9].name, "x1^10");
}

/// The deltas that NIST adds to y = 1 + x + … + x⁵ for Wampler3; 100 and 10 000 times as large for Wampler4 and 5.
const DELTAS: [f64; 21] = [
    759., -2048., 2048., -2048., 2523., -2048., 2048., -2048., 1838., -2048., 2048., -2048., 1838., -2048., 2048.,
    -2048., 2523., -2048., 2048., -2048., 759.,
];
/// Certified standard deviations for Wampler3, that of the residuals first.
const WAMPLER_3: [f64; 7] = [
    2360.14502379268,
    2152.32624678170,
    2363.55173469681,
    779.343524331583,
    101.475507550350,
    5.64566512170752,
    0.112324854679312,
];

fn wampler(factor: f64) -> (Array2<f64>, Array1<f64>) {
    let x = Array2::from_shape_fn((21, 1), |(row, _)| row as f64);
    let y =
        (0..21).map(|row| (0..6).map(|power| (row as f64).powi(power)).sum::<f64>() + factor * DELTAS[row]).collect();
    (x, y)
}

#[test]
fn wampler_3_to_5_keep_the_certified_digits_from_x_and_from_its_powers() {
    for factor in [1.0, 100.0, 10_000.0] {
        let (x, y) = wampler(factor);
        let certified: Vec<(f64, f64)> = WAMPLER_3[1..].iter().map(|deviation| (1.0, factor * deviation)).collect();
        let from_x = curve(5).fit(&(&x, &y)).expect("a fit");
        let powers = PolynomialFeatures::degree(5).transform_array(&x).expect("powers");
        let from_powers = LinearRegression::closed_form().fit(&(&powers, &y)).expect("a fit");
        let lines = [from_x.coefficients(0).expect("errors"), from_powers.coefficients(0).expect("errors")];
        for (lines, deviation) in lines.iter().zip([from_x.residual_std(0), from_powers.residual_std(0)]) {
            assert!(digits(deviation, factor * WAMPLER_3[0]) >= 14.0, "{factor}: {deviation}");
            for (line, (value, deviation)) in lines.iter().zip(&certified) {
                let kept = (digits(line.value, *value), digits(line.standard_error, *deviation));
                assert!(kept.0 >= 14.0 && kept.1 >= 14.0, "{factor}, {}: {kept:?}", line.name);
            }
        }
        assert!(from_powers.note().ends_with("all digits are kept."), "{}", from_powers.note());
    }
}

#[test]
fn exact_polynomials_come_back() {
    for (name, step) in [("Wampler1", 1.0), ("Wampler2", 0.1)] {
        let x = Array2::from_shape_fn((21, 1), |(row, _)| row as f64);
        let truth: Vec<f64> = (0..6).map(|power| if step == 1.0 { 1.0 } else { 0.1_f64.powi(power) }).collect();
        // NIST prints Wampler2's y with five decimals, which are all of them.
        let y = x.column(0).mapv(|x| {
            let sum = truth.iter().enumerate().map(|(power, value)| value * x.powi(power as i32)).sum::<f64>();
            (sum * 1e5).round() / 1e5
        });
        let fit = curve(5).fit(&(&x, &y)).expect("a fit");
        let found = std::iter::once(fit.intercept()).chain(fit.weights().column(0).to_vec());
        for (found, truth) in found.zip(&truth) {
            assert!(digits(found, *truth) >= 11.0, "{name}: {found} for {truth}");
        }
    }
}

#[test]
fn time_stamps_and_targets_far_away_keep_their_digits() {
    // y = sin(i / 3) at Unix seconds; solved in exact fractions from the same f64 values, degree 4.
    let x = Array2::from_shape_fn((20, 1), |(row, _)| 1.7e9 + 60.0 * row as f64);
    let y: Array1<f64> = (0..20).map(|row| (row as f64 / 3.0).sin()).collect();
    let exact = [
        -4.976860487931089e24,
        1.1710212747859966e16,
        -10332498.991894705,
        0.00405194404860369,
        -5.958717217999162e-13,
    ];
    let fit = curve(4).fit(&(&x, &y)).expect("a fit");
    let found = std::iter::once(fit.intercept()).chain(fit.weights().column(0).to_vec());
    for (found, exact) in found.zip(exact) {
        assert!(((found - exact) / exact).abs() < 1e-12, "{found} for {exact}");
    }
    // Between the data and beyond it.
    let ahead = fit.predict(&array![[1.7e9 + 60.0 * 25.5]]).expect("a prediction")[0];
    assert!((ahead - 8.611489597477147).abs() < 1e-12, "{ahead}");
    let score = fit.score(&(&x, &y)).expect("a score");
    assert!((score - fit.training_score()).abs() < 1e-12);
    // Added to every y, 1e9 changes the intercept alone.
    let shifted = curve(4).fit(&(&x, &(&y + 1e9))).expect("a fit");
    let ahead = shifted.predict(&array![[1.7e9 + 60.0 * 25.5]]).expect("a prediction")[0];
    assert!((ahead - 1e9 - 8.611489597477147).abs() < 1e-5, "{ahead}");
}

#[test]
fn weights_intercept_and_targets_are_as_in_every_closed_form() {
    let x = array![[1.0], [2.0], [3.0], [5.0], [8.0]];
    let y = array![1.0, 0.0, 2.0, 7.0, 1.0];
    // Without an intercept, by exact normal equations.
    let fit = curve(3).intercept(false).fit(&(&x, &y)).expect("a fit");
    for (found, exact) in fit.weights().iter().zip([-1.56164734325407, 1.17804634046126, -0.120766862580465]) {
        assert!((found - exact).abs() < 1e-13, "{found} for {exact}");
    }
    assert_eq!((fit.intercept(), fit.coefficients(0).expect("errors").len()), (0.0, 3));
    assert!(fit.predict(&array![[0.0]]).expect("a prediction")[0].abs() < 1e-14);
    // Against the powers themselves: weights, errors, R², several targets and sample weights, one of them 0.
    let both = Array2::from_shape_fn((5, 2), |(row, target)| if target == 0 { y[row] } else { y[row] * y[row] + 1.0 });
    let omega = array![1.0, 2.0, 0.5, 3.0, 1.0];
    for intercept in [true, false] {
        let settings = LinearRegression::closed_form().intercept(intercept).sample_weights(omega.clone());
        let powers = PolynomialFeatures::degree(2).transform_array(&x).expect("powers");
        let plain = settings.clone().fit(&(&powers, &both)).expect("a fit");
        let fit = settings.polynomial(2).fit(&(&x, &both)).expect("a fit");
        assert!((fit.training_score() - plain.training_score()).abs() < 1e-13);
        for target in 0..2 {
            let pairs =
                fit.coefficients(target).expect("errors").into_iter().zip(plain.coefficients(target).expect("errors"));
            for (a, b) in pairs {
                assert!((a.value - b.value).abs() < 1e-12 && (a.standard_error / b.standard_error - 1.0).abs() < 1e-12);
            }
        }
        let gap = fit.predict_raw(&x).expect("predictions") - plain.predict_raw(&powers).expect("predictions");
        assert!(gap.iter().all(|gap| gap.abs() < 1e-12));
    }
    let away = array![[1.0], [2.0], [3.0], [5.0], [8.0], [f64::NAN]];
    let with_absent = curve(2).sample_weights(array![1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    let with_absent = with_absent.fit(&(&away, &array![1.0, 0.0, 2.0, 7.0, 1.0, f64::INFINITY])).expect("a fit");
    assert_eq!(with_absent.weights(), curve(2).fit(&(&x, &y)).expect("a fit").weights());
}

#[test]
fn what_it_cannot_fit_is_refused_with_the_way_out() {
    let refusal = |fit: gradus::Result<FittedPolynomialRegression>| fit.expect_err("no fit").to_string();
    let y = array![1.0, 2.0, 3.0];
    let text = refusal(curve(2).fit(&(array![[1.0, 2.0], [2.0, 3.0], [3.0, 5.0]], &y)));
    assert!(
        text.contains("needs exactly one feature, but there are 2") && text.contains("PolynomialFeatures::degree(2)"),
        "{text}"
    );
    let x = array![[1.0], [2.0], [1.0]];
    let text = refusal(curve(2).fit(&(&x, &y)));
    assert!(text.contains("`x1` has only 2 different values") && text.contains("take degree 1"), "{text}");
    assert!(refusal(curve(usize::MAX).fit(&(&x, &y))).contains("take degree 1"));
    let text = refusal(curve(1).fit(&(&array![[1.0], [1.0], [1.0]], &y)));
    assert!(text.contains("`x1` has a single value") && !text.contains("take degree"), "{text}");
    let text = refusal(curve(1).intercept(false).fit(&(&array![[0.0], [0.0], [0.0]], &y)));
    assert!(text.contains("`x1` is 0 everywhere"), "{text}");
    for far in [array![0.0, 1.0, 2.0, 3.0, 4.0, 9.969_21e36], array![0.0, 1e-40, 1.0]] {
        let values = array![1.0, 2.0, 5.0, 10.0, 17.0, 3.0].slice_move(ndarray::s![..far.len()]);
        let text = refusal(curve(2).fit(&(far.insert_axis(ndarray::Axis(1)), values)));
        assert!(text.contains("`x1`") && text.contains("take a lower degree"), "{text}");
    }
    let note = curve(2).fit(&(&array![[0.0], [1e-10], [1.0]], &y)).expect("a fit").note().to_string();
    assert!(note.contains("predictions, as the values of x are far apart, keep at least 5 of 16 digits"), "{note}");
    assert!(refusal(curve(0).fit(&(&x, &y))).contains("at least 1"));
    let text = refusal(LinearRegression::closed_form().l2(0.1).polynomial(1).fit(&(&x, &y)));
    assert!(text.contains("PolynomialFeatures"), "{text}");
    let text = refusal(LinearRegression::closed_form().solver(Solver::Svd).polynomial(1).fit(&(&x, &y)));
    assert!(text.contains("Svd") && text.contains("PolynomialFeatures"), "{text}");
    let fit = curve(1).fit(&(&x, &y)).expect("a fit");
    let text = fit.predict(&array![[1.0, 1.0]]).expect_err("two columns").to_string();
    assert!(text.contains("`x1`"), "{text}");
    assert!(fit.predict(&array![[f64::NAN]]).is_err());
}

#[test]
fn it_is_saved_shown_and_chosen_by_cross_validation() {
    let data = generators::polynomial(60, &[1.0, -2.0, 0.0, 0.5], 1.0, Seed(5)).expect("data");
    let fit = curve(3).fit(&data).expect("a fit");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("curve.safetensors");
    fit.save(&path).expect("saved");
    let loaded = FittedPolynomialRegression::load(&path).expect("loaded");
    assert_eq!(loaded, fit);
    assert_eq!(loaded.predict(&data).expect("predictions"), fit.predict(&data).expect("predictions"));
    let table = fit.summary();
    assert!(table.title.starts_with("Polynomial of degree 3 in") && table.rows.len() == 4, "{}", table.title);
    assert!(table.rows.iter().all(|row| row.len() == 5));
    let mut scores = vec![];
    for degree in [1, 3] {
        let result = cross_validate(&curve(degree), &data, &KFold::new(5), &[Scoring::RSquared]).expect("scores");
        scores.push(result.mean(Scoring::RSquared).expect("a mean"));
    }
    assert!(scores[1] > scores[0] + 0.05, "{scores:?}");
}

#[test]
fn high_degrees_stay_accurate() {
    // Degree 30 on 200 points: the basis is orthogonal on the data, so that no digit is lost on the way.
    let x = Array2::from_shape_fn((200, 1), |(row, _)| row as f64 / 10.0);
    let y = x.column(0).mapv(|x| (x / 3.0).sin());
    let fit = curve(30).fit(&(&x, &y)).expect("a fit");
    let worst = fit.residuals(&(&x, &y)).expect("residuals").iter().fold(0.0_f64, |worst, r| worst.max(r.abs()));
    assert!(worst < 1e-12, "{worst:.1e}");
}
