//! Times `LinearRegression::closed_form()` on a table written by `benches/closed_form.py`, which calls this program and
//! compares it with NumPy and scikit-learn: `python benches/closed_form.py`.

use std::io::Read;
use std::time::Instant;

use gradus::prelude::*;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().filter(|argument| argument != "--bench").collect();
    let [_, path, rows, columns, rounds] = arguments.as_slice() else {
        println!("called without a table; run `python benches/closed_form.py`");
        return Ok(());
    };
    let (rows, columns, rounds): (usize, usize, usize) = (rows.parse()?, columns.parse()?, rounds.parse()?);
    let mut file = std::io::BufReader::new(std::fs::File::open(path)?);
    let mut read = |count: usize| -> std::io::Result<Vec<f64>> {
        let mut values = vec![0.0; count];
        let mut bytes = [0; 8];
        for value in &mut values {
            file.read_exact(&mut bytes)?;
            *value = f64::from_le_bytes(bytes);
        }
        Ok(values)
    };
    let x = Array2::from_shape_vec((rows, columns), read(rows * columns)?)?;
    let y = Array1::from(read(rows)?);
    let before = peak_memory();
    for _ in 0..rounds {
        let start = Instant::now();
        let fit = LinearRegression::closed_form().fit(&(x.view(), y.view()))?;
        println!("seconds {}", start.elapsed().as_secs_f64());
        println!("weights {:?}", fit.weights().column(0).to_vec());
    }
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        println!("extra {}", (after - before) / (rows * columns * 8) as f64);
    }
    Ok(())
}

/// The most memory that this process ever held, in bytes (Linux).
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0)
}
