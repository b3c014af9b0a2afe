//! Values, derivatives and gradients of one batch.

use super::*;
use crate::nn::tests::finite::{of_scores, saying};

/// All values, derivatives and the gradient of one batch on both devices.
pub(super) fn compare_step(what: &str, network: &Network, x: &Array2<f64>, y: &Array2<f64>, tiles: Option<Tiles>) {
    let both = Both::of(device(), network, (x, y), tiles);
    let Both { loss, memory, seen, layout, arena, .. } = &both;
    let rows = x.nrows();
    let ours = seen.losses.iter().map(|loss| f64::from(*loss)).sum::<f64>() / rows as f64
        + seen.penalties.iter().map(|penalty| f64::from(*penalty)).sum::<f64>();
    assert!((ours - loss).abs() <= 1e-5 * loss.abs().max(1e-3), "{what}: loss {ours} instead of {loss}");
    let end = network.plan.operations.len() - network.loss_at.fused;
    for at in 0..end {
        let operation = &network.plan.operations[at];
        let output = network.plan.operations.get(at + 1).map_or(network.plan.output, Operation::input);
        let place = layout.value(output) as usize;
        let far = distance(&arena[place..][..output.width * rows], memory.value(output, rows));
        assert!(far < 1e-5, "{what}: values of {operation:?} by {far}");
        if at > network.plan.first_trained {
            let input = operation.input();
            let place = layout.delta(input) as usize;
            let far = distance(&arena[place..][..input.width * rows], memory.delta(input, rows));
            assert!(far < 1e-4, "{what}: derivatives before {operation:?} by {far}");
        }
    }
    for (name, far) in both.gradients(network) {
        assert!(far < 1e-4, "{what}: gradient of {name} by {far}");
    }
}

#[test]
fn every_activation_gives_the_same_values_and_gradients() {
    let activations: [(&str, AnyActivation); 11] = [
        ("linear", AnyActivation::Linear),
        ("sigmoid", AnyActivation::Sigmoid),
        ("tanh", AnyActivation::Tanh),
        ("relu", AnyActivation::Relu),
        ("leaky relu", LeakyRelu { slope: 0.1 }.into()),
        ("elu", Elu { alpha: 1.3 }.into()),
        ("softplus", AnyActivation::Softplus),
        ("gelu", Gelu { tanh: false }.into()),
        ("gelu by tanh", Gelu { tanh: true }.into()),
        ("softmax", AnyActivation::Softmax),
        ("maxout", Maxout { pieces: 3 }.into()),
    ];
    let x = noise(37, 11, 1) * 3.0;
    for (name, activation) in activations {
        let net = Sequential::new([11]).dense(21).activation(activation).dense(9).activation(activation);
        let outputs = if name == "maxout" { net.dense(5) } else { net.dense(5).activation(activation) };
        let net = compile(outputs, MeanSquaredError, Sgd::new(0.1));
        compare_step(name, &net, &x, &truth(MeanSquaredError.into(), 37, 5), None);
    }
}

#[test]
fn every_loss_gives_the_same_values_and_gradients() {
    let x = noise(53, 9, 2) * 2.0;
    let fused: [(AnyLoss, AnyActivation); 3] = [
        (BinaryCrossEntropy::default().into(), AnyActivation::Sigmoid),
        (CategoricalCrossEntropy::default().into(), AnyActivation::Softmax),
        (SparseCategoricalCrossEntropy::default().into(), AnyActivation::Softmax),
    ];
    let others: [(AnyLoss, AnyActivation); 13] = [
        (MeanSquaredError.into(), AnyActivation::Linear),
        (HalfMeanSquaredError.into(), AnyActivation::Linear),
        (MeanAbsoluteError.into(), AnyActivation::Linear),
        (Huber { threshold: 0.7 }.into(), AnyActivation::Linear),
        (BinaryCrossEntropy { from_logits: true }.into(), AnyActivation::Linear),
        (CategoricalCrossEntropy { from_logits: true }.into(), AnyActivation::Linear),
        (SparseCategoricalCrossEntropy { from_logits: true }.into(), AnyActivation::Linear),
        (BinaryCrossEntropy::default().into(), AnyActivation::Softmax),
        (Hinge.into(), AnyActivation::Linear),
        (SquaredHinge.into(), AnyActivation::Linear),
        (WestonWatkinsHinge.into(), AnyActivation::Linear),
        (CrammerSingerHinge.into(), AnyActivation::Linear),
        (MeanSquaredError.into(), AnyActivation::Sigmoid),
    ];
    for (loss, activation) in fused.into_iter().chain(others) {
        for outputs in [4, 150] {
            // 150 outputs are more than the tail takes.
            let net = Sequential::new([9]).dense(13).tanh().dense(outputs).activation(activation);
            let net = compile(net, loss, Sgd::new(0.1));
            let what = format!("{loss:?} behind {} with {outputs} outputs", activation.name());
            compare_step(&what, &net, &x, &truth(loss, 53, outputs), None);
        }
    }
    // Probabilities that are not fused with the softmax that made them: a penalty stands between.
    for loss in [AnyLoss::from(CategoricalCrossEntropy::default()), SparseCategoricalCrossEntropy::default().into()] {
        let net = Sequential::new([9]).dense(6).softmax().activity_regularizer(L1::new(0.01));
        compare_step("behind a penalty", &compile(net, loss, Sgd::new(0.1)), &x, &truth(loss, 53, 6), None);
    }
}

#[test]
fn every_layer_gives_the_same_values_and_gradients() {
    let x = noise(45, 10, 4);
    let y = truth(MeanSquaredError.into(), 45, 3);
    let nets = [
        ("dropout", Sequential::new([10]).dense(33).relu().dropout(0.4).dense(17).dropout(0.2).dense(3)),
        ("dropout first", Sequential::new([10]).dropout(0.3).dense(8).tanh().dense(3)),
        ("dropout last", Sequential::new([10]).dense(8).tanh().dense(3).dropout(0.5)),
        ("two dropouts", Sequential::new([10]).dense(8).dropout(0.5).dropout(0.5).dense(3)),
        ("noise", Sequential::new([10]).gaussian_noise(0.3).dense(8).gaussian_noise(0.1).dense(3)),
        ("batch norm", Sequential::new([10]).dense(19).batch_norm().relu().dropout(0.1).dense(3)),
        ("batch norm first", Sequential::new([10]).batch_norm().dense(9).tanh().dense(3)),
        ("no hidden layer", Sequential::new([10]).dense(3)),
        (
            "activity",
            Sequential::new([10])
                .dense(12)
                .tanh()
                .activity_regularizer(L1L2::new(0.02, 0.03))
                .dense(6)
                .activity_regularizer(L2::mean(0.5))
                .dense(3),
        ),
        (
            "penalties",
            Sequential::new([10])
                .dense(12)
                .regularizer(L1L2::new(0.02, 0.03))
                .tanh()
                .dense(3)
                .regularizer(L2::mean(0.4)),
        ),
    ];
    for (what, net) in nets {
        compare_step(what, &compile(net, MeanSquaredError, Sgd::new(0.1)), &x, &y, None);
    }
    // More weights than one piece of a penalty.
    let wide = Sequential::new([10]).dense(700).regularizer(L1L2::new(1e-3, 2e-3)).tanh().dense(3);
    compare_step("wide penalties", &compile(wide, MeanSquaredError, Sgd::new(0.1)), &x, &y, None);
    let mut frozen = compile(
        Sequential::new([10]).dense(8).relu().dense(7).batch_norm().tanh().dense(3),
        MeanSquaredError,
        Sgd::new(0.1),
    );
    for layer in ["dense 1", "batch norm 1", "dense 2"] {
        if frozen.description().layer_names().iter().any(|name| name == layer) {
            frozen.freeze(layer).unwrap();
            compare_step(&format!("frozen {layer}"), &frozen, &x, &y, None);
        }
    }
}

#[test]
fn every_tile_gives_the_same_on_awkward_sizes() {
    for tiles in Tiles::ALL {
        for (rows, inputs, hidden, outputs) in [(1, 1, 1, 1), (345, 33, 129, 3), (7, 345, 17, 130), (130, 5, 66, 10)] {
            let net = Sequential::new([inputs]).dense(hidden).relu().dense(hidden + 1).tanh().dense(outputs);
            let net = compile(net, MeanSquaredError, Sgd::new(0.1));
            let what = format!("{rows} × {inputs} × {hidden} × {outputs} by {tiles:?}");
            compare_step(
                &what,
                &net,
                &noise(rows, inputs, 5),
                &truth(MeanSquaredError.into(), rows, outputs),
                Some(tiles),
            );
        }
    }
}

#[test]
fn what_is_no_number_is_seen_whatever_it_passes() {
    let activations = [
        AnyActivation::Sigmoid,
        AnyActivation::Tanh,
        AnyActivation::Relu,
        Elu { alpha: 1.0 }.into(),
        AnyActivation::Softplus,
        Gelu { tanh: false }.into(),
        Gelu { tanh: true }.into(),
        AnyActivation::Softmax,
        Maxout { pieces: 2 }.into(),
    ];
    let losses: [(AnyLoss, usize); 8] = [
        (MeanSquaredError.into(), 3),
        (Huber { threshold: 1.0 }.into(), 3),
        (BinaryCrossEntropy { from_logits: true }.into(), 3),
        (CategoricalCrossEntropy { from_logits: true }.into(), 3),
        (SparseCategoricalCrossEntropy { from_logits: true }.into(), 3),
        (Hinge.into(), 3),
        (WestonWatkinsHinge.into(), 3),
        (CrammerSingerHinge.into(), 3),
    ];
    let plain = (AnyLoss::from(MeanSquaredError), 3);
    let cases = activations.iter().map(|activation| (*activation, plain));
    for (activation, (loss, outputs)) in cases.chain(losses.map(|loss| (AnyActivation::Tanh, loss))) {
        let net = Sequential::new([4]).dense(6).activation(activation).dense(outputs);
        let mut net = compile(net, loss, Sgd::new(0.1));
        let prepared = net.prepare(&(noise(3, 4, 8), truth(loss, 3, outputs))).unwrap();
        net.parameters.fill(f32::NAN);
        let seen = net.see(device(), prepared.data(None), false).unwrap();
        let what = format!("{} before the {}", activation.name(), loss.name());
        assert!(seen.losses.iter().all(|loss| !loss.is_finite()), "{what}: {:?}", seen.losses);
    }
}

#[test]
fn outputs_that_are_not_finite_are_no_small_loss() {
    let x = array![[10.0, 10.0]];
    for loss in of_scores() {
        let y = if loss.takes_class_numbers() { array![[0.0]] } else { array![[1.0, 0.0, 0.0]] };
        // The true class is infinitely far ahead, or a wrong one infinitely far behind: each alone would cost nothing.
        for outputs in [[f64::INFINITY, 0.0, 0.0], [0.0, f64::NEG_INFINITY, 0.0]] {
            let mut net = saying(outputs, loss);
            net.set_device(Device::gpu().unwrap());
            let before = net.clone();
            let error = net.fit(&(&x, &y), Fit::epochs(1)).unwrap_err().to_string();
            assert!(error.contains("the loss became"), "{loss:?}: {error}");
            assert_eq!(net, before);
        }
    }
}
