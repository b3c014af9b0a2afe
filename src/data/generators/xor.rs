//! Exclusive or.

use ndarray::{Array1, Array2};

use super::{classified, require_noise, require_rows};
use crate::data::dataset::Dataset;
use crate::data::random::normal;
use crate::data::seed::Seed;
use crate::error::Result;

/// Exclusive or: points around the four corners (0, 0), (0, 1), (1, 0), (1, 1) of a square, in turn; the class is 1 where
/// exactly one coordinate of the corner is 1. No straight line parts the classes (Minsky and Papert, 1969).
///
/// # Arguments
/// - `rows`: how many examples; four without noise are the truth table.
/// - `noise`: the standard deviation around the corners.
///
/// # Errors
/// [`Error::Parameter`](crate::Error::Parameter) for no rows or a negative noise.
///
/// ```
/// use gradus::prelude::*;
/// let table = generators::xor(4, 0.0, Seed(1))?;
/// assert_eq!(table.features(), &array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
/// assert_eq!(table.target()?.to_vec(), [0.0, 1.0, 1.0, 0.0]);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn xor(rows: usize, noise: f64, seed: Seed) -> Result<Dataset> {
    require_rows(rows)?;
    require_noise("noise", noise)?;
    let mut generator = seed.generator();
    let corner = |row: usize| [(row / 2 % 2) as f64, (row % 2) as f64];
    let x = Array2::from_shape_fn((rows, 2), |(row, place)| corner(row)[place] + noise * normal(&mut generator));
    let labels = Array1::from_shape_fn(rows, |row| f64::from(u8::from(corner(row)[0] != corner(row)[1])));
    classified("exclusive or", x, labels, &["0", "1"])
}
