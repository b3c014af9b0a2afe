//! What a description says, and what it refuses.

use ndarray::{Array2, array};

use super::{compiled, wavy};
use crate::activation::AnyActivation;
use crate::data::Seed;
use crate::init::Initializer;
use crate::loss::*;
use crate::nn::{Device, Sequential};
use crate::optim::{Adam, Sgd};
use crate::saved::Saved;

fn message(description: Sequential) -> String {
    description.output_shapes().unwrap_err().to_string()
}

#[test]
fn the_toy_network_has_131_parameters() {
    let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    assert_eq!((net.parameter_count().unwrap(), net.layers().len()), (131, 2));
    let table = Sequential::new([4]).dense(8).batch_norm().relu().dropout(0.1).frozen().dense(2).name("out").summary();
    let table = table.unwrap();
    let names: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names, ["dense 1", "batch norm 1", "activation 1", "dropout 1 (frozen)", "out"]);
    assert_eq!(table.note, "90 parameters, 74 of them trained"); // 40 + 32 + 18; 16 are running statistics
}

#[test]
fn mistakes_name_the_layer_and_both_shapes() {
    let flat = message(Sequential::new([28, 28]).dense(10));
    assert_eq!(
        flat,
        "layer `dense 1`: input: expected one number of features, [d]; put `.flatten()` before it, found [28, 28]"
    );
    let reshaped = message(Sequential::new([6]).reshape([4, 2]));
    assert!(reshaped.contains("layer `reshape 1`") && reshaped.contains("[6]") && reshaped.contains("[4, 2]"));
    assert!(message(Sequential::new([6]).dense(0)).contains("units = 0 of the layer `dense 1`"));
    assert!(message(Sequential::new([6]).dense(2).dropout(1.0)).contains("rate = 1 of the layer `dropout 1`"));
    assert!(message(Sequential::new([6])).contains("at least one layer"));
    assert!(message(Sequential::new([]).dense(1)).contains("at least one axis"));
    assert!(message(Sequential::new([6]).dense(1).name("a").dense(1).name("a")).contains("two layers are named `a`"));
    assert!(message(Sequential::new([6]).name("a").dense(1)).contains("before the first layer"));
    assert!(message(Sequential::new([6]).dropout(0.1).init(Initializer::HeNormal).dense(1)).contains("`.init(…)`"));
    assert!(message(Sequential::new([6]).maxout(2, 1)).contains("pieces"));
    let given = Sequential::new([2]).dense(2).init(Initializer::Given(vec![1.0; 3]));
    assert!(given.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(0)).is_err());
    assert!(Sequential::new([2]).dense(2).compile(Sgd::new(-0.1), MeanSquaredError, Device::Cpu, Seed(0)).is_err());
}

#[test]
fn losses_must_fit_the_last_activation() {
    let refused = |activation: AnyActivation, loss: AnyLoss| {
        let net = Sequential::new([2]).dense(3).activation(activation);
        net.compile(Sgd::new(0.1), loss, Device::Cpu, Seed(0)).unwrap_err().to_string()
    };
    let sparse = |from_logits| SparseCategoricalCrossEntropy { from_logits }.into();
    assert!(refused(AnyActivation::Linear, sparse(false)).contains("end it with `.softmax()`"));
    assert!(refused(AnyActivation::Softmax, sparse(true)).contains("leave one of the two out"));
    assert!(refused(AnyActivation::Tanh, BinaryCrossEntropy::default().into()).contains("`.sigmoid()`"));
}

#[test]
fn relu_solves_xor_exactly_where_a_linear_model_answers_a_half() {
    let corners = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let truth = array![0.0, 1.0, 1.0, 0.0];
    let mut linear = compiled(&Sequential::new([2]).dense(1).init(Initializer::Zeros), MeanSquaredError);
    linear.set_weights("dense 1", &array![[0.0], [0.0]], &array![0.5]).unwrap();
    assert_eq!(linear.evaluate_with(&(&corners, &truth), &[]).unwrap().loss, 0.25);
    assert!(linear.backward(&(&corners, &truth)).unwrap().get("dW1").unwrap().iter().all(|g| *g == 0.0));
    let mut relu = compiled(&Sequential::new([2]).dense(2).relu().dense(1), MeanSquaredError);
    relu.set_weights("dense 1", &array![[1.0, 1.0], [1.0, 1.0]], &array![0.0, -1.0]).unwrap();
    relu.set_weights("dense 2", &array![[1.0], [-2.0]], &array![0.0]).unwrap();
    let forward = relu.forward(&corners).unwrap();
    assert_eq!(*forward.get("Z1").unwrap(), array![[0.0, -1.0], [1.0, 0.0], [1.0, 0.0], [2.0, 1.0]]);
    assert_eq!(*forward.get("A1").unwrap(), array![[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [2.0, 1.0]]);
    assert_eq!(relu.predict(&corners).unwrap(), truth);
    assert_eq!(relu.forward_layer("dense 2", forward.get("A1").unwrap()).unwrap().column(0), truth);
}

#[test]
fn the_same_seed_gives_the_same_weights_and_another_layer_changes_none_before_it() {
    let net = Sequential::new([4]).dense(5).relu().dense(2);
    let of = |net: &Sequential, seed| net.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(seed)).unwrap();
    assert_eq!(of(&net, 1), of(&net, 1));
    assert_ne!(of(&net, 1).weights("dense 1").unwrap(), of(&net, 2).weights("dense 1").unwrap());
    let deeper = of(&net.clone().dense(3), 1);
    assert_eq!(deeper.weights("dense 2").unwrap(), of(&net, 1).weights("dense 2").unwrap());
    assert_eq!(deeper.biases("dense 1").unwrap(), ndarray::Array1::<f64>::zeros(5));
}

#[test]
fn large_networks_predict_what_ndarray_computes() {
    let net = compiled(&Sequential::new([30]).dense(40).tanh().dense(7), MeanSquaredError);
    let x = wavy(600, 30);
    let layer = |x: &Array2<f64>, name| x.dot(&net.weights(name).unwrap()) + net.biases(name).unwrap();
    let expected = layer(&layer(&x, "dense 1").mapv(f64::tanh), "dense 2");
    let difference = net.predict_raw(&x).unwrap() - expected;
    assert!(difference.iter().all(|difference| difference.abs() < 1e-5));
}

#[test]
fn freezing_moves_parameters_and_not_predictions() {
    let mut net = compiled(&Sequential::new([4]).dense(5).tanh().batch_norm().dense(2), MeanSquaredError);
    let (x, y) = (wavy(9, 4), wavy(9, 2));
    net.step(&(&x, &y)).unwrap();
    let before = net.clone();
    net.freeze("dense 1").unwrap();
    assert_eq!(net.predict_raw(&x).unwrap(), before.predict_raw(&x).unwrap());
    net.step(&(&x, &y)).unwrap();
    assert_eq!(net.weights("dense 1").unwrap(), before.weights("dense 1").unwrap());
    assert_ne!(net.weights("dense 2").unwrap(), before.weights("dense 2").unwrap());
    net.unfreeze("dense 1").unwrap();
    net.step(&(&x, &y)).unwrap();
    assert_ne!(net.weights("dense 1").unwrap(), before.weights("dense 1").unwrap());
    assert!(net.freeze("dense 9").unwrap_err().to_string().contains("`batch norm 1`"));
    let kept = before.truncated(2).unwrap().dense(2);
    let kept = kept.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(9)).unwrap();
    assert_eq!(kept.parameter("mean1").unwrap(), before.parameter("mean1").unwrap());
    assert_eq!(kept.parameter("W1").unwrap(), before.parameter("W1").unwrap());
}

#[test]
fn a_saved_network_is_the_same_and_goes_on_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    let net = Sequential::new([4]).dense(5).leaky_relu(0.1).batch_norm().dropout(0.3).dense(2);
    let mut net = net.compile(Adam::new(0.01), MeanSquaredError, Device::Auto, Seed(5)).unwrap();
    let examples = (wavy(9, 4), wavy(9, 2));
    net.step(&examples).unwrap();
    net.save(&path).unwrap();
    let mut loaded = crate::nn::Network::load(&path).unwrap();
    assert_eq!(loaded, net);
    assert_eq!(loaded.step(&examples).unwrap(), net.step(&examples).unwrap());
    assert_eq!(loaded, net);
}
