//! Mixed precision, and the ways that not every device knows.

use super::*;

/// As in full precision, but for the digits that products lose.
fn compare_mixed(what: &str, tiles: Option<Tiles>, network: &Network, x: &Array2<f64>, y: &Array2<f64>) {
    let gpu = gpu::open(&gpu::preferred().unwrap().name, true).unwrap();
    let both = Both::of(gpu, network, (x, y), tiles);
    for (name, far) in both.gradients(network) {
        assert!(far < 5e-3, "{what}: gradient of {name} by {far}");
    }
}

#[test]
fn mixed_precision_keeps_three_digits_of_every_gradient() {
    let name = &gpu::preferred().unwrap().name;
    let gpu = gpu::open(name, true).unwrap();
    assert!(gpu.how.starts_with("in f16"), "{}", gpu.how);
    for (rows, inputs, units, outputs) in [(1, 1, 1, 1), (33, 17, 65, 3), (130, 70, 150, 9), (64, 32, 32, 10)] {
        let net = Sequential::new([inputs]).dense(units).tanh().dense(units / 2 + 1).tanh().dropout(0.2).dense(outputs);
        let net = compile(net, MeanSquaredError, Sgd::new(0.1));
        let (x, y) = (noise(rows, inputs, 31), noise(rows, outputs, 32));
        let what = format!("{rows} × {inputs} → {units} → {outputs}");
        for tiles in Tiles::all(gpu.capabilities).into_iter().chain(Tiles::ALL) {
            compare_mixed(&format!("{what}, {tiles:?}"), Some(tiles), &net, &x, &y);
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
        let last = |metric: &str| *history.get(metric).unwrap().last().unwrap();
        (last("loss"), last("accuracy"), history.device().clone())
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
    assert_eq!(used.to_string(), "CPU, in f32, the CPU's only precision");
}

#[test]
fn mixed_precision_names_what_it_cannot_hold() {
    let gpu = Device::gpu().unwrap();
    let net = Sequential::new([2]).dense(3).relu().dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, gpu, Seed(1)).unwrap();
    let x = ndarray::array![[1.0, 2.0], [3.0, 70_000.0]];
    let fit = || Fit::epochs(1).precision(Precision::Mixed);
    let error = net.fit(&(&x, &ndarray::array![1.0, 2.0]), fit()).unwrap_err().to_string();
    assert!(error.contains("x2") && error.contains("70000, too large for 16 bits"), "{error}");
    // Derivatives beyond it are seen.
    let far = ndarray::array![1.0, 1e6];
    let error = net.fit(&(&(x / 1e5), &far), fit()).unwrap_err().to_string();
    assert!(error.contains("nothing beyond 65504") && error.contains("`Precision::Full`"), "{error}");
}

#[test]
fn mixed_precision_goes_with_windows_validation_and_a_choice_of_devices() {
    let gpu = gpu::open(&gpu::preferred().unwrap().name, true).unwrap();
    // An odd number of features: two share four bytes.
    let net = compile(Sequential::new([5]).dense(9).tanh().dense(3), MeanSquaredError, Adam::new(0.01));
    let (x, y) = (noise(41, 5, 41), noise(41, 3, 42));
    let prepared = net.prepare(&(&x, &y)).unwrap();
    let order: Vec<usize> = (0..41).map(|row| (row * 7) % 41).collect();
    let train = |window: Option<usize>, evaluated: bool| {
        let job = net.job(net.mode(), 4, None, true);
        let data = Some(prepared.data(None));
        let (gpu, evaluated) = (gpu.clone(), data.filter(|_| evaluated));
        let slots = net.state.values();
        let limits = Limits { window, ..Limits::default() };
        let mut session = Session::with(gpu, job, &net.parameters, slots, data, evaluated, limits).unwrap();
        session.epoch(&order, &[StepNumbers { number: 0, coefficients: [0.01; 8] }; 11]).unwrap()
    };
    let seen = train(None, true);
    let in_windows = train(Some(8), false);
    assert_eq!((&seen.training, &seen.parameters), (&in_windows.training, &in_windows.parameters));
    // The evaluation is in full precision: it is what the processor says of the weights that came back.
    let mut evaluator = net.clone();
    evaluator.parameters = seen.parameters.clone();
    let outputs = evaluator.predict_raw(&x).unwrap();
    let ours = &seen.validation.as_ref().unwrap().outputs;
    let exact: Vec<f32> = outputs.iter().map(|output| *output as f32).collect();
    assert!(distance(ours, &exact) < 1e-5);
    // Each precision is measured for itself.
    let name = &gpu::preferred().unwrap().name;
    let measured = [false, true].map(|mixed| net.measured(&prepared, 8, name, mixed).unwrap());
    assert!(measured[0] != measured[1] && measured.iter().flatten().all(|seconds| *seconds > 0.0));
}

#[test]
fn what_was_used_is_said_in_order_and_older_files_are_read() {
    let gpu = gpu::open(&gpu::preferred().unwrap().name, true).unwrap();
    let mut used = DeviceUse::gpu(&gpu, "9 µs per step against 61 µs on the CPU".into());
    let name = &gpu.info.name;
    assert!(used.to_string().starts_with(&format!("{name}, in f16")) && used.to_string().ends_with("on the CPU"));
    // A training that is resumed in another precision says both.
    used.steps = 10;
    let full = DeviceUse { device: name.clone(), ..DeviceUse::default() };
    used.follow(full);
    assert!(used.how.starts_with("in f16") && used.how.ends_with(", then in f32"), "{}", used.how);
    assert_eq!(used.steps, 10);
    used.follow(DeviceUse::cpu("since that is quicker".into(), Precision::Full));
    assert_eq!((used.steps, used.to_string().as_str()), (0, "CPU, since that is quicker"));
    let mut fit = serde_json::to_value(Fit::epochs(2)).unwrap();
    fit.as_object_mut().unwrap().remove("precision").unwrap();
    assert_eq!(serde_json::from_value::<Fit>(fit).unwrap(), Fit::epochs(2));
    let mut old = serde_json::to_value(&used).unwrap();
    old.as_object_mut().unwrap().remove("how").unwrap();
    assert_eq!(serde_json::from_value::<DeviceUse>(old).unwrap(), used);
}

#[test]
fn the_plain_ways_give_the_same() {
    assert!(device().capabilities.subgroups && device().how.is_empty());
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
