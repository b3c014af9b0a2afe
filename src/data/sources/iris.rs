//! Iris flowers.

use super::manifest;
use crate::data::dataset::Dataset;
use crate::error::Result;

const FILE: &str = include_str!("../../../datasets/iris.csv");

/// Iris flowers: four measures in cm of 150 flowers, 50 of each of three species (R. A. Fisher, 1936).
///
/// # Errors
/// Only if the file inside the library is broken, which its tests exclude.
///
/// ```
/// use gradus::prelude::*;
/// let iris = datasets::iris()?;
/// assert_eq!(iris.classes().map(<[String]>::len), Some(3));
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn iris() -> Result<Dataset> {
    manifest::entry("iris")?.shipped(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_fishers() {
        let iris = iris().unwrap();
        assert_eq!(iris.features().dim(), (150, 4));
        assert_eq!(iris.classes().unwrap(), ["setosa", "versicolor", "virginica"]);
        assert!((iris.statistics("sepal_length").unwrap().mean - 5.843_333).abs() < 1e-6);
        assert_eq!(iris.columns()[0].label(), "sepal_length (cm)");
        // The two rows that are wrong in UCI's copy.
        assert_eq!(iris.features().row(34).to_vec(), [4.9, 3.1, 1.5, 0.2]);
        assert_eq!(iris.features().row(37).to_vec(), [4.9, 3.6, 1.4, 0.1]);
    }
}
