//! Handwritten digits of 8 × 8 pixels.

use super::manifest;
use crate::data::dataset::Dataset;
use crate::error::Result;

const FILE: &str = include_str!("../../../datasets/digits.csv");

/// Handwritten digits: 1 797 images of 8 × 8 pixels with ink from 0 to 16, and the digit as a class (Alpaydin, Kaynak).
///
/// A row holds an image line by line, so that `features().row(i)` reshaped to 8 × 8 shows it. Three pixels are 0 in all
/// images, which standardization refuses by default: [`Dataset::constant_features`] names them.
///
/// # Errors
/// Only if the file inside the library is broken, which its tests exclude.
pub fn digits() -> Result<Dataset> {
    manifest::entry("digits")?.shipped(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_ten_classes_in_order() {
        let data = digits().unwrap();
        assert_eq!(data.features().dim(), (1797, 64));
        assert_eq!(data.classes().unwrap(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        assert_eq!(data.target().unwrap().iter().take(4).copied().collect::<Vec<_>>(), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(data.features().iter().copied().fold(0.0, f64::max), 16.0);
        assert_eq!(data.constant_features(), ["pixel_0_0", "pixel_4_0", "pixel_4_7"]);
    }
}
