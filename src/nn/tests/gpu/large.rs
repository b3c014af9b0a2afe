//! Large sizes: drivers end long loops, and limit the bytes of a buffer and the number of workgroups.

use super::values::compare_step;
use super::*;

/// Numbers around 1, so that sums of many do not cancel.
fn around_one(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    noise(rows, columns, seed) * 0.5 + 1.0
}

#[test]
fn a_batch_of_many_rows_gives_the_same() {
    let rows = 40_000;
    let (x, y) = (around_one(rows, 3, 41), around_one(rows, 2, 42));
    // The dropout keeps the last layer and the loss apart: one of them for each row is enough.
    let net = Sequential::new([3]).dense(4).batch_norm().tanh().dense(2).dropout(0.1);
    compare_step("rows", &compile(net, MeanSquaredError, Sgd::new(0.1)), &x, &y, None);
}

#[test]
fn a_batch_normalization_keeps_the_digits_of_many_rows_far_from_0() {
    let x = Array2::from_shape_fn((100_000, 1), |(row, _)| 1000.0 + (row % 3) as f64);
    let net = compile(Sequential::new([1]).batch_norm().dense(1), MeanSquaredError, Sgd::new(0.1));
    compare_step("far from 0", &net, &x, &around_one(100_000, 1, 48), None);
}

#[test]
fn many_features_give_the_same() {
    let net = Sequential::new([40_000]).dense(3).tanh().dense(2);
    let (x, y) = (around_one(5, 40_000, 43) * 0.02, around_one(5, 2, 44));
    compare_step("features", &compile(net, MeanSquaredError, Sgd::new(0.1)), &x, &y, None);
}

#[test]
fn many_outputs_give_the_same() {
    let x = noise(2, 4, 45);
    let losses: [(AnyLoss, usize); 3] = [
        (MeanSquaredError.into(), 40_000),
        // More classes than a loop may have iterations.
        (CategoricalCrossEntropy { from_logits: true }.into(), 66_000),
        (WestonWatkinsHinge.into(), 66_000),
    ];
    for (loss, outputs) in losses {
        let net = Sequential::new([4]).dense(3).tanh().dense(outputs);
        let net = compile(net, loss, Sgd::new(0.1));
        compare_step(&format!("{loss:?}"), &net, &x, &truth(loss, 2, outputs), None);
    }
}

#[test]
fn a_last_batch_shorter_than_a_slice_takes_the_same_step() {
    let rows = 35_000;
    let (x, y) = (around_one(rows, 3, 46), around_one(rows, 2, 47));
    let net = Sequential::new([3]).dense(4).tanh().dense(2).dropout(0.1);
    let [exact, ours] = [Device::Cpu, Device::gpu().unwrap()].map(|device| {
        let mut net = net.compile(Adam::new(0.01), MeanSquaredError, device, Seed(5)).unwrap();
        net.fit(&(&x, &y), Fit::epochs(1).batch(34_000)).unwrap();
        net
    });
    assert_eq!(ours.steps(), 2);
    assert!(distance(&ours.parameters, &exact.parameters) < 1e-4);
}

#[test]
fn loops_that_a_device_would_end_are_refused() {
    if !device().capabilities.ends_loops {
        return;
    }
    let rows = 1_300_000;
    let data = (Array2::zeros((rows, 1)), Array2::zeros((rows, 1)));
    let net = Sequential::new([1]).batch_norm().dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::gpu().unwrap(), Seed(1)).unwrap();
    let error = net.fit(&data, Fit::epochs(1).batch(rows)).unwrap_err().to_string();
    assert!(error.contains("ends loops after 65535 iterations") && error.contains("use smaller batches"), "{error}");
    // One thread goes through all pieces of a maxout unit.
    let net = Sequential::new([2]).maxout(1, 40_000);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::gpu().unwrap(), Seed(1)).unwrap();
    let error = net.fit(&(array![[1.0, 2.0]], array![3.0]), Fit::epochs(1)).unwrap_err().to_string();
    assert!(error.contains("ends loops after 65535 iterations") && error.contains("narrower layers"), "{error}");
}

#[test]
fn predictions_come_in_pieces_where_one_buffer_cannot_hold_them() {
    // Outputs of 136 MB; lavapipe's buffers have 134 MB.
    let (rows, outputs) = (34_000, 1000);
    let x = noise(rows, 2, 48);
    let net = Sequential::new([2]).dense(3).tanh().dense(outputs);
    let mut net = compile(net, MeanSquaredError, Sgd::new(0.1));
    let few: Vec<usize> = (0..rows).step_by(97).chain([rows - 1]).collect();
    let exact = net.predict_raw(&x.select(ndarray::Axis(0), &few)).unwrap();
    net.set_device(Device::gpu().unwrap());
    let ours = net.predict_raw(&x).unwrap();
    assert_eq!(ours.dim(), (rows, outputs));
    for (at, row) in few.into_iter().enumerate() {
        let exact = exact.row(at);
        let far = exact.iter().zip(ours.row(row)).map(|(exact, ours)| (exact - ours).abs());
        assert!(far.fold(0.0, f64::max) < 1e-5, "row {row}");
    }
}

#[test]
fn an_epoch_in_rounds_gives_the_same() {
    let loss = SparseCategoricalCrossEntropy::default();
    let net = Sequential::new([6]).dense(12).regularizer(L2::new(0.01)).relu().dropout(0.2).dense(3).softmax();
    let net = compile(net, loss, Adam::new(0.01));
    let prepare = |rows: usize, seed: u64| net.prepare(&(noise(rows, 6, seed), truth(loss.into(), rows, 3))).unwrap();
    let (train, evaluated) = (prepare(700, 51), prepare(1300, 52));
    let order: Vec<usize> = (0..700).rev().collect();
    let epochs = |limits: Limits| {
        let job = net.job(net.mode(), 32, None, true);
        let (slots, data, evaluated) = (net.state.values(), Some(train.data(None)), Some(evaluated.data(None)));
        let mut session = Session::with(device(), job, &net.parameters, slots, data, evaluated, limits).unwrap();
        let step = |number: usize| StepNumbers { number: number as u64, coefficients: [0.01; 8] };
        let steps: Vec<StepNumbers> = (0..22).map(step).collect();
        let epochs = [session.epoch(&order, &steps).unwrap(), session.epoch(&order, &steps).unwrap()];
        (epochs, session.counts.read_backs)
    };
    let (whole, read_backs) = epochs(Limits::default());
    assert_eq!(read_backs, 2);
    assert_eq!((whole[0].training.losses.len(), whole[0].training.outputs.len()), (700, 2100));
    // One number of penalties for each step.
    assert_eq!((whole[0].training.penalties.len(), whole[0].validation.as_ref().unwrap().losses.len()), (22, 1300));
    for limits in [
        // Rounds of two steps: a batch is 128 numbers with a penalty.
        Limits { results: Some(600), ..Limits::default() },
        Limits { results: Some(5000), window: Some(600), ..Limits::default() },
        Limits { results: Some(600), window: Some(600), back: Some(77), ..Limits::default() },
        Limits { back: Some(1000), ..Limits::default() },
    ] {
        let (epochs, read_backs) = epochs(limits);
        assert!(epochs == whole, "{limits:?}");
        assert!(read_backs > 4, "{limits:?}: {read_backs}");
    }
}

#[test]
fn a_network_may_be_larger_than_one_buffer() {
    // Parameters, gradient and three numbers of memory each are 28 MB, 140 MB together; lavapipe's buffers have 134 MB.
    let (x, y) = (noise(1, 2600, 53), noise(1, 1, 54));
    let net = Sequential::new([2600]).dense(2690).tanh().dense(1);
    let [exact, ours] = [Device::Cpu, Device::gpu().unwrap()].map(|device| {
        let mut net = net.compile(AmsGrad::new(1e-4), MeanSquaredError, device, Seed(5)).unwrap();
        net.fit(&(&x, &y), Fit::epochs(2)).unwrap();
        net
    });
    assert!(distance(&ours.parameters, &exact.parameters) < 1e-3);
    assert!(distance(ours.state.values(), exact.state.values()) < 1e-3);
}

#[test]
fn a_batch_that_does_not_fit_is_refused_with_one_that_does() {
    let net = Sequential::new([2]).dense(300).tanh().dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::gpu().unwrap(), Seed(1)).unwrap();
    let most = (device().info.largest_buffer / 4) as usize;
    let rows = most / (2 * net.plan.width) + 1;
    if rows > 2_000_000 {
        return;
    }
    let data = (Array2::zeros((rows, 2)), Array2::zeros((rows, 1)));
    let error = net.fit(&data, Fit::epochs(1).batch(rows)).unwrap_err().to_string();
    assert!(error.contains(&format!("values of {rows} examples")), "{error}");
    assert!(error.contains("one buffer holds at most") && error.contains("Device::Cpu"), "{error}");
    let fits: usize =
        error.split("batches of at most ").nth(1).and_then(|rest| rest.split(',').next()).unwrap().parse().unwrap();
    let length = |rows: usize| Layout::new(&net.plan, rows, true).length;
    assert!(length(fits) <= most && length(fits + 1) > most, "{error}");
}
