//! Breast cancer Wisconsin (diagnostic).

use super::manifest;
use crate::data::dataset::Dataset;
use crate::error::Result;

const FILE: &str = include_str!("../../../datasets/breast_cancer.csv");

/// Breast cancer Wisconsin (diagnostic): thirty measures of the cell nuclei in 569 images, benign or malignant.
///
/// Classes are sorted: `benign` is 0 and `malignant` is 1; scikit-learn has them the other way round.
///
/// # Errors
/// Only if the file inside the library is broken, which its tests exclude.
pub fn breast_cancer() -> Result<Dataset> {
    manifest::entry("breast_cancer")?.shipped(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_known_counts() {
        let data = breast_cancer().unwrap();
        assert_eq!(data.features().dim(), (569, 30));
        let counts = data.class_counts().unwrap();
        assert_eq!(counts.rows, [["benign", "357", "62.7 %"], ["malignant", "212", "37.3 %"]]);
        assert_eq!(data.column("worst_area").unwrap().iter().copied().fold(0.0, f64::max), 4254.0);
    }
}
