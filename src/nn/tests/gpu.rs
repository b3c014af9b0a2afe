//! A graphics processor against the processor: values, gradients, steps, losses, whole trainings. Without an adapter these
//! tests fail: `cargo xtask setup` installs one in software where it can.

use std::sync::Arc;

use ndarray::Array2;

use crate::activation::{Activation, Elu, Gelu, LeakyRelu, Maxout};
use crate::data::generators;
use crate::engine::gpu::{self, Gpu, Job, Session, StepNumbers, Tiles};
use crate::engine::memory::Memory;
use crate::engine::plan::Operation;
use crate::linear::ClassWeights;
use crate::loss::{
    AnyLoss, BinaryCrossEntropy, CategoricalCrossEntropy, CrammerSingerHinge, HalfMeanSquaredError, Hinge, Huber,
    MeanAbsoluteError, MeanSquaredError, SparseCategoricalCrossEntropy, SquaredHinge, WestonWatkinsHinge,
};
use crate::nn::{DeviceUse, Metric, Network, Precision, TrainingHistory};
use crate::optim::{
    Adadelta, Adagrad, Adam, AdamW, Adamax, AmsGrad, AveragedMomentum, Clip, Momentum, Nadam, Nesterov, Optimizer,
    RmsProp, Schedule, Sgd,
};
use crate::prelude::*;
use crate::regularize::{L1, L1L2, L2, MaxNorm, NonNegative, UnitNorm};

fn device() -> Arc<Gpu> {
    gpu::open(&gpu::preferred().unwrap().name, false).unwrap()
}

/// Normal numbers.
fn noise(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut generator = Seed(seed).generator();
    Array2::from_shape_fn((rows, columns), |_| crate::data::random::normal(&mut generator))
}

/// Targets that the loss takes, for so many outputs.
fn truth(loss: AnyLoss, rows: usize, outputs: usize) -> Array2<f64> {
    let class = |row: usize| (row * 7 + row / 3) % outputs.max(2);
    match loss {
        _ if loss.takes_class_numbers() => Array2::from_shape_fn((rows, 1), |(row, _)| class(row) as f64),
        AnyLoss::CategoricalCrossEntropy(_) => {
            Array2::from_shape_fn((rows, outputs), |(row, at)| f64::from(u8::from(class(row) == at)))
        }
        _ if loss.tells_classes_apart() => {
            Array2::from_shape_fn((rows, outputs), |(row, at)| f64::from(u8::from((row + at) % 3 == 0)))
        }
        _ => noise(rows, outputs, 77),
    }
}

fn compile(layers: Sequential, loss: impl Into<AnyLoss>, optimizer: impl Into<Optimizer>) -> Network {
    layers.compile(optimizer, loss, Device::Cpu, Seed(3)).unwrap()
}

/// The largest distance of two vectors, as a share of the largest of the second.
fn distance(ours: &[f32], exact: &[f32]) -> f64 {
    distance_among(ours, exact, exact)
}

/// The largest distance of two vectors, as a share of the largest of a third.
fn distance_among(ours: &[f32], exact: &[f32], all: &[f32]) -> f64 {
    assert_eq!(ours.len(), exact.len());
    let most = all.iter().fold(1e-6_f64, |most, value| most.max(f64::from(value.abs())));
    let far = |(ours, exact): (&f32, &f32)| {
        let distance = (f64::from(*ours) - f64::from(*exact)).abs() / most;
        if distance.is_nan() { f64::INFINITY } else { distance }
    };
    ours.iter().zip(exact).map(far).fold(0.0, f64::max)
}

/// All values, derivatives and the gradient of one batch on both devices, from poisoned memory.
fn compare_step(what: &str, network: &Network, x: &Array2<f64>, y: &Array2<f64>, tiles: Option<Tiles>) {
    let prepared = network.prepare(&(x, y)).unwrap();
    let rows = prepared.rows;
    let weights: Vec<f64> = (0..rows).map(|row| 0.5 + (row % 4) as f64).collect();
    let mut memory = Memory::new(&network.plan, rows, prepared.targets, true);
    let order: Vec<usize> = (0..rows).map(|row| (row * 5 + 3) % rows).collect();
    let order = if rows.is_multiple_of(5) { (0..rows).collect() } else { order };
    network.gather(&prepared, Some(&weights), &order, &mut memory);
    let loss = network.differentiate(&mut memory, rows, false).unwrap();

    let job = Job { optimizer: None, ..network.job(network.mode(), rows, None, false) };
    let data = prepared.data(Some(&weights));
    let mut session = Session::with(device(), job, &network.parameters, &[], Some(data), None, tiles, None).unwrap();
    session.poison();
    let epoch = session.epoch(&order, &[StepNumbers { number: network.steps, ..StepNumbers::default() }]).unwrap();
    let seen = epoch.training;
    let ours = seen.losses.iter().map(|loss| f64::from(*loss)).sum::<f64>() / rows as f64
        + seen.penalties.iter().map(|penalty| f64::from(*penalty)).sum::<f64>();
    assert!((ours - loss).abs() <= 1e-5 * loss.abs().max(1e-3), "{what}: loss {ours} instead of {loss}");

    let (layout, arena) = session.arena().unwrap();
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
    for parameter in network.plan.parameters.iter().filter(|parameter| parameter.trained) {
        let exact = &memory.gradient[parameter.place()];
        // A bias before a batch normalization has none but rounding errors: only among all is it seen as 0.
        let far = distance_among(&arena[layout.gradient..][parameter.place()], exact, &memory.gradient);
        assert!(far < 1e-4, "{what}: gradient of {} by {far}", parameter.name);
    }
}

#[test]
fn every_activation_gives_the_same_values_and_gradients() {
    let activations: [(&str, Activation); 11] = [
        ("linear", Activation::Linear),
        ("sigmoid", Activation::Sigmoid),
        ("tanh", Activation::Tanh),
        ("relu", Activation::Relu),
        ("leaky relu", LeakyRelu { slope: 0.1 }.into()),
        ("elu", Elu { alpha: 1.3 }.into()),
        ("softplus", Activation::Softplus),
        ("gelu", Gelu { tanh: false }.into()),
        ("gelu by tanh", Gelu { tanh: true }.into()),
        ("softmax", Activation::Softmax),
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
    let fused: [(AnyLoss, Activation); 3] = [
        (BinaryCrossEntropy::default().into(), Activation::Sigmoid),
        (CategoricalCrossEntropy::default().into(), Activation::Softmax),
        (SparseCategoricalCrossEntropy::default().into(), Activation::Softmax),
    ];
    let others: [(AnyLoss, Activation); 13] = [
        (MeanSquaredError.into(), Activation::Linear),
        (HalfMeanSquaredError.into(), Activation::Linear),
        (MeanAbsoluteError.into(), Activation::Linear),
        (Huber { threshold: 0.7 }.into(), Activation::Linear),
        (BinaryCrossEntropy { from_logits: true }.into(), Activation::Linear),
        (CategoricalCrossEntropy { from_logits: true }.into(), Activation::Linear),
        (SparseCategoricalCrossEntropy { from_logits: true }.into(), Activation::Linear),
        (BinaryCrossEntropy::default().into(), Activation::Softmax),
        (Hinge.into(), Activation::Linear),
        (SquaredHinge.into(), Activation::Linear),
        (WestonWatkinsHinge.into(), Activation::Linear),
        (CrammerSingerHinge.into(), Activation::Linear),
        (MeanSquaredError.into(), Activation::Sigmoid),
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
            Sequential::new([10]).dense(12).regularize(L1L2::new(0.02, 0.03)).tanh().dense(3).regularize(L2::mean(0.4)),
        ),
    ];
    for (what, net) in nets {
        compare_step(what, &compile(net, MeanSquaredError, Sgd::new(0.1)), &x, &y, None);
    }
    // More weights than one piece of a penalty.
    let wide = Sequential::new([10]).dense(700).regularize(L1L2::new(1e-3, 2e-3)).tanh().dense(3);
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

/// Trains on both devices and compares losses and weights.
fn compare_training(
    what: &str,
    layers: &Sequential,
    loss: AnyLoss,
    optimizer: Optimizer,
    fit: &Fit,
) -> TrainingHistory {
    let outputs = layers.clone().compile(optimizer.clone(), loss, Device::Cpu, Seed(5)).unwrap().output_count();
    let (x, y) = (noise(60, 6, 8), truth(loss, 60, outputs));
    let mut trained = [Device::Cpu, Device::gpu().unwrap()].map(|device| {
        let mut net = layers.compile(optimizer.clone(), loss, device, Seed(5)).unwrap();
        let history = net.fit(&(&x, &y), fit.clone()).unwrap();
        (net, history)
    });
    let [(on_cpu, exact), (on_gpu, history)] = &mut trained;
    assert_eq!(exact.quantities(), history.quantities());
    for quantity in exact.quantities() {
        for (epoch, (ours, exact)) in
            history.get(quantity).unwrap().iter().zip(exact.get(quantity).unwrap()).enumerate()
        {
            let far = (ours - exact).abs() / exact.abs().max(1e-3);
            assert!(far < 1e-3, "{what}: {quantity} of epoch {epoch} is {ours} instead of {exact}");
        }
    }
    let far = distance(&on_gpu.parameters, &on_cpu.parameters);
    assert!(far < 2e-3, "{what}: weights by {far}");
    assert_eq!((on_gpu.steps(), on_gpu.epochs()), (on_cpu.steps(), on_cpu.epochs()));
    assert_eq!(on_gpu.state.steps(), on_cpu.state.steps());
    assert!(distance(on_gpu.state.values(), on_cpu.state.values()) < 5e-3, "{what}: state");
    history.clone()
}

#[test]
fn every_optimizer_takes_the_same_hundred_steps() {
    let optimizers: [Optimizer; 16] = [
        Sgd::new(0.05).into(),
        Momentum::new(0.05, 0.9).into(),
        AveragedMomentum::new(0.05, 0.9).into(),
        Nesterov::new(0.05, 0.9).into(),
        Adagrad::new(0.05).into(),
        Adadelta::new(1.0).into(),
        RmsProp::new(0.005).into(),
        RmsProp::new(0.005).centered().into(),
        Adam::new(0.01).into(),
        Adam::new(0.01).epsilon_inside_root().into(),
        Adam::new(0.01).epsilon_beside_corrected_root().into(),
        AdamW::new(0.01).into(),
        Adamax::new(0.01).into(),
        Nadam::new(0.01).into(),
        AmsGrad::new(0.01).into(),
        Adam::new(Schedule::from(crate::optim::schedule::ExponentialDecay::new(0.02, 0.5, 40))).into(),
    ];
    let net = Sequential::new([6]).dense(12).tanh().dense(3).softmax();
    for optimizer in optimizers {
        // 60 examples in batches of 13: four whole ones and one of eight.
        let fit = Fit::epochs(20).batch(13);
        let loss = SparseCategoricalCrossEntropy::default().into();
        compare_training(&format!("{optimizer:?}"), &net, loss, optimizer.clone(), &fit);
    }
}

#[test]
fn what_changes_a_step_changes_it_the_same_way() {
    let loss = AnyLoss::from(SparseCategoricalCrossEntropy::default());
    let plain = Sequential::new([6]).dense(12).tanh().dense(3).softmax();
    let fit = || Fit::epochs(10).batch(16);
    let weights = ndarray::Array1::from_shape_fn(60, |row| 0.25 + (row % 5) as f64);
    let fits = [
        ("clip by value", fit().clip(Clip::Value(0.01))),
        ("clip by norm", fit().clip(Clip::Norm(0.1))),
        ("clip by global norm", fit().clip(Clip::GlobalNorm(0.1))),
        ("sample weights", fit().sample_weights(weights)),
        ("class weights", fit().class_weights(ClassWeights::Balanced)),
        ("without shuffling", fit().shuffle(false)),
        ("one batch", Fit::epochs(10).batch(1000)),
        ("single examples", Fit::epochs(1).batch(1)),
        (
            "metrics and validation",
            fit().validation_split(0.25).metric(Metric::Accuracy).metric(Metric::F1).metric(Metric::BalancedAccuracy),
        ),
        (
            "a plateau",
            fit().reduce_on_plateau("loss", crate::optim::schedule::ReduceOnPlateau::new().factor(0.5).patience(1)),
        ),
        (
            "early stopping",
            Fit::epochs(60)
                .batch(60)
                .validation_split(0.3)
                .early_stopping(EarlyStopping::on("validation loss").patience(2)),
        ),
    ];
    for (what, fit) in fits {
        compare_training(what, &plain, loss, Adam::new(0.02).into(), &fit);
    }
    // Tensors of several pieces, as norms are taken.
    let wide = Sequential::new([6]).dense(800).tanh().dense(3).softmax();
    for clip in [Clip::Norm(0.05), Clip::GlobalNorm(0.05)] {
        compare_training("wide clip", &wide, loss, Sgd::new(0.1).into(), &fit().clip(clip));
    }
    let hidden = || Sequential::new([6]).dense(9).tanh();
    let constrained = |layers: Sequential| layers.dense(3).softmax();
    let nets = [
        ("max norm", constrained(hidden().constraint(MaxNorm::new(0.8)))),
        ("unit norm", constrained(hidden().constraint(UnitNorm::new()))),
        ("non-negative", constrained(hidden().constraint(NonNegative))),
        ("penalty", constrained(hidden().regularize(L2::new(0.05)))),
        ("activity penalty", constrained(hidden().activity_regularizer(L1::new(0.05)))),
        ("batch norm", Sequential::new([6]).dense(9).batch_norm().relu().dense(3).softmax()),
        ("dropout", Sequential::new([6]).dense(20).relu().dropout(0.3).dense(3).softmax()),
        ("maxout", Sequential::new([6]).maxout(8, 2).dense(3).softmax()),
    ];
    for (what, net) in nets {
        let fit = fit().validation_split(0.2).metric(Metric::Accuracy);
        compare_training(what, &net, loss, Adam::new(0.01).into(), &fit);
        compare_training(what, &net, loss, Sgd::new(0.1).into(), &fit.clone().clip(Clip::GlobalNorm(0.5)));
    }
}

#[test]
fn a_step_takes_few_dispatches_an_epoch_few_submits_and_one_read_back() {
    let loss = AnyLoss::from(SparseCategoricalCrossEntropy::default());
    let count = |net: Sequential, fit: &Fit| -> DeviceUse {
        let mut net = net.compile(Adam::new(0.01), loss, Device::gpu().unwrap(), Seed(5)).unwrap();
        let (x, y) = (noise(600, 6, 8), truth(loss, 600, 3));
        net.fit(&(&x, &y), fit.clone()).unwrap().device().clone()
    };
    let one = Sequential::new([6]).dense(12).relu().dropout(0.1).dense(3).softmax();
    let two = Sequential::new([6]).dense(12).relu().dense(12).sigmoid().dense(3).softmax();
    let fit = Fit::epochs(3).batch(2).validation_split(0.5).metric(Metric::Accuracy);
    for (net, dispatches) in [(one, 3), (two, 5)] {
        let parameters = net.parameter_count().unwrap();
        let device = count(net, &fit);
        assert_eq!((device.steps, device.dispatches), (450, 450 * dispatches), "{device}");
        // 150 steps an epoch are two pieces, at most 128 each.
        assert_eq!((device.submits, device.read_backs), (3 * 2, 3), "{device}");
        assert!(device.steps / device.submits >= 50);
        // Losses and outputs of 300 examples and as many to judge by; parameters with Adam's two averages.
        let each = 2 * 300 * (1 + 3) + 3 * parameters;
        assert_eq!(device.bytes_back, 3 * 4 * each as u64);
    }
}

#[test]
fn predictions_and_evaluations_are_the_same_and_data_may_come_in_windows() {
    let moons = generators::moons(3000, 0.2, Seed(2)).unwrap();
    let net = Sequential::new([2]).dense(16).relu().dense(1).sigmoid();
    let mut net = net.compile(Adam::new(0.01), BinaryCrossEntropy::default(), Device::Cpu, Seed(1)).unwrap();
    net.fit(&moons, Fit::epochs(2)).unwrap();
    let mut other = net.clone();
    other.set_device(Device::gpu().unwrap());
    let (exact, ours) = (net.predict_proba(&moons).unwrap(), other.predict_proba(&moons).unwrap());
    assert!(exact.iter().zip(&ours).all(|(exact, ours)| (exact - ours).abs() < 1e-5));
    let [exact, ours] = [&net, &other].map(|net| net.evaluate(&moons, &[Metric::Accuracy]).unwrap());
    assert!((exact.loss - ours.loss).abs() < 1e-5 && exact.metrics == ours.metrics);
    assert_eq!(net.score(&moons).unwrap(), other.score(&moons).unwrap());
    let [exact, ours] = [&mut net, &mut other].map(|net| net.partial_fit(&moons).unwrap());
    assert!((exact - ours).abs() < 1e-5);
    assert!(distance(&other.parameters, &net.parameters) < 1e-4 && net.steps() == other.steps());

    // 3000 examples, of which 256 are on the device at a time.
    let prepared = net.prepare(&moons).unwrap();
    let order: Vec<usize> = (0..prepared.rows).rev().collect();
    let epoch = |window: Option<usize>| {
        let mut trained = net.clone();
        let described = net.clone();
        let job = described.job(described.mode(), 32, None, true);
        let (data, judged) = (prepared.data(None), prepared.data(None));
        let state = described.state.values();
        let mut session =
            Session::with(device(), job, &described.parameters, state, Some(data), Some(judged), None, window).unwrap();
        let fit = Fit::epochs(1).metric(Metric::Accuracy);
        let options = crate::nn::step::StepOptions::new(&net, None);
        let sets = (&prepared, Some(&prepared));
        let values = trained.epoch_on_gpu(&mut session, &order, sets, &fit, &options).unwrap();
        (values, trained.parameters)
    };
    assert_eq!(epoch(Some(1100)), epoch(None));
}

#[test]
fn a_training_that_was_interrupted_goes_on_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.json");
    let data = (noise(60, 6, 8), truth(SparseCategoricalCrossEntropy::default().into(), 60, 3));
    let net = Sequential::new([6]).dense(12).tanh().dropout(0.2).dense(3).softmax();
    let loss = SparseCategoricalCrossEntropy::default();
    let net = net.compile(Nadam::new(0.01), loss, Device::gpu().unwrap(), Seed(5)).unwrap();
    let mut whole = net.clone();
    whole.fit(&data, Fit::epochs(6).batch(16)).unwrap();
    let mut first = net.clone();
    let mut seen = 0;
    first
        .fit_while(&data, Fit::epochs(6).batch(16).checkpoint(&file, 2), |_, _| {
            seen += 1;
            seen < 4
        })
        .unwrap();
    let mut second = net.clone();
    second.fit(&data, Fit::epochs(4).batch(16)).unwrap();
    second.fit(&data, Fit::epochs(2).batch(16)).unwrap();
    assert_eq!(second.parameters, whole.parameters);
    assert_eq!(second.state, whole.state);
    let (loaded, _) = (crate::nn::Checkpoint::load(&file).unwrap(), ());
    assert_eq!(loaded.network().device(), net.device());
}

#[test]
fn what_goes_wrong_is_said_and_the_network_is_as_before() {
    let data = (noise(40, 6, 8), truth(MeanSquaredError.into(), 40, 3));
    let layers = Sequential::new([6]).dense(8).dense(3);
    let gpu = Device::gpu().unwrap();
    let mut net = layers.compile(Sgd::new(1e9), MeanSquaredError, gpu, Seed(1)).unwrap();
    let before = net.clone();
    let error = net.fit(&data, Fit::epochs(20).batch(8)).unwrap_err().to_string();
    assert!(error.contains("became") && error.contains("lower the learning rate"), "{error}");
    assert_eq!(net, before);
    let mut net = layers.compile(Sgd::new(0.01), MeanSquaredError, gpu, Seed(1)).unwrap();
    let error = net.fit(&data, Fit::epochs(2).watch_layers()).unwrap_err().to_string();
    assert!(error.contains("layers are watched") && error.contains("Device::Cpu"), "{error}");
    let error = Device::named("Voodoo 2").unwrap_err().to_string();
    assert!(error.contains("`Voodoo 2`; there are `"), "{error}");
    let mut net = layers.compile(Sgd::new(0.01), MeanSquaredError, Device::Cpu, Seed(1)).unwrap();
    net.set_device(serde_json::from_str("{\"Gpu\":\"Voodoo 2\"}").unwrap());
    let error = net.fit(&data, Fit::epochs(2)).unwrap_err().to_string();
    assert!(error.contains("no graphics processor `Voodoo 2`"), "{error}");
    net.set_device(Device::Cpu);
    net.fit(&data, Fit::epochs(2)).unwrap();
}

#[test]
fn a_network_that_does_not_fit_is_refused_with_its_size() {
    let most = device().info.largest_buffer;
    let side = ((most / 4) as f64).sqrt() as usize + 2;
    if side > 20_000 {
        // A device with room for gigabytes: such a network would not fit into this machine either.
        return;
    }
    let net = Sequential::new([side]).dense(side).dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::gpu().unwrap(), Seed(1)).unwrap();
    let before = net.parameters[0];
    let data = (Array2::zeros((2, side)), Array2::zeros((2, 1)));
    let error = net.fit(&data, Fit::epochs(1)).unwrap_err().to_string();
    assert!(error.contains("one buffer holds at most") && error.contains("Device::Cpu"), "{error}");
    assert_eq!(net.parameters[0], before);
}

#[test]
fn auto_is_the_processor_where_the_other_is_software() {
    let data = (noise(40, 6, 8), truth(MeanSquaredError.into(), 40, 3));
    let net = Sequential::new([6]).dense(8).dense(3);
    let mut net = net.compile(Sgd::new(0.01), MeanSquaredError, Device::auto(), Seed(1)).unwrap();
    let history = net.fit(&data, Fit::epochs(2)).unwrap();
    let software = gpu::preferred().unwrap().software && !gpu::is_named();
    let device = history.device();
    if software {
        assert!(device.device == "CPU" && device.why.contains("is software"), "{device}");
    } else {
        assert!(device.why.contains("a step against"), "{device}");
    }
    let train = net.prepare(&data).unwrap();
    let [cpu, gpu] = net.measured(&train, 8, &gpu::preferred().unwrap().name, false).unwrap();
    assert!(cpu > 0.0 && gpu > 0.0);
    assert_eq!(net.measured(&train, 8, &gpu::preferred().unwrap().name, false).unwrap(), [cpu, gpu]);
    let watched = net.fit(&data, Fit::epochs(1).watch_layers()).unwrap();
    assert!(watched.device().to_string().contains("layers are watched"));
}

#[test]
fn memory_is_given_back() {
    // A device of its own: other tests use the shared one.
    let own = Arc::new(Gpu::open(&gpu::preferred().unwrap().name, false).unwrap());
    let net = compile(Sequential::new([100]).dense(500).dense(3), MeanSquaredError, Sgd::new(0.01));
    let prepared = net.prepare(&(noise(1000, 100, 8), truth(MeanSquaredError.into(), 1000, 3))).unwrap();
    let before = own.allocated();
    let session = || {
        let job = net.job(net.mode(), 500, None, false);
        Session::new(own.clone(), job, &net.parameters, &[], Some(prepared.data(None)), None).unwrap()
    };
    let first = session();
    let with = own.allocated();
    drop(first);
    let after = own.allocated();
    if let (Some(before), Some(with), Some(after)) = (before, with, after) {
        // A parameter alone is 200 kB, the data 400 kB.
        assert!(with > before + 1_000_000 && after == before, "{before}, {with}, {after}");
    }
}

/// Alone with its device: other tests use the shared one.
#[test]
fn a_device_that_is_lost_is_said_and_opened_anew() {
    let name = gpu::preferred().unwrap().name.clone();
    let net = compile(Sequential::new([6]).dense(8).dense(3), MeanSquaredError, Sgd::new(0.01));
    let prepared = net.prepare(&(noise(40, 6, 8), truth(MeanSquaredError.into(), 40, 3))).unwrap();
    let own = Arc::new(Gpu::open(&name, false).unwrap());
    let job = net.job(net.mode(), 8, None, false);
    let mut session = Session::new(own.clone(), job, &net.parameters, &[], Some(prepared.data(None)), None).unwrap();
    own.destroy();
    let order: Vec<usize> = (0..40).collect();
    let error = session.epoch(&order, &[StepNumbers::default(); 5]).unwrap_err().to_string();
    assert!(error.contains("was lost while training"), "{error}");
    drop(session);
    assert!(gpu::open(&name, false).is_ok());
}

#[test]
fn what_is_no_number_is_seen_whatever_it_passes() {
    let activations = [
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Relu,
        Elu { alpha: 1.0 }.into(),
        Activation::Softplus,
        Gelu { tanh: false }.into(),
        Gelu { tanh: true }.into(),
        Activation::Softmax,
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
    for (activation, (loss, outputs)) in cases.chain(losses.map(|loss| (Activation::Tanh, loss))) {
        let net = Sequential::new([4]).dense(6).activation(activation).dense(outputs);
        let mut net = compile(net, loss, Sgd::new(0.1));
        let prepared = net.prepare(&(noise(3, 4, 8), truth(loss, 3, outputs))).unwrap();
        net.parameters.fill(f32::NAN);
        let seen = net.see(device(), prepared.data(None), false).unwrap();
        let what = format!("{} before the {}", activation.name(), loss.name());
        assert!(seen.losses.iter().all(|loss| !loss.is_finite()), "{what}: {:?}", seen.losses);
    }
}

/// As [`compare_step`], with a product's digits lost: of the largest of each tensor.
fn compare_mixed(what: &str, tiles: Option<Tiles>, network: &Network, x: &Array2<f64>, y: &Array2<f64>) {
    let gpu = gpu::open(&gpu::preferred().unwrap().name, true).unwrap();
    let prepared = network.prepare(&(x, y)).unwrap();
    let rows = prepared.rows;
    let mut memory = Memory::new(&network.plan, rows, prepared.targets, true);
    let order: Vec<usize> = (0..rows).rev().collect();
    network.gather(&prepared, None, &order, &mut memory);
    network.differentiate(&mut memory, rows, false).unwrap();
    let job = Job { optimizer: None, ..network.job(network.mode(), rows, None, false) };
    let data = prepared.data(None);
    let mut session = Session::with(gpu, job, &network.parameters, &[], Some(data), None, tiles, None).unwrap();
    session.poison();
    session.epoch(&order, &[StepNumbers { number: network.steps, ..StepNumbers::default() }]).unwrap();
    let (layout, arena) = session.arena().unwrap();
    for parameter in network.plan.parameters.iter().filter(|parameter| parameter.trained) {
        let exact = &memory.gradient[parameter.place()];
        let far = distance(&arena[layout.gradient..][parameter.place()], exact);
        assert!(far < 5e-3, "{what}: gradient of {} by {far}", parameter.name);
    }
}

#[test]
fn mixed_precision_keeps_three_digits_of_every_gradient() {
    let name = &gpu::preferred().unwrap().name;
    let gpu = gpu::open(name, true).unwrap();
    println!("{name}: {}", gpu.how);
    assert!(gpu.how.starts_with("in f16"), "{}", gpu.how);
    for (rows, inputs, units, outputs) in [(1, 1, 1, 1), (33, 17, 65, 3), (130, 70, 150, 9), (64, 32, 32, 10)] {
        let net = Sequential::new([inputs]).dense(units).tanh().dense(units / 2 + 1).tanh().dropout(0.2).dense(outputs);
        let net = compile(net, MeanSquaredError, Sgd::new(0.1));
        let (x, y) = (noise(rows, inputs, 31), noise(rows, outputs, 32));
        let what = format!("{rows} × {inputs} → {units} → {outputs}");
        for tiles in [None].into_iter().chain(Tiles::ALL.map(Some)) {
            compare_mixed(&format!("{what}, {tiles:?}"), tiles, &net, &x, &y);
        }
    }
    let first = Sequential::new([9]).batch_norm().dense(21).tanh().dense(4).softmax();
    let loss = SparseCategoricalCrossEntropy::default();
    let (x, y) = (noise(40, 9, 33), truth(loss.into(), 40, 4));
    compare_mixed("a normalization first", None, &compile(first, loss, Sgd::new(0.1)), &x, &y);
}

#[test]
fn mixed_precision_learns_the_same() {
    let moons = generators::moons(300, 0.15, Seed(5)).unwrap();
    let net = Sequential::new([2]).dense(40).relu().dense(24).relu().dense(1).sigmoid();
    let train = |device: Device, precision: Precision| {
        let mut net = net.compile(Adam::new(0.01), BinaryCrossEntropy::default(), device, Seed(1)).unwrap();
        let fit = Fit::epochs(20).batch(30).metric(Metric::Accuracy).precision(precision);
        let history = net.fit(&moons, fit).unwrap();
        (history.last("loss").unwrap(), history.last("accuracy").unwrap(), history.device().clone())
    };
    let gpu = Device::gpu().unwrap();
    let (full, _, plain) = train(gpu, Precision::Full);
    let (mixed, accuracy, used) = train(gpu, Precision::Mixed);
    assert!((mixed - full).abs() < 0.02 * full.max(0.1), "{mixed} instead of {full}");
    assert!(mixed != full && accuracy > 0.95, "{accuracy}");
    assert_eq!(plain.how, "");
    assert!(used.how.starts_with("in f16") && used.to_string().contains(&used.how), "{used}");
    assert_eq!((used.dispatches, used.read_backs), (plain.dispatches, plain.read_backs));
    let (on_cpu, _, used) = train(Device::Cpu, Precision::Mixed);
    assert!((on_cpu - full).abs() < 1e-3);
    assert_eq!(used.to_string(), "CPU, in f32, the processor's only precision");
}

#[test]
fn mixed_precision_names_what_it_cannot_hold() {
    let gpu = Device::gpu().unwrap();
    let net = Sequential::new([2]).dense(3).relu().dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, gpu, Seed(1)).unwrap();
    let x = ndarray::array![[1.0, 2.0], [3.0, 70_000.0]];
    let fit = || Fit::epochs(1).precision(Precision::Mixed);
    let error = net.fit(&(&x, &ndarray::array![1.0, 2.0]), fit()).unwrap_err().to_string();
    assert!(error.contains("column 2 of row 2 is 70000") && error.contains("normalize"), "{error}");
    // Derivatives beyond it are seen.
    let far = ndarray::array![1.0, 1e6];
    let error = net.fit(&(&(x / 1e5), &far), fit()).unwrap_err().to_string();
    assert!(error.contains("not a number") || error.contains("inf") || error.contains("NaN"), "{error}");
}

#[test]
fn the_plain_ways_give_the_same() {
    let gpu = Arc::new(Gpu::plain(&gpu::preferred().unwrap().name).unwrap());
    let x = noise(53, 9, 2);
    let losses: [AnyLoss; 3] = [
        SparseCategoricalCrossEntropy { from_logits: true }.into(),
        CategoricalCrossEntropy { from_logits: true }.into(),
        CrammerSingerHinge.into(),
    ];
    for (loss, outputs) in losses.into_iter().flat_map(|loss| [(loss, 4), (loss, 150)]) {
        let net = Sequential::new([9]).dense(13).batch_norm().tanh().dense(outputs);
        let net = compile(net, loss, Adam::new(0.01));
        let y = truth(loss, 53, outputs);
        let prepared = net.prepare(&(&x, &y)).unwrap();
        let train = |gpu: Arc<Gpu>| {
            let job = net.job(net.mode(), 53, Some(Clip::GlobalNorm(0.5)), false);
            let data = prepared.data(None);
            let mut session = Session::new(gpu, job, &net.parameters, net.state.values(), Some(data), None).unwrap();
            let order: Vec<usize> = (0..53).collect();
            let numbers = StepNumbers { number: 0, coefficients: [0.01; 8] };
            session.epoch(&order, &[numbers]).unwrap()
        };
        let (plain, quick) = (train(gpu.clone()), train(device()));
        assert!(distance(&plain.parameters, &quick.parameters) < 1e-5, "{loss:?} with {outputs}");
        assert!(distance(&plain.training.losses, &quick.training.losses) < 1e-5, "{loss:?} with {outputs}");
    }
}
