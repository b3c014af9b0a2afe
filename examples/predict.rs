//! Prints a saved network's predictions for the rows of a CSV file: `predict net.safetensors new.csv`.
//!
//! It needs none of the library's features. To build the smallest possible program:
//!
//! ```sh
//! cargo build --no-default-features --profile small --example predict
//! ```

use std::process::ExitCode;

use gradus::nn::Network;
use gradus::saved::Saved;
use gradus::{Error, Result};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [network, table] = arguments.as_slice() else {
        eprintln!("usage: predict NETWORK.safetensors ROWS.csv");
        return ExitCode::from(2);
    };
    match predict(network, table) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints one line per row: the class, or the outputs.
fn predict(network: &str, table: &str) -> Result<()> {
    let network = Network::load(network)?;
    let rows = gradus::data::read_csv(table)?;
    let classes = network.classes();
    if classes.is_empty() || network.is_multi_label() {
        for outputs in network.predict_raw(&rows)?.rows() {
            println!("{}", outputs.iter().map(f64::to_string).collect::<Vec<_>>().join(","));
        }
        return Ok(());
    }
    for class in network.predict(&rows)? {
        let name = classes.get(class as usize);
        println!("{}", name.ok_or_else(|| Error::Data(format!("there is no class {class}")))?);
    }
    Ok(())
}
