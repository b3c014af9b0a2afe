//! Logistic and softmax regression by gradient descent: the lecture's formulas, scikit-learn's minima, their failures.

use gradus::error::Error;
use gradus::linear::CrossEntropy;
use gradus::ndarray::{Axis, s};
use gradus::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../goldens/cross_entropy_minima.json")).unwrap()
}

fn vector(value: &Value) -> Array1<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Array1<f64>> = value.as_array().unwrap().iter().map(vector).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

/// Overlapping clouds of 60 examples with three features, of `two` or `three` classes.
fn examples(of: &str) -> (Array2<f64>, Array1<f64>) {
    let set = &golden()["sets"][of];
    (matrix(&set["x"]), vector(&set["y"]))
}

fn descent_of(of: &str) -> GradientDescent<CrossEntropy> {
    if of == "two" { LogisticRegression::gradient_descent() } else { SoftmaxRegression::gradient_descent() }
}

fn farthest<'a>(a: impl IntoIterator<Item = &'a f64>, b: impl IntoIterator<Item = &'a f64>) -> f64 {
    a.into_iter().zip(b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

#[test]
fn the_first_step_of_logistic_regression_by_hand() {
    // W = 0, b = 0, so that ŷ = ½ everywhere: J = ln 2, dJ/dW = (½·0 + ½·1 − ½·3)/3 = −1/3, dJ/db = (½ + ½ − ½)/3 =
    // 1/6. With α = 0.6 the step goes to W = 0.2, b = −0.1, where z = −0.1, 0.1 and 0.5.
    let data = (array![[0.0], [1.0], [3.0]], array![0.0, 0.0, 1.0]);
    let fit = LogisticRegression::gradient_descent().learning_rate(0.6).epochs(1).fit(&data).unwrap();
    assert!((fit.weight("x1").unwrap() - 0.2).abs() < 1e-13 && (fit.intercept() + 0.1).abs() < 1e-13);
    let history = fit.history();
    assert_eq!(history.cost_name(), "binary cross-entropy");
    assert_eq!(history.parameter_names(), ["w[x1]", "b"]);
    assert!((history.costs()[0] - 2.0_f64.ln()).abs() < 1e-13);
    assert!((history.gradient_norms()[0] - (1.0_f64 / 9.0 + 1.0 / 36.0).sqrt()).abs() < 1e-13);
    let next = [(-0.1_f64).exp(), 0.1_f64.exp(), (-0.5_f64).exp()].map(|e| (1.0 + e).ln()).iter().sum::<f64>() / 3.0;
    assert!((history.costs()[1] - next).abs() < 1e-13, "{} {next}", history.costs()[1]);
}

#[test]
fn the_first_step_of_softmax_regression_by_hand() {
    // ŷ = ⅓ everywhere: J = ln 3, dJ/dw of class c = (Σx/3 − x of that class)/3, dJ/db = 0; Σx = 7, α = 0.9.
    let data = (array![[1.0], [2.0], [4.0]], array![0.0, 1.0, 2.0]);
    let fit = SoftmaxRegression::gradient_descent().learning_rate(0.9).epochs(1).fit(&data).unwrap();
    assert!(farthest(fit.weights(), &[-0.4, -0.1, 0.5]) < 1e-13, "{}", fit.weights());
    assert!(farthest(fit.intercepts(), &[0.0; 3]) < 1e-13);
    assert!((fit.history().costs()[0] - 3.0_f64.ln()).abs() < 1e-13);
    assert_eq!(fit.history().cost_name(), "categorical cross-entropy");
    assert_eq!(fit.history().parameter_names()[..2], ["w[x1 → 0]", "w[x1 → 1]"]);
}

#[test]
fn the_gradient_is_the_slope_of_the_cost() {
    for of in ["two", "three"] {
        let (x, y) = examples(of);
        let weights = Array1::from_shape_fn(60, |row| (row % 4) as f64);
        let k = if of == "two" { 1 } else { 3 };
        let (w, b) = (
            Array2::from_shape_fn((3, k), |(row, class)| ((row * 5 + class * 3) % 7) as f64 / 4.0 - 0.7),
            Array1::from_shape_fn(k, |class| 0.4 - 0.3 * class as f64),
        );
        let rate = 1e-2;
        let step = |w: &Array2<f64>, b: &Array1<f64>| {
            let descent = descent_of(of).start_targets(w.clone(), b.clone()).epochs(1).learning_rate(rate);
            let given = ClassWeights::Given(vec![("1".into(), 2.5)]);
            let descent = descent.l2(0.3).sample_weights(weights.clone()).class_weights(given).keep_diverged();
            descent.fit(&(&x, &y)).unwrap()
        };
        let cost = |w: &Array2<f64>, b: &Array1<f64>| step(w, b).history().costs()[0];
        let slope = |f: &dyn Fn(f64) -> f64| {
            let h = 1e-3;
            (f(-2.0 * h) - 8.0 * f(-h) + 8.0 * f(h) - f(2.0 * h)) / (12.0 * h)
        };
        let after = step(&w, &b);
        for ((row, class), from) in w.indexed_iter() {
            let expected = slope(&|h| {
                let mut w = w.clone();
                w[[row, class]] += h;
                cost(&w, &b)
            });
            let found = (from - after.weights()[[row, class]]) / rate;
            assert!((found - expected).abs() < 1e-9, "{of}, dJ/dW[{row}, {class}]: {found} {expected}");
        }
        for class in 0..k {
            let expected = slope(&|h| {
                let mut b = b.clone();
                b[class] += h;
                cost(&w, &b)
            });
            let found = (b[class] - after.intercepts()[class]) / rate;
            assert!((found - expected).abs() < 1e-9, "{of}, dJ/db[{class}]: {found} {expected}");
        }
    }
}

#[test]
fn the_minima_are_scikit_learns() {
    let golden = golden();
    let sample_weights = vector(&golden["sample_weights"]);
    for minimum in golden["minima"].as_array().unwrap() {
        let (name, of) = (minimum["name"].as_str().unwrap(), minimum["of"].as_str().unwrap());
        let (x, y) = examples(of);
        let weighted = minimum["weighted"] == true;
        // Σω: class weights that balance leave it as it is; the given ones count class 0 four times.
        let total = match (weighted, name) {
            (true, _) => sample_weights.sum(),
            (_, "given") => y.fold(0.0, |sum, label| sum + if *label == 0.0 { 4.0 } else { 1.0 }),
            _ => 60.0,
        };
        let c_total = minimum["C"].as_f64().unwrap() * total;
        let mut descent = descent_of(of).epochs(100_000).tolerance(1e-11).intercept(name != "no intercept");
        descent = if name == "l1" { descent.l1(1.0 / c_total) } else { descent.l2(0.5 / c_total) };
        if weighted {
            descent = descent.sample_weights(sample_weights.clone());
        }
        descent = match name {
            "given" => descent.class_weights(ClassWeights::Given(vec![("0".into(), 4.0)])),
            _ if name.contains("balanced") => descent.class_weights(ClassWeights::Balanced),
            _ => descent,
        };
        let rate = 0.99 * descent.largest_safe_rate(&(&x, &y)).unwrap();
        let fit = descent.learning_rate(rate).fit(&(&x, &y)).unwrap();
        assert!(fit.converged(), "{of}, {name}: {}", fit.history().gradient_norms().last().unwrap());
        let weights = matrix(&minimum["weights"]);
        assert!(farthest(fit.weights(), &weights) < 1e-6, "{of}, {name}: {} {weights}", fit.weights());
        assert_eq!(weights.mapv(|w| w == 0.0), fit.weights().mapv(|w| w == 0.0), "{of}, {name}: which weights are 0");
        let probabilities = vector(&minimum["first_probabilities"]);
        let found = fit.predict_proba(&x).unwrap();
        assert!(farthest(found.row(0), &probabilities) < 1e-6, "{of}, {name}");
        // Below the safe rate the cost falls at every step.
        assert!(fit.history().epoch_costs().windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-12)), "{of}, {name}");
    }
}

#[test]
fn small_batches_come_near_the_minimum_and_every_run_repeats_itself() {
    for of in ["two", "three"] {
        let data = examples(of);
        let descent = descent_of(of).l2(0.02).seed(Seed(5));
        let exact = descent.clone().learning_rate(1.0).epochs(3000).fit(&data).unwrap();
        for (batch, rate) in [(Batch::Mini(16), 0.05), (Batch::Stochastic, 0.005), (Batch::Mini(1000), 0.5)] {
            let descent = descent.clone().batch(batch).learning_rate(rate).epochs(400);
            let fit = descent.fit(&data).unwrap();
            let gap = farthest(fit.weights(), exact.weights());
            assert!(gap < 0.03, "{of}, {batch:?}: {gap}");
            assert_eq!(fit, descent.fit(&data).unwrap(), "the same seed, the same run");
            let mut halves = descent.clone().epochs(200).fit(&data).unwrap();
            halves.train(&data, 200).unwrap();
            assert_eq!((halves.weights(), halves.history()), (fit.weights(), fit.history()), "{of}, {batch:?}");
            if batch == Batch::Stochastic {
                let other = descent.seed(Seed(6)).fit(&data).unwrap();
                assert_ne!(other.weights(), fit.weights());
                assert_eq!(fit.steps(), 24_000);
            }
        }
    }
}

#[test]
fn two_classes_are_the_same_to_both() {
    // Softmax has W/2 and −W/2 for logistic regression's W, and so half its ‖W‖².
    let data = examples("two");
    let logistic = LogisticRegression::gradient_descent().l2(0.01).learning_rate(1.0).epochs(5000);
    let softmax = SoftmaxRegression::gradient_descent().l2(0.02).learning_rate(0.5).epochs(5000);
    let (logistic, softmax) = (logistic.fit(&data).unwrap(), softmax.fit(&data).unwrap());
    let two = softmax.weights();
    let difference = &two.column(1) - &two.column(0);
    assert!(farthest(&difference, logistic.weights()) < 1e-12, "{difference} {}", logistic.weights());
    let (a, b) = (logistic.predict_proba(&data.0).unwrap(), softmax.predict_proba(&data.0).unwrap());
    assert!(farthest(&a, &b) < 1e-12);
}

#[test]
fn learning_online_in_parts_is_learning_at_once() {
    for (of, names) in [("two", &["no", "yes"][..]), ("three", &["a", "b", "c"])] {
        let (x, y) = examples(of);
        for (batch, part) in [(Batch::Stochastic, 7), (Batch::Mini(10), 20)] {
            let start = descent_of(of).batch(batch).online(3, names).unwrap();
            let (mut once, mut parts) = (start.clone(), start);
            once.partial_fit(&(&x, &y)).unwrap();
            for (x, y) in x.axis_chunks_iter(Axis(0), part).zip(y.axis_chunks_iter(Axis(0), part)) {
                // The labels are sorted, so that most parts show one class alone.
                parts.partial_fit(&(x, y)).unwrap();
            }
            assert_eq!(once, parts, "{of}, {batch:?}");
            assert_eq!(once.classes(), names);
            assert!(once.history().costs().len() == once.steps() && once.steps() > 5);
        }
    }
    // By hand: one example after the other.
    let (x, y) = examples("two");
    let mut online = LogisticRegression::gradient_descent().batch(Batch::Stochastic).online(3, &["no", "yes"]).unwrap();
    online.partial_fit(&(&x, &y)).unwrap();
    let (mut w, mut b) = (Array1::<f64>::zeros(3), 0.0);
    for (x, y) in x.rows().into_iter().zip(&y) {
        let error = 1.0 / (1.0 + (-(w.dot(&x) + b)).exp()) - y;
        w.scaled_add(-0.1 * error, &x);
        b -= 0.1 * error;
    }
    assert!(farthest(online.weights(), &w) < 1e-13 && (online.intercept() - b).abs() < 1e-13);
    // A class that counts double is a class whose steps are twice as long.
    let given = ClassWeights::Given(vec![("yes".into(), 2.0)]);
    let mut double = LogisticRegression::gradient_descent().class_weights(given).online(3, &["no", "yes"]).unwrap();
    double.partial_fit(&(x.slice(s![59.., ..]), y.slice(s![59..]))).unwrap();
    let step = x.row(59).mapv(|x| 0.1 * 2.0 * 0.5 * x);
    assert!(y[59] == 1.0 && farthest(double.weights(), &step) < 1e-13);
}

#[test]
fn a_rate_that_is_too_large_is_an_error_that_names_a_safe_one() {
    let data = examples("two");
    let descent = LogisticRegression::gradient_descent();
    let safe = descent.largest_safe_rate(&data).unwrap();
    // ¼ λmax by the power method.
    let ones = Array2::ones((60, 1));
    let x = gradus::ndarray::concatenate(Axis(1), &[ones.view(), data.0.view()]).unwrap();
    let mut v = Array1::<f64>::ones(4);
    for _ in 0..2000 {
        v = x.t().dot(&x.dot(&v));
        v /= v.dot(&v).sqrt();
    }
    let most = x.dot(&v).mapv(|value| value * value).sum() / 60.0;
    assert!((safe - 8.0 / most).abs() < 1e-9 * safe);
    let softmax = SoftmaxRegression::gradient_descent().largest_safe_rate(&data).unwrap();
    assert!((softmax - 4.0 / most).abs() < 1e-9 * safe);
    // The cost swings. After 59 steps of length 15 it is 0.47, by chance below its start, ln 2.
    for (rate, epochs) in [(15.0, 59), (15.0, 60), (15.0, 2000), (300.0, 10), (300.0, 60)] {
        let error = descent.clone().learning_rate(rate).epochs(epochs).fit(&data).unwrap_err();
        let Error::Diverged(details) = &error else { panic!("{error}") };
        assert!((details.largest_safe_rate - safe).abs() < 1e-12 && !details.exact && details.last_cost > 2.0_f64.ln());
        assert!(error.to_string().contains("a bound on the Hessian"), "{error}");
    }
    // Smaller swings stay below the start; they are no error, but said.
    let restless = descent.clone().learning_rate(8.0).fit(&data).unwrap();
    assert!(!restless.diverged() && restless.notes()[0].starts_with("the cost rose in"), "{:?}", restless.notes());
    let large = descent.clone().learning_rate(300.0);
    let kept = large.keep_diverged().epochs(40).fit(&data).unwrap();
    assert!(kept.diverged() && kept.notes()[0].starts_with("the cost rose in"), "{:?}", kept.notes());
    let costs = kept.history().costs();
    assert!(costs[40] < costs[..40].iter().fold(0.0, |most, cost| f64::max(most, *cost)), "it does not explode");
    let error = descent.learning_rate(1e300).batch(Batch::Stochastic).fit(&data).unwrap_err();
    assert!(matches!(error, Error::Diverged(_)), "{error}");
}

#[test]
fn separable_classes_rare_ones_and_unseen_ones_are_said() {
    let (x, y) = (array![[-2.0], [-1.0], [1.0], [3.0]], array![0.0, 0.0, 1.0, 1.0]);
    for descent in [LogisticRegression::gradient_descent(), SoftmaxRegression::gradient_descent()] {
        let mut fit = descent.clone().learning_rate(1.0).fit(&(&x, &y)).unwrap();
        assert!(fit.notes().len() == 1 && fit.notes()[0].contains("separable"), "{:?}", fit.notes());
        assert!(fit.in_cell().plain().contains("separable"));
        let before = (fit.weights()[[0, fit.weights().ncols() - 1]], *fit.history().epoch_costs().last().unwrap());
        fit.train(&(&x, &y), 10_000).unwrap();
        assert!(fit.weights()[[0, fit.weights().ncols() - 1]] > before.0 + 1.0);
        assert!(*fit.history().epoch_costs().last().unwrap() < 0.1 * before.1);
        let held = descent.l2(0.1).learning_rate(1.0).fit(&(&x, &y)).unwrap();
        assert!(held.notes().is_empty(), "{:?}", held.notes());
    }
    let columns = vec![Column::number("size")];
    let kinds = ["small", "large", "never"].map(String::from).to_vec();
    let features = Array2::from_shape_fn((50, 1), |(row, _)| (row % 7) as f64);
    let labels = Array2::from_shape_fn((50, 1), |(row, _)| f64::from(row >= 48));
    let data = Dataset::new("rare", columns, features, vec![Column::category("kind", kinds)], labels).unwrap();
    let fit = LogisticRegression::gradient_descent().fit(&data).unwrap();
    assert_eq!(fit.classes(), ["small", "large"]);
    assert!(fit.notes()[0].contains("`never`"), "{:?}", fit.notes());
    assert!(
        fit.notes()[1].starts_with("`large` has 2 of 50 examples; predicting `small`")
            && fit.notes()[1].contains("96 %")
    );
    let balanced = LogisticRegression::gradient_descent().class_weights(ClassWeights::Balanced).fit(&data).unwrap();
    assert_eq!(balanced.notes().len(), 1, "{:?}", balanced.notes());
    let (mut online, part) = (balanced, data.select_rows(&[0]).unwrap());
    let error = online.partial_fit(&part).unwrap_err().to_string();
    assert!(error.contains("balanced class weights need all examples"), "{error}");
}

#[test]
fn what_cannot_be_learned_is_named() {
    let (x, y) = (array![[0.0], [1.0], [2.0]], array![0.0, 1.0, 2.0]);
    let refused = |x: &Array2<f64>, y: &Array1<f64>| {
        LogisticRegression::gradient_descent().fit(&(x, y)).expect_err("bad examples").to_string()
    };
    assert!(refused(&x, &y).contains("3 classes, `0`, `1`, `2`: logistic regression takes two"));
    assert!(refused(&x, &array![1.0, 1.0, 1.0]).contains("one class only, `1`"));
    assert!(refused(&x, &array![0.0, 0.5, 1.0]).contains("row 1 holds 0.5"));
    assert!(refused(&x, &array![0.0, f64::NAN, 1.0]).contains("row 1 has no class"));
    assert!(refused(&x, &array![0.0, 1.0]).contains("3 rows"));
    assert!(refused(&array![[0.0], [f64::NAN], [1.0]], &array![0.0, 1.0, 1.0]).contains("`x1`, row 1 is missing"));

    let refused = |descent: GradientDescent<CrossEntropy>| {
        descent.fit(&(&x, &array![0.0, 1.0, 1.0])).expect_err("a bad parameter").to_string()
    };
    let descent = LogisticRegression::gradient_descent;
    let given = |name: &str, weight: f64| descent().class_weights(ClassWeights::Given(vec![(name.into(), weight)]));
    assert!(refused(given("7", 1.0)).contains("no class `7`, only `0`, `1`"));
    assert!(refused(given("1", -1.0)).starts_with("class weight = -1"));
    assert!(refused(descent().l1(-1.0)).starts_with("L1 penalty λ = -1"));
    assert!(refused(descent().epochs(0)).starts_with("epochs = 0"));
    assert!(refused(descent().sample_weights(array![1.0])).starts_with("sample weights"));
    assert!(refused(descent().start(array![1.0, 2.0], 0.0)).contains("[2, 1]"));

    let message = |result: Result<FittedGradientDescent<LinearClassifier>>| result.expect_err("no start").to_string();
    assert!(message(descent().online(1, &["one"])).contains("at least two"));
    assert!(message(descent().online(1, &["a", "a"])).contains("`a` is named twice"));
    assert!(message(descent().online(1, &["a", "b", "c"])).contains("SoftmaxRegression"));
    assert!(message(descent().class_weights(ClassWeights::Balanced).online(1, &["a", "b"])).contains("balanced"));

    let mut online = descent().online(1, &["a", "b"]).unwrap();
    online.partial_fit(&(array![[1.0]], array![1.0])).unwrap();
    let before = online.clone();
    let mut part = |x: Array2<f64>, y: Array1<f64>| online.partial_fit(&(x, y)).expect_err("bad examples").to_string();
    assert!(
        part(array![[1.0], [2.0]], array![0.0, 2.0])
            .contains("row 1 holds class 2, which the classifier does not know")
    );
    assert!(part(array![[1.0, 2.0]], array![0.0]).contains("1 features"));
    assert!(part(array![[f64::INFINITY]], array![0.0]).contains("`x1`, row 0"));
    assert_eq!(online, before);
    let kinds = ["b", "a"].map(String::from).to_vec();
    let column = vec![Column::category("kind", kinds)];
    let other = Dataset::new("o", vec![Column::number("x")], array![[1.0]], column, array![[0.0]]).unwrap();
    assert!(
        online.partial_fit(&other).expect_err("other categories").to_string().contains("`kind`: has the categories")
    );
}

#[test]
fn labels_of_any_numbers_come_back() {
    let (x, y) = examples("three");
    let labels = y.mapv(|class| 10.0 * class - 3.0);
    let plain = SoftmaxRegression::gradient_descent().fit(&(&x, &y)).unwrap();
    let other = SoftmaxRegression::gradient_descent().fit(&(&x, &labels)).unwrap();
    assert_eq!(other.classes(), ["-3", "7", "17"]);
    assert_eq!(other.weights(), plain.weights());
    assert_eq!(other.predict(&x).unwrap(), plain.predict(&x).unwrap().mapv(|class| 10.0 * class - 3.0));
    assert!(other.score(&(&x, &labels)).unwrap() > 0.5);
    // Written down and read again, it says the same.
    let text = serde_json::to_string(&other).unwrap();
    let read: FittedGradientDescent<LinearClassifier> = serde_json::from_str(&text).unwrap();
    assert!(
        read.steps() == 100 && farthest(&read.predict_proba(&x).unwrap(), &other.predict_proba(&x).unwrap()) < 1e-12
    );
}

#[test]
fn the_lasso_by_proximal_steps_is_the_closed_form_where_features_are_orthogonal() {
    // For XᵀX/m = I the lasso shrinks each weight of least squares by λ₁ toward 0.
    let x = array![[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
    let y = x.dot(&array![2.0, -0.3]) + 5.0;
    let fit = LinearRegression::gradient_descent().l1(0.5).learning_rate(0.5).epochs(500).tolerance(1e-14);
    let fit = fit.fit(&(&x, &y)).unwrap();
    assert!(fit.converged() && (fit.weights()[[0, 0]] - 1.5).abs() < 1e-13 && (fit.intercept() - 5.0).abs() < 1e-13);
    assert_eq!(fit.weights()[[1, 0]], 0.0);
}

#[test]
fn more_epochs_of_small_batches_at_the_bottom_are_no_divergence() {
    let x = Array2::from_shape_fn((40, 1), |(row, _)| (row % 5) as f64 - 2.0);
    let y = Array1::from_shape_fn(40, |row| x[[row, 0]] + ((row * 7) % 3) as f64);
    let descent = LinearRegression::gradient_descent().learning_rate(0.1).batch(Batch::Stochastic);
    let mut fit = descent.fit(&(&x, &y)).unwrap();
    for _ in 0..50 {
        fit.train(&(&x, &y), 1).unwrap();
    }
    assert_eq!(fit.epochs(), 150);
}

#[test]
fn a_classifier_that_starts_at_its_maximum_stays_there() {
    for of in ["two", "three"] {
        let data = examples(of);
        let (weights, intercepts) = if of == "two" {
            let exact = LogisticRegression::maximum_likelihood().tolerance(1e-12).fit(&data).unwrap();
            (exact.weights().clone(), exact.intercepts().clone())
        } else {
            let exact = SoftmaxRegression::maximum_likelihood().tolerance(1e-12).fit(&data).unwrap();
            (exact.weights().clone(), exact.intercepts().clone())
        };
        let start = descent_of(of).start_targets(weights.clone(), intercepts);
        let rate = start.largest_safe_rate(&data).unwrap();
        for (batch, share) in
            [(Batch::Full, 0.99), (Batch::Full, 0.1), (Batch::Mini(16), 0.02), (Batch::Stochastic, 0.005)]
        {
            for epochs in [1, 10, 200] {
                let fit = start.clone().batch(batch).learning_rate(share * rate).epochs(epochs).fit(&data).unwrap();
                let gap = farthest(fit.weights(), &weights);
                assert!(gap < if batch == Batch::Full { 1e-8 } else { 0.5 }, "{of}, {batch:?}: {gap:e}");
            }
        }
    }
}
