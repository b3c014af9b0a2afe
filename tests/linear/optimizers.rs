//! Gradient descent with any optimizer: against Keras' weights step by step (`tests/goldens/linear_optimizers.py` made
//! them), against exact solutions, and its memory through breaks and files.

use gradus::ndarray::Axis;
use gradus::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../goldens/linear_optimizers.json")).unwrap()
}

fn numbers(value: &Value) -> Array1<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn features(golden: &Value) -> Array2<f64> {
    let rows: Vec<Array1<f64>> = golden["x"].as_array().unwrap().iter().map(numbers).collect();
    Array2::from_shape_fn((rows.len(), 3), |(row, column)| rows[row][column])
}

/// Keras' weights and biases after each step against the parameters along a history.
#[track_caller]
fn same_path(history: &History, path: &Value, what: &str) {
    let path = path.as_array().unwrap();
    assert_eq!(history.parameters().nrows(), path.len() + 1, "{what}");
    for (step, theirs) in path.iter().enumerate() {
        let theirs = numbers(&theirs[0]).into_iter().chain(numbers(&theirs[1]));
        for (ours, theirs) in history.parameters().row(step + 1).iter().zip(theirs) {
            assert!((ours - theirs).abs() < 1e-12, "{what}, step {}: {ours} against {theirs}", step + 1);
        }
    }
}

#[test]
fn linear_regression_steps_as_keras() {
    let golden = golden();
    let data = (features(&golden), numbers(&golden["numbers"]));
    let optimizers: [(&str, AnyOptimizer, Option<Clip>); 6] = [
        ("adam", Adam::new(0.1).into(), None),
        ("nesterov", Nesterov::new(0.02, 0.9).into(), None),
        ("rmsprop-centered", RmsProp::new(0.05).centered().into(), None),
        ("adagrad-clipped-by-value", Adagrad::new(0.3).into(), Some(Clip::Value(0.5))),
        ("momentum-clipped-by-norm", Momentum::new(0.1, 0.5).into(), Some(Clip::Norm(0.7))),
        ("sgd-clipped-by-global-norm", Sgd::new(0.1).into(), Some(Clip::GlobalNorm(0.7))),
    ];
    assert_eq!(optimizers.len(), golden["linear"].as_object().unwrap().len());
    for (name, optimizer, clip) in optimizers {
        let descent = LinearRegression::gradient_descent().cost(SquaredError::Mean).optimizer(optimizer).epochs(25);
        let descent = clip.map_or(descent.clone(), |clip| descent.clone().clip(clip));
        same_path(descent.fit(&data).unwrap().history(), &golden["linear"][name], name);
    }
}

#[test]
fn classifiers_step_as_keras() {
    let golden = golden();
    let (x, two, three) = (features(&golden), numbers(&golden["two"]), numbers(&golden["three"]));
    let logistic: [(&str, AnyOptimizer); 2] = [("adam", Adam::new(0.1).into()), ("nadam", Nadam::new(0.1).into())];
    for (name, optimizer) in logistic {
        let descent = LogisticRegression::gradient_descent().optimizer(optimizer).epochs(25).fit(&(&x, &two)).unwrap();
        same_path(descent.history(), &golden["logistic"][name], name);
    }
    let softmax: [(&str, AnyOptimizer); 2] = [("adam", Adam::new(0.1).into()), ("adamax", Adamax::new(0.1).into())];
    for (name, optimizer) in softmax {
        let descent = SoftmaxRegression::gradient_descent().optimizer(optimizer).epochs(25).fit(&(&x, &three)).unwrap();
        same_path(descent.history(), &golden["softmax"][name], name);
    }
}

fn all() -> Vec<AnyOptimizer> {
    let fading = |rate: f64| CosineAnnealing::new(rate, 3000);
    vec![
        Sgd::new(0.3).into(),
        Momentum::new(0.1, 0.9).into(),
        AveragedMomentum::new(0.3, 0.9).into(),
        Nesterov::new(0.1, 0.9).into(),
        Adagrad::new(0.5).into(),
        Adadelta::new(fading(1.0)).into(),
        // Their steps are about as long as the rate, so that it must fade for the last digits.
        RmsProp::new(fading(0.05)).into(),
        RmsProp::new(fading(0.02)).momentum(0.5).centered().into(),
        Adam::new(fading(0.1)).into(),
        AdamW::new(fading(0.1)).weight_decay(0.0).into(),
        Adamax::new(fading(0.1)).into(),
        Nadam::new(fading(0.1)).into(),
        AmsGrad::new(fading(0.1)).into(),
    ]
}

#[test]
fn each_optimizer_may_start_at_the_solution() {
    let (x, _) = wavy();
    let y = x.dot(&array![0.1, -0.7, 0.9]) + 0.3;
    for optimizer in all() {
        for batch in [Batch::Full, Batch::Mini(16)] {
            let descent = LinearRegression::gradient_descent().batch(batch).start(array![0.1, -0.7, 0.9], 0.3);
            for epochs in [1, 10, 100, 3000] {
                let fit = descent.clone().optimizer(optimizer.clone()).epochs(epochs).fit(&(&x, &y));
                let fit = fit.unwrap_or_else(|error| panic!("{optimizer:?}, {batch:?}: {error}"));
                // An optimizer whose steps do not shrink with the gradient leaves the place for a while.
                assert!(fit.score(&(&x, &y)).unwrap() > 0.5, "{optimizer:?}, {batch:?}, {epochs}");
            }
        }
    }
}

/// 50 examples of 3 features with means of about 0 and two targets that are not linear in them.
fn wavy() -> (Array2<f64>, Array2<f64>) {
    let x = Array2::from_shape_fn((50, 3), |(row, column)| (1.7 * (row * 3 + column) as f64 + 0.4).sin());
    let y = Array2::from_shape_fn((50, 2), |(row, column)| {
        x[[row, column]] - 0.5 * x[[row, 2]] + (0.9 * row as f64 + column as f64).cos() + 0.7
    });
    (x, y)
}

#[test]
fn each_optimizer_reaches_the_closed_form() {
    let (x, y) = wavy();
    let exact = LinearRegression::closed_form().l2(0.05).fit(&(&x, &y)).unwrap();
    for optimizer in all() {
        let descent = LinearRegression::gradient_descent().cost(SquaredError::Mean).l2(0.05).epochs(3000);
        let fit = descent.optimizer(optimizer.clone()).fit(&(&x, &y)).unwrap();
        let gaps = (exact.weights() - fit.weights()).into_iter().chain(exact.intercepts() - fit.intercepts());
        let gap = gaps.fold(0.0_f64, |gap, value| gap.max(value.abs()));
        assert!(gap < 1e-4, "{optimizer:?}: {gap:e}");
        assert!(fit.notes().is_empty() && !fit.diverged());
    }
}

#[test]
fn each_optimizer_reaches_the_maximum_of_the_likelihood() {
    let (x, y) = wavy();
    let classes = y.column(0).mapv(|value| f64::from(value > 0.7));
    let exact = LogisticRegression::maximum_likelihood().l2(0.05).fit(&(&x, &classes)).unwrap();
    for optimizer in all() {
        let descent = LogisticRegression::gradient_descent().l2(0.05).epochs(3000).optimizer(optimizer.clone());
        let fit = descent.fit(&(&x, &classes)).unwrap();
        let gap = (exact.weights() - fit.weights()).fold(0.0_f64, |gap, value| gap.max(value.abs()));
        assert!(gap < 1e-3, "{optimizer:?}: {gap:e}");
    }
}

#[test]
fn a_descent_remembers_through_breaks_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let (x, y) = wavy();
    for optimizer in all() {
        let descent = LinearRegression::gradient_descent().optimizer(optimizer).clip(Clip::GlobalNorm(2.0));
        let descent = descent.batch(Batch::Mini(16));
        let whole = descent.clone().epochs(7).fit(&(&x, &y)).unwrap();
        let halves = descent.epochs(3).fit(&(&x, &y)).unwrap();
        halves.save(folder.path().join("descent")).unwrap();
        let loaded: FittedGradientDescent = FittedGradientDescent::load(folder.path().join("descent")).unwrap();
        assert_eq!(loaded, halves);
        for mut part in [halves, loaded] {
            part.train(&(&x, &y), 4).unwrap();
            assert_eq!((part.model(), part.history()), (whole.model(), whole.history()));
        }
    }
}

#[test]
fn a_stream_with_memory_goes_on_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (x, y) = wavy();
    let classes = y.column(0).mapv(|value| f64::from(value > 0.7));
    let part = |from: usize, to: usize| {
        let rows: Vec<usize> = (from..to).collect();
        (x.select(Axis(0), &rows), classes.select(Axis(0), &rows))
    };
    let schedule = InverseTimeDecay::new(0.1, 0.05);
    let descent = LogisticRegression::gradient_descent().optimizer(Adam::new(schedule)).batch(Batch::Stochastic);
    let mut stream = descent.online(3, &["low", "high"]).unwrap();
    stream.partial_fit(&part(0, 20)).unwrap();
    stream.save(folder.path().join("stream")).unwrap();
    let mut loaded = FittedGradientDescent::<LinearClassifier>::load(folder.path().join("stream")).unwrap();
    for model in [&mut stream, &mut loaded] {
        // What fails leaves weights and memory as they were.
        assert!(model.partial_fit(&(x.mapv(|value| 1e200 * value), classes.clone())).is_err());
        model.partial_fit(&part(20, 50)).unwrap();
    }
    assert_eq!(stream.weights(), loaded.weights());
    let mut at_once = descent.online(3, &["low", "high"]).unwrap();
    at_once.partial_fit(&part(0, 50)).unwrap();
    assert_eq!((at_once.weights(), at_once.steps()), (stream.weights(), 50));
}

#[test]
fn schedules_set_the_rate_of_each_step() {
    let data = (array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0]);
    let descent = LinearRegression::gradient_descent().learning_rate(StepDecay::new(0.02, 0.5, 2)).epochs(6);
    let fit = descent.fit(&data).unwrap();
    assert_eq!(fit.history().label(), "batch, α from 0.02");
    let (parameters, norms) = (fit.history().parameters(), fit.history().gradient_norms());
    for (step, rate) in [0.02, 0.02, 0.01, 0.01, 0.005, 0.005].into_iter().enumerate() {
        let moved = &parameters.row(step + 1) - &parameters.row(step);
        assert!((moved.dot(&moved).sqrt() / norms[step] - rate).abs() < 1e-12, "step {step}");
    }
    let adam = LinearRegression::gradient_descent().optimizer(Adam::new(0.1)).batch(Batch::Mini(2)).epochs(1);
    assert_eq!(adam.fit(&data).unwrap().history().label(), "mini-batches of 2, Adam, α = 0.1");
}

#[test]
fn without_an_intercept_nothing_is_remembered_or_clipped_for_it() {
    let data = (array![[3.0], [1.0]], array![10.0, 12.0]);
    let descent = LinearRegression::gradient_descent().intercept(false).optimizer(Sgd::new(0.5)).epochs(1);
    let fit = descent.clip(Clip::GlobalNorm(1.0)).fit(&data).unwrap();
    assert_eq!((fit.weights()[[0, 0]], fit.intercept()), (0.5, 0.0));
}

#[test]
fn what_no_optimizer_takes_is_said() {
    let data = (array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0]);
    let descent = LinearRegression::gradient_descent;
    let refused = |descent: GradientDescent| descent.fit(&data).unwrap_err().to_string();
    assert!(refused(descent().optimizer(Adam::new(-1.0))).starts_with("learning_rate = -1"));
    assert!(refused(descent().optimizer(Adam::new(0.1).betas(1.0, 0.9))).starts_with("beta_1 = 1"));
    assert!(refused(descent().optimizer(Nesterov::new(0.1, f64::NAN))).starts_with("momentum = NaN"));
    assert!(refused(descent().clip(Clip::Norm(0.0))).starts_with("clipping by norm = 0"));
    let text = refused(descent().optimizer(Adam::new(0.1)).l1(0.1));
    assert!(text.starts_with("L1 penalty λ = 0.1") && text.contains("`Sgd`, not Adam"), "{text}");
    assert!(descent().optimizer(Sgd::new(0.01)).l1(0.1).fit(&data).is_ok());
    let error = descent().optimizer(Momentum::new(0.3, 0.9)).fit(&data).unwrap_err();
    let Error::Diverged(details) = &error else { panic!("{error}") };
    assert_eq!((details.optimizer, details.learning_rate), ("momentum", 0.3));
    let text = error.to_string();
    assert!(
        text.contains("descent with momentum diverged") && text.contains("rate of plain steps (`Sgd`) for"),
        "{text}"
    );
}
