//! Round clouds of points.

use ndarray::{Array1, Array2};

use super::{classified, require_noise, require_rows};
use crate::data::dataset::Dataset;
use crate::data::random::{normal, uniform};
use crate::data::seed::Seed;
use crate::error::{Error, Result};

/// Clouds of points in the plane, one a class: the centres lie evenly between −10 and 10, the points normally around them,
/// the classes in turn. The shape is scikit-learn's `make_blobs`.
///
/// # Arguments
/// - `rows`: how many examples.
/// - `centers`: how many clouds, each a class named by its number.
/// - `spread`: the standard deviation around a centre.
///
/// # Errors
/// [`Error::Parameter`] for no rows, no centres, a negative spread.
///
/// ```
/// use gradus::prelude::*;
/// let blobs = generators::blobs(90, 3, 1.0, Seed(1))?;
/// assert_eq!(blobs.classes().map(<[String]>::to_vec), Some(vec!["0".into(), "1".into(), "2".into()]));
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn blobs(rows: usize, centers: usize, spread: f64, seed: Seed) -> Result<Dataset> {
    require_rows(rows)?;
    require_noise("spread", spread)?;
    if centers == 0 {
        let requirement = "at least 1".into();
        return Err(Error::Parameter { parameter: "centers", value: "0".into(), requirement });
    }
    let mut generator = seed.generator();
    let middle = Array2::from_shape_simple_fn((centers, 2), || uniform(-10.0, 10.0, &mut generator));
    let x = Array2::from_shape_fn((rows, 2), |(row, place)| {
        middle[(row % centers, place)] + spread * normal(&mut generator)
    });
    let names: Vec<String> = (0..centers).map(|center| center.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    classified("blobs", x, Array1::from_shape_fn(rows, |row| (row % centers) as f64), &names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_spread_every_point_is_a_centre() {
        let data = blobs(6, 3, 0.0, Seed(1)).unwrap();
        assert_eq!(data.features().row(0), data.features().row(3));
        assert_ne!(data.features().row(0), data.features().row(1));
        assert!(blobs(6, 0, 1.0, Seed(1)).unwrap_err().to_string().contains("centers = 0"));
    }
}
