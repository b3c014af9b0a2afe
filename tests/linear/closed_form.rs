//! The closed form: its solvers agree, it is the minimum, and it says what it cannot do.

use gradus::ndarray::{Axis, concatenate, s};
use gradus::prelude::*;

/// Numbers that look random, without a generator.
pub fn noise(rows: usize, columns: usize, salt: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let hash = (row * 7919 + column * 104_729 + salt * 15_485_863 + 1).wrapping_mul(2_654_435_761) % 1_000_003;
        hash as f64 / 500_001.5 - 1.0
    })
}

fn example() -> (Array2<f64>, Array1<f64>) {
    let x = noise(345, 6, 0) * array![1.0, 10.0, 0.1, 3.0, 7.0, 1.0] + array![0.0, 5.0, 1.0, -2.0, 0.0, 9.0];
    let y = x.dot(&array![1.0, -2.0, 3.0, 0.5, 0.0, 4.0]) + noise(345, 1, 1).column(0).mapv(|value| value * 0.3) + 7.0;
    (x, y)
}

pub fn close(a: &Array2<f64>, b: &Array2<f64>, tolerance: f64) {
    assert_eq!(a.dim(), b.dim());
    let gap = (a - b).iter().fold(0.0_f64, |gap, value| gap.max(value.abs()));
    assert!(gap <= tolerance, "the largest difference is {gap:.2e}:\n{a}\n{b}");
}

pub const ALL: [Solver; 4] = [Solver::Automatic, Solver::NormalEquations, Solver::Qr, Solver::Svd];

#[test]
fn all_solvers_agree_and_the_gradient_vanishes() {
    let (x, y) = example();
    for intercept in [true, false] {
        for ridge in [0.0, 0.3] {
            let weights = noise(345, 1, 5).column(0).mapv(|value| value + 1.1);
            for weights in [None, Some(weights)] {
                let mut fits = vec![];
                for solver in ALL {
                    let mut closed = LinearRegression::closed_form().solver(solver).intercept(intercept).l2(ridge);
                    if let Some(weights) = &weights {
                        closed = closed.sample_weights(weights.clone());
                    }
                    fits.push(closed.fit(&(&x, &y)).expect("a fit"));
                }
                let omega = weights.clone().unwrap_or_else(|| Array1::ones(345));
                for fit in &fits {
                    let tolerance = if fit.solver() == "normal equations" { 1e-9 } else { 1e-12 };
                    close(fit.weights(), fits[0].weights(), tolerance);
                    let residual = (&y - &fit.predict(&x).expect("predictions")) * &omega;
                    let gradient = x.t().dot(&residual) - fit.weights().column(0).mapv(|w| w * ridge * omega.sum());
                    assert!(gradient.iter().all(|value| value.abs() < 1e-7), "{}: gradient {gradient}", fit.solver());
                    if intercept {
                        assert!(residual.sum().abs() < 1e-9);
                    } else {
                        assert_eq!(fit.intercept(), 0.0);
                    }
                }
            }
        }
    }
}

#[test]
fn several_targets_are_several_fits() {
    let (x, y) = example();
    let two = concatenate![Axis(1), y.view().insert_axis(Axis(1)), noise(345, 1, 9)];
    let both = LinearRegression::closed_form().fit(&(&x, &two)).expect("a fit");
    for target in 0..2 {
        let alone = LinearRegression::closed_form().fit(&(&x, two.column(target))).expect("a fit");
        close(&both.weights().slice(s![.., target..target + 1]).to_owned(), alone.weights(), 1e-12);
    }
    assert_eq!(both.predict_raw(&x).expect("predictions").dim(), (345, 2));
    let error = both.predict(&x).expect_err("two targets").to_string();
    assert!(error.contains("predict_raw"), "{error}");
}

#[test]
fn duplicate_and_constant_columns() {
    let (x, y) = example();
    let twice = concatenate![Axis(1), x, x.slice(s![.., 1..2])];
    let constant = concatenate![Axis(1), x, Array2::from_elem((345, 1), 3.0)];
    for (x, name) in [(&twice, "`x7`"), (&constant, "`x7`")] {
        for solver in [Solver::NormalEquations, Solver::Qr] {
            let error = LinearRegression::closed_form().solver(solver).fit(&(x, &y)).expect_err("singular").to_string();
            assert!(error.contains(name) && error.contains("singular"), "{error}");
        }
        for solver in [Solver::Automatic, Solver::Svd] {
            let fit = LinearRegression::closed_form().solver(solver).fit(&(x, &y)).expect("the smallest weights");
            assert_eq!((fit.rank(), fit.solver()), (6, "SVD"));
            assert!(fit.note().contains(name), "{}", fit.note());
            assert!(fit.coefficients(0).is_err());
            assert!(fit.summary().note.contains("standard errors are not defined"));
        }
    }
    let alone = LinearRegression::closed_form().fit(&(&x, &y)).expect("a fit");
    let shared = LinearRegression::closed_form().fit(&(&twice, &y)).expect("a fit");
    // The smallest weights share a feature's weight evenly among its copies.
    let half = alone.weights()[[1, 0]] / 2.0;
    assert!((shared.weights()[[1, 0]] - half).abs() < 1e-12 && (shared.weights()[[6, 0]] - half).abs() < 1e-12);
    let zero = LinearRegression::closed_form().fit(&(&constant, &y)).expect("a fit");
    assert!(zero.weights()[[6, 0]].abs() < 1e-12);
    // A ridge penalty makes both regular.
    let ridge = LinearRegression::closed_form().l2(0.1).fit(&(&twice, &y)).expect("a fit");
    assert!((ridge.weights()[[1, 0]] - ridge.weights()[[6, 0]]).abs() < 1e-12);
}

#[test]
fn more_features_than_rows_gives_the_smallest_weights() {
    let (x, y) = (noise(8, 20, 3), noise(8, 1, 4).column(0).to_owned());
    for solver in [Solver::Automatic, Solver::Svd] {
        let fit = LinearRegression::closed_form().solver(solver).intercept(false).fit(&(&x, &y)).expect("a fit");
        // The pseudo-inverse's solution: w = Xᵀ(XXᵀ)⁻¹y, found here by least squares on XXᵀ.
        let dual = LinearRegression::closed_form().intercept(false).fit(&(&x.dot(&x.t()), &y)).expect("a fit");
        close(fit.weights(), &x.t().dot(dual.weights()), 1e-10);
        assert!(fit.note().contains("8 examples for 20 features"), "{}", fit.note());
        assert!(fit.residuals(&(&x, &y)).expect("residuals").iter().all(|r| r.abs() < 1e-12));
    }
    let error = LinearRegression::closed_form().solver(Solver::Qr).fit(&(&x, &y)).expect_err("singular");
    assert!(error.to_string().contains("singular"), "{error}");
}

#[test]
fn badly_scaled_and_badly_conditioned_columns_keep_their_digits() {
    // x¹ … x⁸ of 0 … 59, all exact in f64, and an exact relation: normal equations lose all digits, the default none.
    let x = Array2::from_shape_fn((60, 8), |(row, power)| (row as f64).powi(power as i32 + 1));
    let fit = |solver: Solver, y: &Array1<f64>| LinearRegression::closed_form().solver(solver).fit(&(&x, y));
    let y = x.column(0).mapv(|value| 3.0 * value);
    let exact = fit(Solver::Automatic, &y).expect("a fit");
    assert!(exact.condition_number() > 1e5, "κ {}", exact.condition_number());
    assert!((exact.weights()[[0, 0]] - 3.0).abs() < 1e-13, "{}", exact.weights());
    // On [1, 2] the powers are hardly told apart, and their squares not at all.
    let near = Array2::from_shape_fn((60, 12), |(row, power)| (1.0 + row as f64 / 64.0).powi(power as i32 + 1));
    let refused = LinearRegression::closed_form().solver(Solver::NormalEquations).fit(&(&near, &y));
    let refused = refused.expect_err("no digit left").to_string();
    assert!(refused.contains("condition number"), "{refused}");
    // Units of 1e±150 overflow when squared; scaling first avoids it.
    let (x, y) = example();
    let plain = LinearRegression::closed_form().fit(&(&x, &y)).expect("a fit");
    let huge = &x * &array![1e200, 1.0, 1e-200, 1.0, 1.0, 1.0];
    let scaled = LinearRegression::closed_form().fit(&(&huge, &y)).expect("a fit");
    assert!((scaled.weights()[[0, 0]] * 1e200 - plain.weights()[[0, 0]]).abs() < 1e-10);
    assert!((scaled.weights()[[2, 0]] * 1e-200 - plain.weights()[[2, 0]]).abs() < 1e-9);
    // A mean far above the spread, as years have.
    let shifted = LinearRegression::closed_form().fit(&(&x + 1e7, &y)).expect("a fit");
    close(shifted.weights(), plain.weights(), 1e-7);
}

#[test]
fn bad_examples_are_refused_with_their_place() {
    let (x, y) = example();
    let refuse = |x: &Array2<f64>, y: &Array1<f64>, words: &[&str]| {
        for solver in ALL {
            let fit = LinearRegression::closed_form().solver(solver).fit(&(x, y));
            let error = fit.expect_err("bad examples").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    };
    for (value, word) in [(f64::NAN, "missing"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
        let mut broken = x.clone();
        broken[[17, 2]] = value;
        refuse(&broken, &y, &["`x3`", "row 17", word]);
        let mut broken = y.clone();
        broken[3] = value;
        refuse(&x, &broken, &["`y`", "row 3", word]);
    }
    refuse(&x, &y.slice(s![..300]).to_owned(), &["345", "300"]);
    refuse(&Array2::zeros((0, 3)), &Array1::zeros(0), &["at least one row"]);
    refuse(&Array2::zeros((3, 0)), &Array1::zeros(3), &["one column"]);

    let fit = LinearRegression::closed_form();
    let error = |closed: ClosedForm| closed.fit(&(&x, &y)).expect_err("a bad parameter").to_string();
    assert!(error(fit.clone().l2(-1.0)).contains("λ = -1"));
    assert!(error(fit.clone().l2(f64::NAN)).contains("λ = NaN"));
    assert!(error(fit.clone().sample_weights(Array1::ones(3))).contains("345"));
    assert!(error(fit.clone().sample_weights(Array1::from_elem(345, -1.0))).contains("row 0"));
    assert!(error(fit.clone().sample_weights(Array1::zeros(345))).contains("all sample weights are 0"));

    let fitted = fit.fit(&(&x, &y)).expect("a fit");
    let error = fitted.predict(&noise(3, 5, 0)).expect_err("five columns").to_string();
    assert!(error.contains('6') && error.contains("[3, 5]"), "{error}");
    assert!(fitted.weight("area").expect_err("no such name").to_string().contains("`x1`"));
}

#[test]
fn a_data_set_must_have_the_columns_of_the_fit() {
    let column = |name: &str| Column::number(name);
    let (x, y) = (noise(20, 2, 0), noise(20, 1, 1));
    let data = |names: [&str; 2]| {
        Dataset::new("d", names.map(column).to_vec(), x.clone(), vec![column("price")], y.clone()).expect("a data set")
    };
    let fit = LinearRegression::closed_form().fit(&data(["rooms", "age"])).expect("a fit");
    let error = fit.predict(&data(["age", "rooms"])).expect_err("swapped").to_string();
    assert!(error.contains("`age`") && error.contains("`rooms`"), "{error}");
    let text = Column::category("ocean", vec!["far".into(), "near".into()]);
    let data = Dataset::new("d", vec![text], Array2::zeros((20, 1)), vec![column("price")], y.clone()).expect("data");
    let error = LinearRegression::closed_form().fit(&data).expect_err("text").to_string();
    assert!(error.contains("`ocean`") && error.contains("OneHotEncoder"), "{error}");
}

#[test]
fn the_same_digits_in_every_layout_and_in_every_run() {
    let (x, y) = example();
    let fit = LinearRegression::closed_form().fit(&(&x, &y)).expect("a fit");
    let mut columns = Array2::zeros((6, 345));
    columns.assign(&x.t());
    let transposed = LinearRegression::closed_form().fit(&(columns.t(), y.view())).expect("a fit");
    close(fit.weights(), transposed.weights(), 1e-13);
    assert_eq!(LinearRegression::closed_form().fit(&(&x, &y)).expect("a fit"), fit);
}

#[test]
fn a_constant_target_has_an_r_squared() -> Result<()> {
    let x = array![[1.0, 3.0], [2.0, 1.0], [4.0, 1.0], [3.0, 5.0], [5.0, 5.0]];
    for intercept in [true, false] {
        for constant in [0.1, 1e15 + 1.0, -7.0] {
            let fit =
                LinearRegression::closed_form().intercept(intercept).fit(&(&x, &Array1::from_elem(5, constant)))?;
            let score = fit.training_score();
            assert!((0.0..=1.0).contains(&score), "{constant}: {score}");
            let note = fit.summary().note;
            assert!(!note.contains("inf") && !note.contains("NaN") && !note.contains("-"), "{constant}: {note}");
        }
        // Of two targets the constant one does not spoil the mean.
        let y = array![[0.1, 1.0], [0.1, 2.0], [0.1, 4.0], [0.1, 4.0], [0.1, 6.0]];
        let fit = LinearRegression::closed_form().intercept(intercept).fit(&(&x, &y))?;
        assert!((0.0..=1.0).contains(&fit.training_score()), "{}", fit.training_score());
    }
    Ok(())
}

#[test]
fn a_far_origin_costs_the_score_no_digits() -> Result<()> {
    // y = 10¹⁵ + {0, 1, 2} against a feature that says nothing of it: R² = 0.
    let x = array![[1.0], [-2.0], [1.0]];
    let fit = LinearRegression::closed_form().fit(&(&x, &array![1e15, 1e15 + 1.0, 1e15 + 2.0]))?;
    let far = (fit.training_score(), fit.score(&(&x, &array![1e15, 1e15 + 1.0, 1e15 + 2.0]))?);
    assert!(far.0.abs() < 0.1 && far.1.abs() < 0.1, "{far:?}");
    Ok(())
}
