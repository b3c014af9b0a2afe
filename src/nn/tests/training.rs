//! Training: what it learns, what it repeats, what it refuses.

use ndarray::{Array1, Array2, array};

use super::{compiled, wavy};
use crate::data::{ClassWeights, Scaler, Seed, StandardScaler, sources};
use crate::loss::*;
use crate::nn::{Checkpoint, Device, EarlyStopping, Fit, Metric, Network, Sequential};
use crate::optim::schedule::ReduceOnPlateau;
use crate::optim::{Adam, Clip, Sgd};
use crate::saved::Saved;

fn toy(seed: u64) -> Network {
    let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(seed)).unwrap()
}

#[test]
fn the_toy_network_learns_iris() {
    let [train, test] = sources::iris().unwrap().split_into_stratified([0.6, 0.4], Seed(1)).unwrap();
    let scaler = StandardScaler::fit(&train).unwrap();
    let (train, test) = (scaler.transform(&train).unwrap(), scaler.transform(&test).unwrap());
    let mut net = toy(1);
    let start = net.evaluate_with(&train, &[]).unwrap().loss;
    let fit = Fit::epochs(60).batch(8).metric(Metric::Accuracy).metric(Metric::F1).validate(&test);
    let history = net.fit(&train, fit.clone()).unwrap();
    assert!(history.loss()[59] < 0.15 * start, "{start} {:?}", history.loss());
    let names = ["loss", "accuracy", "F1", "validation loss", "validation accuracy", "validation F1"];
    assert_eq!(history.metric_names(), names);
    assert!(net.score(&test).unwrap() >= 0.93);
    assert_eq!(history.get("validation accuracy").unwrap()[59], net.score(&test).unwrap());
    let evaluation = net.evaluate_with(&test, &[Metric::Accuracy]).unwrap();
    assert_eq!(history.validation_loss()[59], evaluation.loss);
    let chances = net.predict_proba(&test).unwrap();
    assert!(chances.sum_axis(ndarray::Axis(1)).iter().all(|sum| (sum - 1.0).abs() < 1e-6));
    assert_eq!(net.classes(), ["setosa", "versicolor", "virginica"]);
    // The same seed, the same run; one-hot targets, the same loss.
    let mut again = toy(1);
    assert_eq!(again.fit(&train, fit).unwrap(), history);
    assert_eq!(again, net);
    let hot = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    let mut hot = hot.compile(Adam::new(0.01), CategoricalCrossEntropy::default(), Device::Cpu, Seed(1)).unwrap();
    assert_eq!(hot.fit(&train, Fit::epochs(60).batch(8)).unwrap().loss(), history.loss());
}

#[test]
fn one_output_tells_two_classes_apart() {
    let data = sources::breast_cancer().unwrap();
    let data = StandardScaler::fit(&data).unwrap().transform(&data).unwrap();
    let ends: [(AnyLoss, bool); 3] = [
        (BinaryCrossEntropy::default().into(), true),
        (BinaryCrossEntropy { from_logits: true }.into(), false),
        (Hinge.into(), false),
    ];
    for (loss, sigmoid) in ends {
        let net = Sequential::new([30]).dense(1);
        let net = if sigmoid { net.sigmoid() } else { net };
        let mut net = net.compile(Adam::new(0.02), loss, Device::Cpu, Seed(2)).unwrap();
        net.fit(&data, Fit::epochs(10)).unwrap();
        assert!(net.score(&data).unwrap() > 0.95, "{loss:?}");
        assert_eq!(net.predict_proba(&data).map(|p| p.ncols()).unwrap_or(2), 2);
    }
}

#[test]
fn full_batches_descend_as_gradient_descent_does() {
    let data = sources::diabetes().unwrap();
    let data = StandardScaler::fit(&data).unwrap().transform(&data).unwrap();
    let (x, y) = (data.features().clone(), data.targets().column(0).mapv(|y| y / 100.0));
    let net = Sequential::new([10]).dense(1).init(crate::init::Initializer::Zeros);
    let mut net = net.compile(Sgd::new(0.05), MeanSquaredError, Device::Cpu, Seed(0)).unwrap();
    net.fit(&(&x, &y), Fit::epochs(50).batch(1000)).unwrap(); // larger than the data: one batch
    let linear =
        crate::linear::LinearRegression::gradient_descent().learning_rate(0.1).epochs(50).fit(&(&x, &y)).unwrap();
    let difference = net.weights("dense 1").unwrap() - linear.weights();
    assert!(difference.iter().all(|difference| difference.abs() < 1e-4), "{difference}");
    assert_eq!(net.steps(), 50);
}

#[test]
fn batches_of_any_size_count_each_example_once() {
    // Without a step size to speak of the epoch's loss is that of the data, whatever the batches.
    let (x, y) = (wavy(23, 3), wavy(23, 2));
    for batch in [1, 4, 5, 23, 100] {
        let net = Sequential::new([3]).dense(4).tanh().dense(2);
        let mut net = net.compile(Sgd::new(1e-30), MeanSquaredError, Device::Cpu, Seed(1)).unwrap();
        let loss = net.evaluate_with(&(&x, &y), &[]).unwrap().loss;
        let history = net.fit(&(&x, &y), Fit::epochs(1).batch(batch).metric(Metric::MeanSquaredError)).unwrap();
        assert!((history.loss()[0] - loss).abs() < 1e-12, "{batch}");
        assert!((history.get("mean squared error").unwrap()[0] - loss).abs() < 1e-12, "{batch}");
    }
}

#[test]
fn weights_of_examples_and_classes_multiply_the_loss() {
    let (x, y) = (wavy(6, 3), array![0.0, 1.0, 1.0, 1.0, 2.0, 2.0]);
    let net = || compiled(&Sequential::new([3]).dense(3).softmax(), SparseCategoricalCrossEntropy::default());
    let after = |fit: Fit| {
        let mut net = net();
        let history = net.fit(&(&x, &y), fit.batch(6).shuffle(false)).unwrap();
        (history.loss()[0], net.weights("dense 1").unwrap())
    };
    let given = |weights: &[f64]| {
        ClassWeights::Given(weights.iter().enumerate().map(|(class, weight)| (class.to_string(), *weight)).collect())
    };
    let by_class = after(Fit::epochs(1).class_weights(given(&[2.0, 0.5])));
    let by_sample = after(Fit::epochs(1).sample_weights(array![2.0, 0.5, 0.5, 0.5, 1.0, 1.0]));
    assert_eq!(by_class, by_sample);
    let balanced = after(Fit::epochs(1).class_weights(ClassWeights::Balanced));
    assert_eq!(balanced, after(Fit::epochs(1).class_weights(given(&[2.0, 2.0 / 3.0]))));
    // An example of weight 0 is not there.
    let losses = SparseCategoricalCrossEntropy::default().losses(&y, &net().predict_proba(&x).unwrap()).unwrap();
    let zero = after(Fit::epochs(1).sample_weights(array![1.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
    assert!((zero.0 - losses[0]).abs() < 1e-6);
}

#[test]
fn early_stopping_gives_the_best_weights_whenever_it_ends() {
    let (x, y) = (wavy(40, 3), wavy(40, 1));
    let noise = (wavy(40, 3), wavy(41, 1).slice(ndarray::s![1.., ..]).to_owned());
    let fit = |epochs, patience| {
        let stopping = EarlyStopping::on("validation loss").patience(patience);
        Fit::epochs(epochs).batch(8).validate(&noise).early_stopping(stopping)
    };
    for (epochs, patience) in [(200, 3), (30, 1000)] {
        let net = Sequential::new([3]).dense(20).tanh().dense(1);
        let mut net = net.compile(Adam::new(0.03), MeanSquaredError, Device::Cpu, Seed(1)).unwrap();
        let history = net.fit(&(&x, &y), fit(epochs, patience)).unwrap();
        let best = history.validation_loss().iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(net.evaluate_with(&noise, &[]).unwrap().loss, best, "{}", history.stop_reason());
        assert_eq!(history.validation_loss()[history.best_epoch().unwrap() - 1], best);
        assert_eq!(history.epochs() < epochs, patience == 3, "{}", history.stop_reason());
    }
    let error =
        toy(1).fit(&sources::iris().unwrap(), Fit::epochs(1).early_stopping(EarlyStopping::on("validation loss")));
    assert!(error.unwrap_err().to_string().contains("give it a validation set"));
}

#[test]
fn a_training_that_was_interrupted_ends_bit_for_bit_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let iris = sources::iris().unwrap();
    let [train, validation] = iris.split_into_stratified([0.7, 0.3], Seed(3)).unwrap();
    let net = || {
        let net = Sequential::new([4]).dense(8).batch_norm().relu().dropout(0.3).gaussian_noise(0.1).dense(3).softmax();
        net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(4)).unwrap()
    };
    let stopping = EarlyStopping::on("validation loss").patience(50);
    let reduce = ReduceOnPlateau::new().patience(2);
    let fit = Fit::epochs(12).batch(16).metric(Metric::Accuracy).clip(Clip::GlobalNorm(1.0));
    let fit = fit.early_stopping(stopping).reduce_on_plateau("validation loss", reduce).validate(&validation);
    let mut whole = net();
    let history = whole.fit(&train, fit.clone()).unwrap();
    // The kernel dies after the fifth epoch: the file of the fourth is what is left.
    let mut cut = net();
    let seen = std::cell::Cell::new(0);
    let copy = folder.path().join("left.safetensors");
    let outcome = cut.fit_while(&train, fit.checkpoint(&path, 2), |_, so_far| {
        seen.set(so_far.epochs());
        if so_far.epochs() == 5 {
            std::fs::copy(&path, &copy).unwrap();
        }
        so_far.epochs() < 6
    });
    assert_eq!(outcome.unwrap().epochs(), 6);
    let left = Checkpoint::load(&copy).unwrap();
    assert_eq!(left.history().epochs(), 4);
    assert!(left.clone().resume(&train).unwrap_err().to_string().contains("Checkpoint::validate"));
    assert!(left.clone().validate(&validation).resume(&iris).is_err(), "other examples");
    let (resumed, whole_history) = left.validate(&validation).resume(&train).unwrap();
    assert_eq!(whole_history, history);
    assert_eq!(resumed, whole);
    // The file of a training that has ended gives what it ended with.
    let (ended, _) = Checkpoint::load(&path).unwrap().resume(&train).unwrap();
    assert_eq!(ended, resumed);
}

#[test]
fn batch_normalization_keeps_running_statistics_as_keras_does() {
    let x = array![[1.0, 10.0], [3.0, 30.0], [5.0, 20.0], [7.0, 60.0]];
    let mut net = compiled(&Sequential::new([2]).batch_norm().dense(1), MeanSquaredError);
    net.step(&(&x, array![0.0, 1.0, 0.0, 1.0])).unwrap();
    // Means 4 and 30; variances, divided by m, 5 and 350; momentum 0.99, from 0 and 1.
    let near = |name: &str, exact: [f64; 2]| {
        let ours = net.parameter(name).unwrap();
        assert!(ours.iter().zip(exact).all(|(ours, exact)| (ours - exact).abs() < 1e-5), "{name}: {ours}");
    };
    near("mean0", [0.04, 0.3]);
    near("variance0", [0.99 + 0.05, 0.99 + 3.5]);
    let after = net.forward(&x).unwrap();
    let scale = net.parameter("gamma0").unwrap()[[0, 0]];
    let shift = net.parameter("beta0").unwrap()[[0, 0]];
    let exact = scale * (7.0 - 0.04) / (1.04_f64 + 1e-3).sqrt() + shift;
    assert!((after.get("N0").unwrap()[[3, 0]] - exact).abs() < 1e-5);
}

#[test]
fn constraints_hold_after_every_step() {
    let description = Sequential::new([3]).dense(4).constraint(crate::regularize::MaxNorm::new(0.5)).tanh().dense(1);
    let mut net = compiled(&description, MeanSquaredError);
    net.fit(&(wavy(20, 3), wavy(20, 1)), Fit::epochs(3).batch(4)).unwrap();
    let norms = net.weights("dense 1").unwrap().map_axis(ndarray::Axis(0), |column| column.dot(&column).sqrt());
    assert!(norms.iter().all(|norm| *norm <= 0.5 + 1e-6), "{norms}");
}

#[test]
fn what_cannot_be_learned_is_refused_and_leaves_the_network_alone() {
    let (x, y) = (wavy(10, 4), Array1::from_iter((0..10).map(|row| f64::from(row % 3))));
    let mut net = toy(1);
    let before = net.clone();
    let mut refused = |x: &Array2<f64>, y: &Array1<f64>, fit: Fit| {
        let error = net.fit(&(x, y), fit).unwrap_err().to_string();
        assert_eq!(net, before, "{error}");
        error
    };
    let fit = || Fit::epochs(1);
    let with = |value: f64| {
        let mut x = x.clone();
        x[[7, 2]] = value;
        x
    };
    assert!(refused(&with(f64::NAN), &y, fit()).contains("`x3`, row 7 is missing"));
    assert!(refused(&with(1e300), &y, fit()).contains("too large for 32 bits"));
    assert!(refused(&wavy(10, 5), &y, fit()).contains("expected 4 columns"));
    assert!(refused(&wavy(9, 4), &y, fit()).contains("9 rows"));
    assert!(refused(&Array2::zeros((0, 4)), &array![], fit()).contains("no rows"));
    assert!(refused(&x, &y.mapv(|class| class + 1.0), fit()).contains("class numbers from 0 to 2"));
    assert!(refused(&x, &y.mapv(|_| f64::NAN), fit()).contains("`y`"));
    assert!(refused(&x, &y, Fit::epochs(0)).contains("epochs = 0"));
    assert!(refused(&x, &y, fit().batch(0)).contains("batch = 0"));
    assert!(
        refused(&x, &y, fit().validate(&(Array2::<f64>::zeros((0, 4)), Array1::<f64>::zeros(0))))
            .contains("validation set has no rows")
    );
    assert!(refused(&x, &y, fit().validation_split(0.0)).contains("above 0 and below 1"));
    assert!(refused(&x, &y, fit().validation_split(0.999)).contains("one part of 10 rows empty"));
    assert!(refused(&x, &y, fit().sample_weights(array![1.0])).contains("one per example"));
    assert!(refused(&x, &y, fit().sample_weights(-&y)).contains("0 or a positive number"));
    assert!(
        refused(&x, &y, fit().class_weights(ClassWeights::Given(vec![("cat".into(), 1.0)]))).contains("no class `cat`")
    );
    assert!(refused(&x, &y, fit().checkpoint("/nowhere/at/all", 1)).contains("nowhere"));
    let mut far = compiled(&Sequential::new([4]).dense(1), MeanSquaredError);
    far.set_optimizer(Sgd::new(1e30)).unwrap();
    let start = far.clone();
    let error = far.fit(&(&x, &y), Fit::epochs(5)).unwrap_err().to_string();
    assert!(error.contains("became") && error.contains("clip the gradient"), "{error}");
    assert_eq!(far, start);
    assert!(far.fit(&(&x, &y), Fit::epochs(5).terminate_on_nan(false)).is_ok());
    let iris = sources::iris().unwrap();
    let wrong =
        compiled(&Sequential::new([4]).dense(5).softmax(), SparseCategoricalCrossEntropy::default()).fit(&iris, fit());
    assert!(wrong.unwrap_err().to_string().contains("expected 3, one for each class of `species`, found 5"));
}

#[test]
fn a_loss_of_classes_needs_an_output_for_each() {
    for loss in [
        AnyLoss::from(SparseCategoricalCrossEntropy { from_logits: true }),
        WestonWatkinsHinge.into(),
        CrammerSingerHinge.into(),
    ] {
        let mut net = Sequential::new([2]).dense(1).compile(Sgd::new(0.1), loss, Device::Cpu, Seed(1)).unwrap();
        let error = net.partial_fit(&(array![[1.0, 2.0]], array![1.0])).unwrap_err().to_string();
        assert!(error.contains("one output for each class"), "{error}");
    }
}

#[test]
fn a_plateau_leaves_a_rate_of_zero_alone() {
    let schedule = crate::optim::schedule::LinearAnnealing::new(0.1, 0.0, 4);
    let net = Sequential::new([3]).dense(1).compile(Sgd::new(schedule), MeanSquaredError, Device::Cpu, Seed(1));
    let fit = Fit::epochs(4).batch(5).reduce_on_plateau("loss", ReduceOnPlateau::new());
    let history = net.unwrap().fit(&(wavy(20, 3), wavy(20, 1)), fit).unwrap();
    assert_eq!(history.learning_rates()[1..], [0.0; 3]);
    assert!(history.loss().iter().all(|loss| loss.is_finite()));
}

#[test]
fn a_plateau_of_accuracy_is_one_that_no_longer_rises() {
    let iris = sources::iris().unwrap();
    let scaled = StandardScaler::fit(&iris).unwrap().transform(&iris).unwrap();
    let reduce = ReduceOnPlateau { patience: 1, ..ReduceOnPlateau::new() };
    let fit = Fit::epochs(4).batch(16).metric(Metric::Accuracy).reduce_on_plateau("accuracy", reduce);
    let history = toy(3).fit(&scaled, fit).unwrap();
    let accuracy = history.get("accuracy").unwrap();
    assert!(accuracy.windows(2).all(|pair| pair[1] > pair[0]), "{accuracy:?}");
    assert_eq!(history.learning_rates(), [0.01; 4]);
}

#[test]
fn what_means_something_else_is_refused() {
    let iris = sources::iris().unwrap();
    let mut net = toy(1);
    net.fit(&iris, Fit::epochs(1)).unwrap();
    let names = ["a", "b", "c"].map(String::from).to_vec();
    let column = vec![crate::data::Column::category("species", names)];
    let renamed = (iris.columns().to_vec(), iris.features().clone(), iris.targets().clone());
    let other = crate::data::Dataset::new("other", renamed.0, renamed.1, column, renamed.2).unwrap();
    let error = net.score(&other).unwrap_err().to_string();
    assert!(error.contains("was fitted on [\"setosa\""), "{error}");
    let error = net.fit(&iris, Fit::epochs(1).metric(Metric::MeanSquaredError)).unwrap_err().to_string();
    assert!(error.contains("1 targets (of class numbers) and 3 outputs"), "{error}");
    // Of several labels the accuracy is that of the answers.
    let labels = Sequential::new([4]).dense(3).sigmoid();
    let mut several = compiled(&labels, BinaryCrossEntropy::default());
    let y = array![[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let history = several.fit(&(wavy(2, 4), &y), Fit::epochs(1).metric(Metric::Accuracy)).unwrap();
    let right = 6.0 * history.get("accuracy").unwrap()[0];
    assert!((right - right.round()).abs() < 1e-12 && (0.0..=6.0).contains(&right), "{right}");
}
