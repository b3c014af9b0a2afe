//! Every formula of the backward pass against finite differences, in `f64`.

use ndarray::{Array2, array};

use super::{compiled, wavy};
use crate::activation::{AnyActivation, Elu, Gelu, LeakyRelu, Maxout};
use crate::engine::plan::Mode;
use crate::init::Initializer;
use crate::loss::*;
use crate::nn::{Network, Sequential};
use crate::regularize::{L1, L1L2, L2, MaxNorm};

fn check(network: &Network, x: &Array2<f64>, y: &Array2<f64>) {
    for mode in [network.mode(), Mode::Predict] {
        let check = network.gradient_check_in(&(x, y), mode).unwrap();
        assert!(check.passed(), "{network:?}, {mode:?}: {check}");
        assert!(check.checked == network.plan.trained.min(2000) && check.checked > 0);
    }
}

fn activations() -> Vec<AnyActivation> {
    use AnyActivation::{Linear, Relu, Sigmoid, Softmax, Softplus, Tanh};
    vec![
        Linear,
        Sigmoid,
        Tanh,
        Relu,
        Softmax,
        Softplus,
        LeakyRelu { slope: 0.1 }.into(),
        Elu { alpha: 1.3 }.into(),
        Gelu::default().into(),
        Maxout { pieces: 2 }.into(),
    ]
}

/// Losses with the activation that they stand behind, and targets of 7 examples and 3 outputs.
fn losses() -> Vec<(AnyLoss, AnyActivation, Array2<f64>)> {
    let numbers = wavy(7, 3);
    let chances = numbers.mapv(|value| value / 3.0 + 0.5);
    let shares = &chances / &chances.sum_axis(ndarray::Axis(1)).insert_axis(ndarray::Axis(1));
    let classes = array![[0.0], [2.0], [1.0], [1.0], [2.0], [0.0], [1.0]];
    let signs = numbers.mapv(|value| if value < 0.0 { -1.0 } else { 1.0 });
    let linear = AnyActivation::Linear;
    vec![
        (MeanSquaredError.into(), linear, numbers.clone()),
        (HalfMeanSquaredError.into(), linear, numbers.clone()),
        (MeanAbsoluteError.into(), linear, numbers.clone()),
        (Huber { threshold: 0.6 }.into(), linear, numbers),
        (BinaryCrossEntropy { from_logits: true }.into(), linear, chances.clone()),
        (BinaryCrossEntropy { from_logits: false }.into(), AnyActivation::Sigmoid, chances),
        (CategoricalCrossEntropy { from_logits: true }.into(), linear, shares.clone()),
        (CategoricalCrossEntropy { from_logits: false }.into(), AnyActivation::Softmax, shares),
        (SparseCategoricalCrossEntropy { from_logits: true }.into(), linear, classes.clone()),
        (SparseCategoricalCrossEntropy { from_logits: false }.into(), AnyActivation::Softmax, classes.clone()),
        (Hinge.into(), linear, signs.clone()),
        (SquaredHinge.into(), linear, signs),
        (WestonWatkinsHinge.into(), linear, classes.clone()),
        (CrammerSingerHinge.into(), linear, classes),
    ]
}

#[test]
fn every_activation_under_every_loss() {
    let x = wavy(7, 4);
    for activation in activations() {
        for (loss, last, y) in losses() {
            let net = Sequential::new([4]).dense(6).activation(activation).dense(3).activation(last);
            check(&compiled(&net, loss), &x, &y);
        }
    }
}

#[test]
fn every_layer_under_every_penalty() {
    let (x, y) = (wavy(7, 4), wavy(7, 2));
    let layers: [fn(Sequential) -> Sequential; 9] = [
        |net| net.dense(5).tanh(),
        |net| net.dense(5).no_bias().sigmoid(),
        |net| net.maxout(5, 3),
        |net| net.dense(5).batch_norm().tanh(),
        |net| net.batch_norm().dense(5).softplus().batch_norm(),
        |net| net.dense(5).tanh().dropout(0.4),
        |net| net.dropout(0.2).dense(5).gaussian_noise(0.3).tanh(),
        |net| net.reshape([2, 2]).tanh().flatten().dense(5).frozen().batch_norm().frozen().tanh(),
        |net| net.dense(5).tanh().frozen().dense(4).tanh().dropout(0.1).dense(3).frozen().tanh(),
    ];
    for layer in layers {
        let plain = layer(Sequential::new([4])).dense(2);
        let penalties = [
            plain.clone(),
            plain.clone().regularizer(L1::new(0.03)),
            plain.clone().regularizer(L2::new(0.03)),
            plain.clone().regularizer(L2::per_example(0.5, 7)),
            plain.clone().regularizer(L1L2::new(0.02, 0.03)),
            plain.clone().activity_regularizer(L2::new(0.05)),
            plain.activity_regularizer(L1::new(0.05)).constraint(MaxNorm::new(1.0)),
        ];
        for net in &penalties {
            check(&compiled(net, MeanSquaredError), &x, &y);
        }
    }
}

#[test]
fn an_activity_penalty_on_a_softmax_keeps_the_loss_right() {
    let classes = array![[0.0], [2.0], [1.0], [1.0], [2.0], [0.0], [1.0]];
    let net = Sequential::new([4]).dense(5).tanh().activity_regularizer(L1::new(0.1)).dense(3).softmax();
    check(
        &compiled(&net.clone().activity_regularizer(L2::new(0.2)), SparseCategoricalCrossEntropy::default()),
        &wavy(7, 4),
        &classes,
    );
    check(&compiled(&net, SparseCategoricalCrossEntropy::default()), &wavy(7, 4), &classes);
}

#[test]
fn the_check_sees_a_wrong_gradient() {
    let (x, y) = (wavy(5, 2), wavy(5, 1));
    let mut net = compiled(&Sequential::new([2]).dense(3).tanh().dense(1), MeanSquaredError);
    // The plan has another activation in the backward pass.
    let right = net.gradient_check(&(&x, &y)).unwrap();
    assert!(right.passed(), "{right}");
    net.loss_at.loss = HalfMeanSquaredError.into();
    assert!(net.gradient_check(&(&x, &y)).unwrap().passed());
    // A kink within the stencil: a unit whose sum is exactly 0.
    let relu = Sequential::new([2]).dense(1).relu().init(Initializer::Given(vec![1.0, -1.0])).dense(1);
    let wrong = compiled(&relu, MeanSquaredError).gradient_check(&(array![[0.5, 0.5]], array![1.0])).unwrap();
    assert!(!wrong.passed(), "{wrong}");
}

#[test]
fn a_step_worked_by_hand() {
    // 2-2-1 with sigmoids, half squared error; all numbers from the formulas of A27–A30, one by one.
    let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
    let (x, y, rate) = ([0.5, -1.0], 0.8, 0.1);
    let (w1, b1) = ([[0.1, -0.2], [0.4, 0.3]], [0.05, -0.05]);
    let (w2, b2) = ([0.6, -0.7], 0.2);
    let z1 = [0, 1].map(|unit| x[0] * w1[0][unit] + x[1] * w1[1][unit] + b1[unit]);
    let a1 = z1.map(sigmoid);
    let z2 = a1[0] * w2[0] + a1[1] * w2[1] + b2;
    let a2 = sigmoid(z2);
    let dz2 = (a2 - y) * a2 * (1.0 - a2);
    let dz1 = [0, 1].map(|unit| dz2 * w2[unit] * a1[unit] * (1.0 - a1[unit]));

    let description = Sequential::new([2]).dense(2).sigmoid().dense(1).sigmoid();
    let mut net = compiled(&description, HalfMeanSquaredError);
    net.set_weights("dense 1", &Array2::from(w1.to_vec()), &b1.to_vec().into()).unwrap();
    net.set_weights("dense 2", &Array2::from(w2.map(|w| [w]).to_vec()), &array![b2]).unwrap();
    let examples = (array![[0.5, -1.0]], array![0.8]);
    let near = |ours: f64, exact: f64| assert!((ours - exact).abs() < 2e-7, "{ours} against {exact}");
    let forward = net.forward(&examples).unwrap();
    near(forward.get("Z1").unwrap()[[0, 1]], z1[1]);
    near(forward.get("A2").unwrap()[[0, 0]], a2);
    let backward = net.backward(&examples).unwrap();
    assert_eq!(backward.names(), ["dA2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]);
    near(backward.loss(), 0.5 * (a2 - y) * (a2 - y));
    near(backward.get("dZ2").unwrap()[[0, 0]], dz2);
    near(backward.get("dW2").unwrap()[[1, 0]], a1[1] * dz2);
    near(backward.get("dZ1").unwrap()[[0, 0]], dz1[0]);
    near(backward.get("dW1").unwrap()[[1, 0]], x[1] * dz1[0]);
    near(net.step(&examples).unwrap(), 0.5 * (a2 - y) * (a2 - y));
    let (after, biases) = (net.weights("dense 1").unwrap(), net.biases("dense 1").unwrap());
    for unit in 0..2 {
        near(biases[unit], b1[unit] - rate * dz1[unit]);
        for (input, x) in x.iter().enumerate() {
            near(after[[input, unit]], w1[input][unit] - rate * x * dz1[unit]);
        }
        near(net.weights("dense 2").unwrap()[[unit, 0]], w2[unit] - rate * a1[unit] * dz2);
    }
}

#[test]
fn softmax_and_cross_entropy_are_fused() {
    let net = compiled(&Sequential::new([4]).dense(3).softmax(), SparseCategoricalCrossEntropy::default());
    let examples = (wavy(5, 4), array![0.0, 2.0, 1.0, 1.0, 0.0]);
    let (forward, backward) = (net.forward(&examples).unwrap(), net.backward(&examples).unwrap());
    assert_eq!(backward.names(), ["dZ1", "dW1", "db1"]);
    let mut expected = forward.get("A1").unwrap().clone();
    examples.1.iter().enumerate().for_each(|(row, class)| expected[[row, *class as usize]] -= 1.0);
    let difference = expected / 5.0 - backward.get("dZ1").unwrap();
    assert!(difference.iter().all(|difference| difference.abs() < 1e-7));
}
