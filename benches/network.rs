//! Times the training of a network on random examples: called by `benches/network.py`, which runs the peers beside it.
//!
//! `network SIZES BATCH STEPS`, such as `network 784,128,10 128 200`: a ReLU network with softmax, Adam with 1e-3.

use std::time::Instant;

use gradus::prelude::*;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().filter(|argument| argument != "--bench").collect();
    let [_, sizes, batch, steps] = arguments.as_slice() else {
        println!("called without sizes; run `python benches/network.py`");
        return Ok(());
    };
    let number = |text: &str| text.parse::<usize>().map_err(|error| gradus::Error::Data(format!("{text}: {error}")));
    let sizes = sizes.split(',').map(number).collect::<Result<Vec<_>>>()?;
    let (batch, steps) = (number(batch)?, number(steps)?);
    let (inputs, classes) = (sizes[0], sizes[sizes.len() - 1]);
    // Any numbers do: no step takes longer for easier ones.
    let rows = (batch * 20).max(100);
    let x = Array2::from_shape_fn((rows, inputs), |(row, column)| ((row * 37 + column * 11) % 101) as f64 / 50.0 - 1.0);
    let y = Array1::from_shape_fn(rows, |row| (row % classes) as f64);
    let mut net = Sequential::new([inputs]);
    for units in &sizes[1..sizes.len() - 1] {
        net = net.dense(*units).relu();
    }
    let net = net.dense(classes).softmax();
    let mut net = net.compile(Adam::new(1e-3), SparseCategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    let (steps_of_epoch, data) = (rows / batch, (x, y));
    let epochs = steps.div_ceil(steps_of_epoch);
    for _ in 0..3 {
        let start = Instant::now();
        net.fit(&data, Fit::epochs(epochs).batch(batch))?;
        println!("seconds {}", start.elapsed().as_secs_f64() / (epochs * steps_of_epoch) as f64);
    }
    Ok(())
}
