//! Times the metrics on a table written by `benches/metrics.py`, which calls this program and compares it with
//! scikit-learn: `python benches/metrics.py`.

use std::hint::black_box;
use std::io::Read;
use std::time::Instant;

use gradus::metrics::{Pairing, accuracy, brier_score, log_loss, roc_auc};
use gradus::prelude::*;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().filter(|argument| argument != "--bench").collect();
    let [_, path, rows, classes] = arguments.as_slice() else {
        println!("called without a table; run `python benches/metrics.py`");
        return Ok(());
    };
    let (rows, classes): (usize, usize) = (rows.parse()?, classes.parse()?);
    let mut file = std::io::BufReader::new(std::fs::File::open(path)?);
    let mut read = |count: usize| -> std::io::Result<Array1<f64>> {
        let mut values = Array1::zeros(count);
        let mut bytes = [0; 8];
        for value in &mut values {
            file.read_exact(&mut bytes)?;
            *value = f64::from_le_bytes(bytes);
        }
        Ok(values)
    };
    let (binary, score, rounded) = (read(rows)?, read(rows)?, read(rows)?);
    let (truth, predicted) = (read(rows)?, read(rows)?);
    let probabilities = read(rows * classes)?.into_shape_with_order((rows, classes))?;
    let (binary, score, rounded) = (binary.view(), score.view(), rounded.view());
    let (truth, predicted, probabilities) = (truth.view(), predicted.view(), probabilities.view());
    let column = score.insert_axis(ndarray::Axis(1));
    let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
    let confusion = || ConfusionMatrix::new(truth, predicted, &names);

    time("AUC", || Ok(RocCurve::new(binary, score)?.auc()))?;
    time("AUC, ties", || Ok(RocCurve::new(binary, rounded)?.auc()))?;
    time("AUC, one-vs-rest", || roc_auc(truth, probabilities, Pairing::OneVersusRest, false))?;
    time("AUC, one-vs-one", || roc_auc(truth, probabilities, Pairing::OneVersusOne, true))?;
    time("average precision", || Ok(PrecisionRecallCurve::new(binary, score)?.average_precision()))?;
    time("log loss", || log_loss(truth, probabilities))?;
    time("log loss, two classes", || log_loss(binary, column))?;
    time("Brier", || brier_score(binary, column))?;
    time("Brier, several classes", || brier_score(truth, probabilities))?;
    time("accuracy", || accuracy(truth, predicted))?;
    time("confusion matrix", || Ok(confusion()?.counts()[(0, 1)] as f64))?;
    time("report", || Ok(confusion()?.report().macro_average.f1))?;
    Ok(())
}

/// The fastest of three calls: the first also pays for the first touch of threads and buffers.
fn time(name: &str, metric: impl Fn() -> Result<f64>) -> Result<()> {
    let mut fastest = f64::INFINITY;
    let mut value = f64::NAN;
    for _ in 0..3 {
        let start = Instant::now();
        value = black_box(metric()?);
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    println!("{name}\t{fastest}\t{value:?}");
    Ok(())
}
