//! What is seen of the layers, and that looking changes nothing.

use ndarray::array;

use super::{compiled, wavy};
use crate::data::{Seed, sources};
use crate::init::Initializer;
use crate::loss::{BinaryCrossEntropy, MeanSquaredError, SparseCategoricalCrossEntropy};
use crate::monitor::ValueDistribution;
use crate::nn::{Checkpoint, Device, EarlyStopping, Fit, Metric, Sequential};
use crate::optim::{Adam, Clip};
use crate::saved::Saved;

#[test]
fn norms_are_those_of_real_steps() {
    // ŷ = w x from w = 1: the loss' derivative is the mean of 2(x − y)x = −5, the step 0.1 · 5.
    let data = (array![[1.0], [2.0]], array![2.0, 4.0]);
    let line = Sequential::new([1]).dense(1).no_bias().init(Initializer::Ones);
    let mut net = compiled(&line, MeanSquaredError);
    let history = net.fit(&data, Fit::epochs(2).batch(2).watch_layers()).unwrap();
    let flow = &history.layers().unwrap().flow.layers()[0];
    assert_eq!((flow.name.as_str(), flow.steps.as_slice()), ("dense 1", &[0, 1][..]));
    // Then w = 1.5, and half of everything.
    for (norms, [gradient, weight, update]) in flow.norms.iter().zip([[5.0, 1.0, 0.5], [2.5, 1.5, 0.25]]) {
        assert!((norms.gradient - gradient).abs() < 1e-6 && (norms.weight - weight).abs() < 1e-6, "{norms:?}");
        assert!((norms.update - update).abs() < 1e-6 && (norms.ratio() - update / weight).abs() < 1e-6, "{norms:?}");
    }
    let median = |history: &crate::monitor::LayerHistory, epoch| history.get("dense 1", epoch).unwrap().quantiles[3];
    let layers = history.layers().unwrap();
    assert_eq!([0, 1, 2].map(|epoch| (median(&layers.weights, epoch) * 100.0).round()), [100.0, 150.0, 175.0]);
    assert_eq!([0, 1, 2].map(|epoch| (median(&layers.gradients, epoch) * 100.0).round()), [-500.0, -250.0, -125.0]);
    assert_eq!([0, 1].map(|epoch| (median(&layers.activations, epoch) * 100.0).round()), [150.0, 225.0]);
    // The gradient as it was before it was cut to 1, the step after it.
    let mut clipped = compiled(&line, MeanSquaredError);
    let fit = Fit::epochs(1).batch(2).clip(Clip::GlobalNorm(1.0)).watch_layers();
    let norms = clipped.fit(&data, fit).unwrap().layers().unwrap().flow.layers()[0].norms[0];
    assert!((norms.gradient - 5.0).abs() < 1e-6 && (norms.update - 0.1).abs() < 1e-6, "{norms:?}");
}

#[test]
fn ten_steps_an_epoch_and_one_look_are_kept() {
    let (x, y) = (wavy(600, 3), wavy(600, 2));
    let description = Sequential::new([3]).dense(5).frozen().dropout(0.2).dense(4).batch_norm().relu().dense(2);
    let mut net = compiled(&description, MeanSquaredError);
    let start = net.clone();
    let history = net.fit(&(&x, &y), Fit::epochs(2).batch(20).watch_layers()).unwrap();
    let layers = history.layers().unwrap();
    let names: Vec<&str> = layers.flow.layers().iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["dense 2", "dense 3"], "a frozen layer takes no steps");
    let steps: Vec<usize> = (0..20).map(|step| 3 * step).collect();
    assert_eq!(layers.flow.layers()[1].steps, steps);
    assert_eq!(layers.weights.layers(), ["dense 1", "dense 2", "dense 3"]);
    assert_eq!(layers.activations.layers(), ["dense 1", "dense 2", "activation 1", "dense 3"]);
    assert_eq!(layers.gradients.layers(), ["dense 2", "dense 3"]);
    for (epoch, network) in [(0, &start), (2, &net)] {
        let weights = network.weights("dense 3").unwrap();
        assert_eq!(layers.weights.get("dense 3", epoch), Some(&ValueDistribution::of(weights)));
    }
    let outputs = layers.activations.get("activation 1", 1).unwrap();
    assert_eq!((outputs.count, outputs.quantiles[0]), (256 * 4, 0.0));
    // A second training begins its own record.
    let again = net.fit(&(&x, &y), Fit::epochs(1).batch(20).watch_layers()).unwrap();
    assert_eq!(again.layers().unwrap().flow.layers()[0].steps[0], 60);
    assert_eq!(again.layers().unwrap().weights.get("dense 3", 0), layers.weights.get("dense 3", 2));
}

#[test]
fn all_examples_at_once_have_the_gradient_of_backward() {
    let (x, y) = (wavy(40, 3), wavy(40, 1).mapv(|y| f64::from(u8::from(y > 0.0))));
    let net = compiled(&Sequential::new([3]).dense(4).tanh().dense(1).sigmoid(), BinaryCrossEntropy::default());
    let backward = net.backward(&(&x, &y)).unwrap();
    let history = net.clone().fit(&(&x, &y), Fit::epochs(1).batch(40).watch_layers()).unwrap();
    for (layer, name) in history.layers().unwrap().flow.layers().iter().zip(["dW1", "dW2"]) {
        let exact = backward.get(name).unwrap().iter().map(|d| d * d).sum::<f64>().sqrt();
        assert!((layer.norms[0].gradient / exact - 1.0).abs() < 1e-5, "{name}");
    }
}

#[test]
fn watching_changes_no_bit_of_the_training() {
    let iris = sources::iris().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let train = |fit: Fit| {
        let net = Sequential::new([4]).dense(8).batch_norm().relu().dropout(0.3).gaussian_noise(0.1).dense(3).softmax();
        let mut net =
            net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(4)).unwrap();
        let stopping = EarlyStopping::on("loss").patience(100);
        let history = net.fit(&iris, fit.batch(16).metric(Metric::Accuracy).early_stopping(stopping)).unwrap();
        (net, history)
    };
    let (plain, plain_history) = train(Fit::epochs(6));
    let (watched, history) = train(Fit::epochs(6).watch_layers());
    assert_eq!(plain, watched);
    assert_eq!(plain_history.loss(), history.loss());
    assert!(plain_history.layers().unwrap_err().to_string().contains("watch_layers()"));
    // What was seen survives the kernel.
    let copy = folder.path().join("left.safetensors");
    let net = Sequential::new([4]).dense(3).softmax();
    let mut net = net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(4)).unwrap();
    let fit = Fit::epochs(5).watch_layers().checkpoint(&path, 2);
    let whole = net.fit_while(&iris, fit, |_, so_far| {
        if so_far.epochs() == 3 {
            std::fs::copy(&path, &copy).unwrap();
        }
        true
    });
    let (resumed, history) = Checkpoint::load(&copy).unwrap().resume(&iris).unwrap();
    assert_eq!(resumed, net);
    assert_eq!(history, whole.unwrap());
}

#[test]
fn ten_steps_of_an_epoch_are_seen() {
    use crate::nn::callback::LayerNorms;
    for steps in [1, 9, 10, 11, 19, 21, 45, 469] {
        let seen: Vec<usize> = (0..steps).filter(|step| LayerNorms::records(*step, steps)).collect();
        assert_eq!((seen.len(), seen[0]), (steps.min(10), 0), "{steps}: {seen:?}");
    }
}
