//! Data that is made up, of any size, with a seed: each function is a set that textbooks draw.
//!
//! | function | features | target |
//! |---|---|---|
//! | [`linear`] | as many as weights | w·x + b with noise |
//! | [`polynomial`] | 1 | a polynomial with noise |
//! | [`xor`] | 2 | 2 classes at the corners of a square, crosswise |
//! | [`moons`] | 2 | 2 classes, interleaving half circles |
//! | [`circles`] | 2 | 2 classes, a circle in a circle |
//! | [`blobs`] | 2 | as many classes as centres |
//! | [`hastie`] | 10 | 2 classes, Σx² above 9.34 |

mod blobs;
mod circles;
mod hastie;
mod linear;
mod moons;
mod polynomial;
mod xor;

pub use blobs::blobs;
pub use circles::circles;
pub use hastie::hastie;
pub use linear::linear;
pub use moons::moons;
pub use polynomial::polynomial;
pub use xor::xor;

use ndarray::{Array1, Array2, Axis};

use super::column::Column;
use super::dataset::Dataset;
use crate::error::{Error, Result};

/// A data set with the classes `names`, of which `labels` are positions.
fn classified(title: &str, features: Array2<f64>, labels: Array1<f64>, names: &[&str]) -> Result<Dataset> {
    let columns = (1..=features.ncols()).map(|number| Column::number(format!("x{number}"))).collect();
    let classes = Column::category("class", names.iter().map(|name| name.to_string()).collect());
    Dataset::new(title, columns, features, vec![classes], labels.insert_axis(Axis(1)))
}

fn require_rows(rows: usize) -> Result<()> {
    match rows {
        0 => Err(Error::Parameter { parameter: "rows", value: "0".into(), requirement: "at least 1".into() }),
        _ => Ok(()),
    }
}

/// Noise is a standard deviation: a number that is not negative.
fn require_noise(parameter: &'static str, value: f64) -> Result<()> {
    match value.is_finite() && value >= 0.0 {
        true => Ok(()),
        false => {
            let requirement = "a standard deviation, so a number from 0 up".into();
            Err(Error::Parameter { parameter, value: value.to_string(), requirement })
        }
    }
}

#[cfg(test)]
mod tests;
