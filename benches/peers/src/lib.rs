//! What both sides share: the arguments, the examples and the clock.

use std::error::Error;
use std::time::Instant;

/// What is to be trained.
pub struct Task {
    /// Units of each layer, from the inputs to the classes.
    pub sizes: Vec<usize>,
    pub batch: usize,
    pub steps: usize,
}

impl Task {
    /// From `SIZES BATCH STEPS`.
    pub fn from_arguments() -> Result<Self, Box<dyn Error>> {
        let arguments: Vec<String> = std::env::args().collect();
        let [_, sizes, batch, steps] = arguments.as_slice() else {
            return Err("called without sizes; run `python benches/network.py`".into());
        };
        let sizes = sizes.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>()?;
        Ok(Task { sizes, batch: batch.parse()?, steps: steps.parse()? })
    }

    pub fn inputs(&self) -> usize {
        self.sizes[0]
    }

    pub fn classes(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    /// The batches of an epoch: features row by row, and classes.
    pub fn batches(&self) -> Vec<(Vec<f32>, Vec<i64>)> {
        let row = |row: usize| (0..self.inputs()).map(move |column| ((row * 37 + column * 11) % 101) as f32 / 50.0 - 1.0);
        (0..20)
            .map(|batch| {
                let rows = batch * self.batch..(batch + 1) * self.batch;
                (rows.clone().flat_map(row).collect(), rows.map(|row| (row % self.classes()) as i64).collect())
            })
            .collect()
    }

    /// Three rounds of `steps` calls.
    pub fn time(&self, mut step: impl FnMut(usize) -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
        for _ in 0..3 {
            let start = Instant::now();
            for at in 0..self.steps {
                step(at)?;
            }
            println!("seconds {}", start.elapsed().as_secs_f64() / self.steps as f64);
        }
        Ok(())
    }
}
