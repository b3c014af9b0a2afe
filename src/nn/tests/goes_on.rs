//! What a second fit, weights of examples and layers that were taken over are to a training.

use ndarray::{Array1, Array2, array, concatenate, s};

use super::{compiled, wavy};
use crate::data::{Column, Dataset, Seed};
use crate::loss::*;
use crate::nn::{Checkpoint, Device, EarlyStopping, Fit, Metric, Network, Sequential};
use crate::optim::schedule::{ExponentialDecay, ReduceOnPlateau};
use crate::optim::{Adam, AdamW, Sgd};
use crate::saved::Saved;

fn said<T>(outcome: crate::Result<T>) -> String {
    outcome.err().map(|error| error.to_string()).unwrap_or_default()
}

/// A loss that cannot fall: the rate falls by half after each epoch but the first.
fn stuck() -> (Network, (Array2<f64>, Array1<f64>), Fit) {
    let mut net = compiled(&Sequential::new([1]).dense(1).no_bias(), MeanSquaredError);
    net.set_parameter("W1", &array![[0.0]]).unwrap();
    let reduce = ReduceOnPlateau::new().patience(1).factor(0.5);
    (net, (array![[0.0], [0.0]], array![1.0, -1.0]), Fit::epochs(3).reduce_on_plateau("loss", reduce))
}

#[test]
fn a_rate_that_a_plateau_has_lowered_stays_so() {
    let (mut net, data, fit) = stuck();
    assert_eq!(net.learning_rate(), 0.1);
    let history = net.fit(&data, fit.clone()).unwrap();
    assert_eq!(history.learning_rates(), [0.1, 0.1, 0.05]);
    assert_eq!(net.learning_rate(), 0.025);
    // The next fit begins with it, and counts its epochs from 1, as Keras does.
    let history = net.fit(&data, fit.clone()).unwrap();
    assert_eq!(history.learning_rates(), [0.025, 0.025, 0.0125]);
    // So do steps, other kinds of fit, and a network from a file.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    net.save(&path).unwrap();
    let mut read = Network::load(&path).unwrap();
    assert_eq!((read.learning_rate(), &read), (0.00625, &net));
    assert_eq!(read.fit(&data, Fit::epochs(1)).unwrap().learning_rates(), [0.00625]);
    let mut stepped = net.clone();
    stepped.set_parameter("W1", &array![[1.0]]).unwrap();
    stepped.partial_fit(&(array![[1.0]], array![0.0])).unwrap();
    assert!((stepped.weights("dense 1").unwrap()[[0, 0]] - (1.0 - 2.0 * 0.00625)).abs() < 1e-6);
    // After an error everything is as before.
    let before = net.clone();
    net.fit(&(array![[f64::NAN]], array![1.0]), fit).unwrap_err();
    assert_eq!(net, before);
    net.set_optimizer(Sgd::new(0.3)).unwrap();
    assert_eq!(net.learning_rate(), 0.3);
}

#[test]
fn a_schedule_goes_on_below_the_lowered_rate() {
    let (mut net, data, fit) = stuck();
    net.set_optimizer(Sgd::new(ExponentialDecay::new(0.1, 0.5, 1))).unwrap();
    let rates = [net.fit(&data, fit.clone()).unwrap(), net.fit(&data, fit).unwrap()];
    let rates: Vec<f64> = rates.iter().flat_map(|history| history.learning_rates().to_vec()).collect();
    // One step an epoch halves it; the plateau halves it after the second and third epoch of each fit.
    let exact = [0, 1, 3, 5, 6, 8].map(|halvings| 0.1 * 0.5_f64.powi(halvings));
    assert!(rates.iter().zip(exact).all(|(ours, exact)| (ours / exact - 1.0).abs() < 1e-12), "{rates:?}");
}

#[test]
fn an_interrupted_training_goes_on_at_the_lowered_rate() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("run.safetensors"), folder.path().join("left.safetensors"));
    let (net, data, fit) = stuck();
    let (mut whole, mut cut) = (net.clone(), net);
    let history = whole.fit(&data, fit.clone()).unwrap();
    let outcome = cut.fit_while(&data, fit.checkpoint(&path, 1), |_, so_far| {
        if so_far.epochs() == 3 {
            std::fs::copy(&path, &copy).unwrap();
        }
        true
    });
    outcome.unwrap();
    let (resumed, resumed_history) = Checkpoint::load(&copy).unwrap().resume(&data).unwrap();
    assert_eq!((resumed, resumed_history), (whole, history));
}

fn normalized(seed: u64) -> Network {
    let net = Sequential::new([3]).dense(4).batch_norm().relu().dense(3).softmax();
    net.compile(Adam::new(0.02), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(seed)).unwrap()
}

/// Features and targets.
type Pair = (Array2<f64>, Array1<f64>);

/// Six examples, and the same with two more at the places 1 and 6 that have no weight, whatever they hold.
fn with_absent_rows() -> (Pair, Pair, Array1<f64>, Array1<f64>) {
    let (x, y) = (wavy(6, 3), array![0.0, 1.0, 2.0, 1.0, 0.0, 2.0]);
    let weights = array![1.0, 2.0, 0.5, 1.0, 3.0, 1.0];
    let (mut wide, mut labels, mut all) =
        (Array2::from_elem((8, 3), f64::NAN), Array1::from_elem(8, 77.0), Array1::zeros(8));
    for (from, to) in [0, 2, 3, 4, 5, 7].into_iter().enumerate() {
        wide.row_mut(to).assign(&x.row(from));
        (labels[to], all[to]) = (y[from], weights[from]);
    }
    wide.row_mut(6).fill(1e30);
    ((x, y), (wide, labels), weights, all)
}

#[test]
fn a_row_of_weight_0_is_a_row_that_is_not_there() {
    let (there, all, weights, with_zeros) = with_absent_rows();
    let [mut exact, mut ours] = [normalized(1), normalized(1)];
    let fit = || Fit::epochs(5).batch(4).metric(Metric::Accuracy);
    let expected = exact.fit(&there, fit().sample_weights(weights)).unwrap();
    let history = ours.fit(&all, fit().sample_weights(with_zeros)).unwrap();
    assert_eq!(history, expected);
    assert_eq!(ours, exact);
    // What is wrong with a row is told by its number among all.
    let (mut x, y) = all;
    x[[7, 1]] = f64::INFINITY;
    let (.., weights) = with_absent_rows();
    let error = said(ours.fit(&(x, y), Fit::epochs(1).sample_weights(weights)));
    assert!(error.contains("row 7"), "{error}");
    let none = said(ours.fit(&there, Fit::epochs(1).sample_weights(Array1::zeros(6))));
    assert!(none.contains("nothing to learn from"), "{none}");
}

#[test]
fn a_validation_split_takes_the_weights_with_it() {
    let (there, all, weights, with_zeros) = with_absent_rows();
    // The last two of eight rows, of which one is there: the last of six.
    let fit = Fit::epochs(3).batch(4).metric(Metric::Accuracy).validation_split(0.25).sample_weights(with_zeros);
    let mut ours = normalized(1);
    let history = ours.fit(&all, fit.clone()).unwrap();
    let mut exact = normalized(1);
    let five = (there.0.slice(s![..5, ..]).to_owned(), there.1.slice(s![..5]).to_owned());
    let last = (there.0.slice(s![5.., ..]).to_owned(), there.1.slice(s![5..]).to_owned());
    let trained = Fit::epochs(3).batch(4).metric(Metric::Accuracy).validate(&last);
    let expected = exact.fit(&five, trained.sample_weights(weights.slice(s![..5]).to_owned())).unwrap();
    assert_eq!(history, expected);
    assert_eq!(ours, exact);
    // Σ ωᵢ lᵢ / m over the validation rows, by hand.
    let (x, y) = (concatenate![ndarray::Axis(0), there.0, there.0], concatenate![ndarray::Axis(0), there.1, there.1]);
    let twelve = Array1::from_shape_fn(12, |row| 0.5 + row as f64);
    let mut net = normalized(3);
    let stopping = EarlyStopping::on("validation loss").patience(9).keep_last();
    let fit = Fit::epochs(2).validation_split(0.5).sample_weights(twelve.clone()).early_stopping(stopping);
    let history = net.fit(&(&x, &y), fit).unwrap();
    let loss = SparseCategoricalCrossEntropy::default();
    let losses = loss.losses(&there.1, &net.predict_proba(&there.0).unwrap()).unwrap();
    let by_hand = losses.iter().zip(twelve.slice(s![6..])).map(|(loss, weight)| loss * weight).sum::<f64>() / 6.0;
    let ours = history.validation_loss()[1];
    assert!((ours / by_hand - 1.0).abs() < 1e-5, "{ours} for {by_hand}");
    // A part of which no row is there.
    let zeros = |from: usize, to: usize| Array1::from_shape_fn(12, |row| f64::from(u8::from(row < from || row >= to)));
    let mut refused = |weights| said(net.fit(&(&x, &y), Fit::epochs(1).validation_split(0.5).sample_weights(weights)));
    assert!(refused(zeros(0, 6)).contains("the examples to train on, rows 0 to 5, all have the sample weight 0"));
    assert!(refused(zeros(6, 12)).contains("the examples to validate on, rows 6 to 11, all have the sample weight 0"));
}

#[test]
fn what_was_taken_over_is_frozen_as_a_whole() {
    let (x, y) = (wavy(30, 3), Array1::from_shape_fn(30, |row| (row % 3) as f64));
    let net = Sequential::new([3]).dense(6).batch_norm().relu().dense(5).tanh().dense(3).softmax();
    let loss = SparseCategoricalCrossEntropy::default();
    let mut net = net.compile(Adam::new(0.01), loss, Device::Cpu, Seed(1)).unwrap();
    net.fit(&(&x, &y), Fit::epochs(2)).unwrap();
    let base = net.truncated(4).unwrap().frozen();
    assert_eq!(base.layers().iter().map(|layer| layer.frozen).collect::<Vec<_>>(), [true; 4]);
    let deeper = base.dense(4).frozen().dense(3).softmax();
    assert_eq!(
        deeper.layers().iter().map(|layer| layer.frozen).collect::<Vec<_>>(),
        [true, true, true, true, true, false]
    );
    let mut deeper = deeper.compile(Adam::new(0.01), loss, Device::Cpu, Seed(2)).unwrap();
    let start = deeper.clone();
    deeper.fit(&(&x, &y), Fit::epochs(3)).unwrap();
    for (name, _) in net.parameter_shapes() {
        // Those of the first three layers, running statistics among them.
        if !name.ends_with('3') {
            assert_eq!(deeper.parameter(&name).unwrap(), net.parameter(&name).unwrap(), "{name}");
        }
    }
    assert_ne!(deeper.weights("dense 4").unwrap(), start.weights("dense 4").unwrap());
    deeper.unfreeze("dense 2").unwrap();
    deeper.fit(&(&x, &y), Fit::epochs(1)).unwrap();
    assert_ne!(deeper.weights("dense 2").unwrap(), net.weights("dense 2").unwrap());
    assert_eq!(deeper.weights("dense 1").unwrap(), net.weights("dense 1").unwrap());
}

#[test]
fn names_are_learned_as_soon_as_they_are_given() {
    let (x, y) = (wavy(6, 2), array![0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    let dataset = |names: [&str; 2]| {
        let columns = names.map(Column::number).to_vec();
        let kind = vec![Column::category("kind", vec!["cat".into(), "dog".into()])];
        Dataset::new("pets", columns, x.clone(), kind, y.clone().insert_axis(ndarray::Axis(1))).unwrap()
    };
    let mut net = compiled(&Sequential::new([2]).dense(1).sigmoid(), BinaryCrossEntropy::default());
    net.fit(&(&x, &y), Fit::epochs(1)).unwrap();
    assert_eq!(net.classes(), ["0", "1"]);
    net.partial_fit(&dataset(["height", "weight"])).unwrap();
    assert_eq!(net.classes(), ["cat", "dog"]);
    let error = said(net.predict(&dataset(["weight", "height"])));
    assert!(error.contains("is in the place of `height`, on which the network was fitted"), "{error}");
    // Arrays have no names, and take none away.
    net.fit(&(&x, &y), Fit::epochs(1)).unwrap();
    assert_eq!(net.classes(), ["cat", "dog"]);
}

/// As in Keras unless a variable is excluded: without a gradient everything that is trained shrinks by the same factor.
#[test]
fn adamw_lets_all_that_is_trained_decay() {
    let devices = if crate::engine::gpu::preferred().is_ok() {
        vec![Device::Cpu, Device::gpu().unwrap()]
    } else {
        vec![Device::Cpu]
    };
    for device in devices {
        let net = Sequential::new([2]).dense(3).batch_norm().tanh().dense(2);
        let mut net = net.compile(AdamW::new(0.1).weight_decay(0.5), MeanSquaredError, device, Seed(1)).unwrap();
        net.set_parameter("b1", &array![[1.0, -2.0, 3.0]]).unwrap();
        net.set_parameter("beta1", &array![[0.5, 0.25, -1.0]]).unwrap();
        net.set_weights("dense 2", &Array2::zeros((3, 2)), &array![0.0, 0.0]).unwrap();
        let before = net.clone();
        // The last layer says 0, which is right, and lets no gradient through.
        net.partial_fit(&(wavy(8, 2), Array2::zeros((8, 2)))).unwrap();
        for name in ["W1", "b1", "gamma1", "beta1"] {
            let (ours, exact) = (net.parameter(name).unwrap(), before.parameter(name).unwrap() * 0.95);
            assert!(
                (&ours - &exact).iter().all(|difference| difference.abs() < 1e-6),
                "{device}, {name}: {ours} {exact}"
            );
        }
    }
}
