//! Times logistic and softmax regression on a table written by `benches/logistic.py`, which calls this program and
//! compares it with scikit-learn: `python benches/logistic.py`.

use std::io::Read;
use std::time::Instant;

use gradus::prelude::*;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().filter(|argument| argument != "--bench").collect();
    let [_, path, model, rows, columns, rounds, tolerance, solver] = arguments.as_slice() else {
        println!("called without a table; run `python benches/logistic.py`");
        return Ok(());
    };
    let (rows, columns, rounds): (usize, usize, usize) = (rows.parse()?, columns.parse()?, rounds.parse()?);
    let tolerance: f64 = tolerance.parse()?;
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
    let solver = match solver.as_str() {
        "newton" => LikelihoodSolver::Newton,
        "lbfgs" => LikelihoodSolver::Lbfgs,
        _ => LikelihoodSolver::Automatic,
    };
    for _ in 0..rounds {
        let start = Instant::now();
        let fit = match model.as_str() {
            "softmax" => SoftmaxRegression::maximum_likelihood()
                .c(1.0)
                .tolerance(tolerance)
                .solver(solver)
                .fit(&(x.view(), y.view()))?,
            _ => LogisticRegression::maximum_likelihood()
                .c(1.0)
                .tolerance(tolerance)
                .solver(solver)
                .fit(&(x.view(), y.view()))?,
        };
        println!("seconds {}", start.elapsed().as_secs_f64());
        println!("steps {} {} {:e}", fit.iterations(), fit.solver(), fit.gradient_norm());
        println!("weights {:?}", fit.weights().t().iter().collect::<Vec<_>>());
        println!("intercepts {:?}", fit.intercepts().to_vec());
    }
    Ok(())
}
