//! Whole trainings.

use super::*;
use crate::nn::train_on_gpu::GpuTrainer;

/// Trains on both devices and compares losses and weights.
fn compare_training(
    what: &str,
    layers: &Sequential,
    loss: AnyLoss,
    optimizer: AnyOptimizer,
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
    assert_eq!(exact.metric_names(), history.metric_names());
    for quantity in exact.metric_names() {
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
    let optimizers: [AnyOptimizer; 20] = [
        Sgd::new(0.05).into(),
        Momentum::new(0.05, 0.9).into(),
        AveragedMomentum::new(0.05, 0.9).into(),
        Nesterov::new(0.05, 0.9).into(),
        Adagrad::new(0.05).into(),
        Adadelta::new(1.0).into(),
        RmsProp::new(0.005).into(),
        RmsProp::new(0.005).centered().into(),
        RmsProp::new(0.005).epsilon(1e-4).epsilon_beside_root().into(),
        RmsProp::new(0.005).epsilon(1e-4).centered().epsilon_beside_root().into(),
        Adagrad::new(0.05).initial_accumulator(0.0).epsilon(1e-4).epsilon_beside_root().into(),
        Nadam::new(0.01).momentum_decay(0.004).into(),
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
        ("penalty", constrained(hidden().regularizer(L2::new(0.05)))),
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
        // Losses and outputs of 300 examples and as many to evaluate; parameters with Adam's two averages.
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
    let [exact, ours] = [&net, &other].map(|net| net.evaluate_with(&moons, &[Metric::Accuracy]).unwrap());
    assert!((exact.loss - ours.loss).abs() < 1e-5 && exact.metrics == ours.metrics);
    assert_eq!(net.score(&moons).unwrap(), other.score(&moons).unwrap());
    let [exact, ours] = [&mut net, &mut other].map(|net| net.partial_fit(&moons).unwrap());
    assert!((exact - ours).abs() < 1e-5);
    assert!(distance(&other.parameters, &net.parameters) < 1e-4 && net.steps() == other.steps());

    // 3000 examples, of which 256 are on the device at a time.
    let prepared = net.prepare(&moons).unwrap();
    let order: Vec<usize> = (0..prepared.rows).rev().collect();
    let epoch = |limits: Limits| {
        let mut trained = net.clone();
        let described = net.clone();
        let job = described.job(described.mode(), 32, None, true);
        let (data, evaluated) = (prepared.data(None), prepared.data(None));
        let state = described.state.values();
        let session =
            Session::with(device(), job, &described.parameters, state, Some(data), Some(evaluated), limits).unwrap();
        let fit = Fit::epochs(1).batch(32).metric(Metric::Accuracy);
        let mut trainer =
            GpuTrainer { session, train: &prepared, validation: Some(&prepared), fit: &fit, heeding: None };
        let values = trainer.epoch(&mut trained, &order, &mut DeviceUse::default()).unwrap();
        (values, trained.parameters)
    };
    let whole = epoch(Limits::default());
    assert_eq!(epoch(Limits { window: Some(1100), ..Limits::default() }), whole);
    assert_eq!(epoch(Limits { results: Some(700), back: Some(64), ..Limits::default() }), whole);
}

#[test]
fn a_training_that_was_interrupted_goes_on_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let (file, left) = (folder.path().join("net.json"), folder.path().join("left.json"));
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
            if seen == 3 {
                // What a kernel that ends now would leave.
                std::fs::copy(&file, &left).unwrap();
            }
            seen < 4
        })
        .unwrap();
    let mut second = net.clone();
    second.fit(&data, Fit::epochs(4).batch(16)).unwrap();
    second.fit(&data, Fit::epochs(2).batch(16)).unwrap();
    assert_eq!(second.parameters, whole.parameters);
    assert_eq!(second.state, whole.state);
    let loaded = Checkpoint::load(&file).unwrap();
    assert_eq!(loaded.network().device(), net.device());
    let (resumed, history) = Checkpoint::load(&left).unwrap().resume(&data).unwrap();
    assert_eq!((&resumed.parameters, &resumed.state), (&whole.parameters, &whole.state));
    assert_eq!((history.epochs(), history.device().read_backs), (6, 6));
}
