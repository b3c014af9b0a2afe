//! Diabetes progression.

use super::manifest;
use crate::data::dataset::Dataset;
use crate::error::Result;

const FILE: &str = include_str!("../../../datasets/diabetes.csv");

/// Diabetes: ten measures of 442 patients and how far the disease had gone a year later (Efron and others, 2004).
///
/// The features are in their own units. scikit-learn's default copy is scaled: centred, and divided by σ√n;
/// [`StandardScaler`](crate::data::StandardScaler) gives the same up to that factor √442.
///
/// # Errors
/// Only if the file inside the library is broken, which its tests exclude.
pub fn diabetes() -> Result<Dataset> {
    manifest::entry("diabetes")?.shipped(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Scaler, StandardScaler};

    #[test]
    fn it_is_raw_and_scales_to_scikit_learns() {
        let data = diabetes().unwrap();
        assert_eq!(data.features().dim(), (442, 10));
        assert_eq!(data.target().unwrap()[0], 151.0);
        assert_eq!(data.features()[(0, 2)], 32.1);
        let scaled = StandardScaler::fit(&data).unwrap().transform(&data).unwrap();
        // scikit-learn: load_diabetes().data[0, :3]
        let expected = [0.038_075_906_433_423_03, 0.050_680_118_739_818_7, 0.061_696_206_518_683_294];
        for (column, expected) in expected.into_iter().enumerate() {
            assert!((scaled.features()[(0, column)] / 442f64.sqrt() - expected).abs() < 1e-15);
        }
    }
}
