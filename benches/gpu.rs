//! Times the training of a network on a device: called by `benches/gpu.py`, which makes the table.
//!
//! `gpu SIZES BATCH EPOCHS DEVICE PRECISION`, such as `gpu 784,128,10 128 20 gpu full`: a ReLU network with softmax, Adam
//! with 1e-3, up to 200 steps an epoch. The device is `cpu`, `gpu`, or a part of a graphics processor's name, the precision
//! `full` or `mixed`; `list` names the devices.

use std::time::Instant;

use gradus::prelude::*;

const STEPS: usize = 200;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().filter(|argument| argument != "--bench").collect();
    if let [_, list] = arguments.as_slice()
        && list == "list"
    {
        println!("{}", Device::list());
        return Ok(());
    }
    let [_, sizes, batch, epochs, device, precision] = arguments.as_slice() else {
        println!("called without sizes; run `python benches/gpu.py`");
        return Ok(());
    };
    let number = |text: &str| text.parse::<usize>().map_err(|error| gradus::Error::Data(format!("{text}: {error}")));
    let sizes = sizes.split(',').map(number).collect::<Result<Vec<_>>>()?;
    let (batch, epochs) = (number(batch)?, number(epochs)?);
    let device = match device.as_str() {
        "cpu" => Device::Cpu,
        "gpu" => Device::gpu()?,
        name => Device::named(name)?,
    };
    let precision = match precision.as_str() {
        "full" => Precision::Full,
        "mixed" => Precision::Mixed,
        other => return Err(gradus::Error::Data(format!("precision {other}: neither `full` nor `mixed`"))),
    };
    let (inputs, classes) = (sizes[0], sizes[sizes.len() - 1]);
    // Any numbers do: no step takes longer for easier ones. Large batches come in fewer steps, within 400 MB.
    let rows = batch * STEPS.min((100_000_000 / (inputs * batch)).max(10));
    let x = Array2::from_shape_fn((rows, inputs), |(row, column)| ((row * 37 + column * 11) % 101) as f64 / 50.0 - 1.0);
    let data = (x, Array1::from_shape_fn(rows, |row| (row % classes) as f64));
    let mut net = Sequential::new([inputs]);
    for units in &sizes[1..sizes.len() - 1] {
        net = net.dense(*units).relu();
    }
    let net = net.dense(classes).softmax();
    let mut net = net.compile(Adam::new(1e-3), SparseCategoricalCrossEntropy, device, Seed(1))?;
    // The first epoch compiles kernels and fills caches; the time of each later one is taken as its watcher sees it end.
    let mut ends = vec![];
    let history = net.fit_while(&data, Fit::epochs(epochs + 1).batch(batch).precision(precision), |_, _| {
        ends.push(Instant::now());
        true
    })?;
    let times = ends.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64());
    let best = times.fold(f64::INFINITY, f64::min) / rows.div_ceil(batch) as f64;
    println!("seconds {best:e}");
    println!("device {}", history.device());
    Ok(())
}
