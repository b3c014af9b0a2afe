//! Times linfa's logistic regression on a table written by `benches/logistic.py`.

use std::error::Error;
use std::time::Instant;

use linfa::prelude::*;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, rows, columns, tolerance] = arguments.as_slice() else {
        return Err("called without a table; run `python benches/logistic.py`".into());
    };
    let (rows, columns): (usize, usize) = (rows.parse()?, columns.parse()?);
    let bytes = std::fs::read(path)?;
    let values: Vec<f64> = bytes.as_chunks().0.iter().map(|number| f64::from_le_bytes(*number)).collect();
    let x = Array2::from_shape_vec((rows, columns), values[..rows * columns].to_vec())?;
    let y: Array1<usize> = values[rows * columns..].iter().map(|label| *label as usize).collect();
    let data = Dataset::new(x, y);
    let start = Instant::now();
    let settings = LogisticRegression::default().alpha(1.0).gradient_tolerance(tolerance.parse()?).max_iterations(10_000);
    let model = settings.fit(&data)?;
    println!("seconds {}", start.elapsed().as_secs_f64());
    // Its positive class may be either; the labels say which.
    let positive = model.labels().pos.class;
    let sign = if positive == 1 { 1.0 } else { -1.0 };
    println!("weights {:?}", (model.params() * sign).to_vec());
    println!("intercepts [{:?}]", model.intercept() * sign);
    Ok(())
}
