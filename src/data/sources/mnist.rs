//! MNIST: 70 000 handwritten digits of 28 × 28 pixels.

use ndarray::Array2;

use super::manifest::{self, Entry};
use crate::data::column::Column;
use crate::data::dataset::Dataset;
use crate::data::fetch::Remote;
use crate::data::idx::Idx;
use crate::data::split::TrainTest;
use crate::error::{Error, Result};

/// The side of an image in pixels.
const SIDE: usize = 28;

/// Handwritten digits: 60 000 images of 28 × 28 pixels to learn from and 10 000 by other writers to judge with (LeCun, Cortes,
/// Burges). Ink is from 0 to 255, the digit is a class.
///
/// A row holds an image line by line: `features().row(i)` reshaped to 28 × 28 shows it. 67 pixels at the edges are 0 in all
/// training images, so divide by 255 rather than standardize. The features take 376 MB and 63 MB.
///
/// The files (11.6 MB) are fetched on first use and kept in [`folder`](super::folder).
///
/// # Errors
/// As [`california_housing`](super::california_housing).
///
/// ```no_run
/// use gradus::prelude::*;
/// let mnist = datasets::mnist()?;
/// assert_eq!((mnist.train.rows(), mnist.test.rows()), (60_000, 10_000));
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn mnist() -> Result<TrainTest> {
    let entry = manifest::entry("mnist")?;
    let [train_labels, test_images, test_labels] = entry.others.as_slice() else {
        return Err(Error::Data("datasets/manifest.json does not name four files of MNIST".into()));
    };
    let train = part(&entry, "MNIST, training part", &entry.remote(), train_labels)?;
    let test = part(&entry, "MNIST, test part", test_images, test_labels)?;
    Ok(TrainTest { train, test })
}

fn part(entry: &Entry, name: &str, images: &Remote, labels: &Remote) -> Result<Dataset> {
    let read = |remote: &Remote| -> Result<Idx> {
        let (path, bytes) = remote.read()?;
        Idx::parse(&path, &bytes)
    };
    let (images, labels) = (read(images)?, read(labels)?);
    let rows = labels.values.len();
    if images.dimensions != [rows, SIDE, SIDE] {
        let (expected, found) = (format!("{rows} × {SIDE} × {SIDE}"), format!("{:?}", images.dimensions));
        return Err(Error::Shape { what: format!("images of {name}"), expected, found });
    }
    let pixel = |at: usize| Column::number(format!("pixel_{}_{}", at / SIDE, at % SIDE)).meaning("ink, from 0 to 255");
    let pixels = (0..SIDE * SIDE).map(pixel).collect();
    let features =
        Array2::from_shape_fn((rows, SIDE * SIDE), |(row, at)| f64::from(images.values[row * SIDE * SIDE + at]));
    let digit = Column::category(&entry.target, (0..10).map(|digit| digit.to_string()).collect());
    let targets = Array2::from_shape_fn((rows, 1), |(row, _)| f64::from(labels.values[row]));
    Dataset::new(name, pixels, features, vec![digit], targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_are_the_published_ones() {
        let mnist = mnist().unwrap();
        assert_eq!((mnist.train.features().dim(), mnist.test.features().dim()), ((60_000, 784), (10_000, 784)));
        assert_eq!(mnist.train.classes().unwrap(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        // The counts that LeCun's page and every text on MNIST give: the ones are most, the fives least.
        let count = |data: &Dataset, digit: f64| data.targets().iter().filter(|y| **y == digit).count();
        let [ones, fives] = [1.0, 5.0].map(|digit| count(&mnist.train, digit));
        assert_eq!((ones, fives, count(&mnist.test, 5.0)), (6742, 5421, 892));
        // The mean ink, 0.1307 of 255, which every PyTorch example subtracts.
        assert!((mnist.train.features().mean().unwrap() / 255.0 - 0.1307).abs() < 5e-5);
        assert_eq!(mnist.train.constant_features().len(), 67);
    }
}
