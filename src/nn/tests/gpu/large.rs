//! What is long: drivers end long loops, have room for so many bytes, and take so many workgroups.

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
    if !device().ways.ends_loops {
        return;
    }
    let rows = 1_300_000;
    let data = (Array2::zeros((rows, 1)), Array2::zeros((rows, 1)));
    let net = Sequential::new([1]).batch_norm().dense(1);
    let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::gpu().unwrap(), Seed(1)).unwrap();
    let error = net.fit(&data, Fit::epochs(1).batch(rows)).unwrap_err().to_string();
    assert!(error.contains("ends loops after 65535 iterations") && error.contains("take smaller batches"), "{error}");
}
