//! Ten normal features, and whether they lie outside a ball.

use ndarray::{Array1, Array2, Axis};

use super::{classified, require_rows};
use crate::data::dataset::Dataset;
use crate::data::random::normal;
use crate::data::seed::Seed;
use crate::error::Result;

/// The set of chapter 10.2 of Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*: ten standard normal
/// features, class 1 where Σ xⱼ² > 9.34, else −1.
///
/// 9.34 is the median of the χ² distribution with ten degrees of freedom, so that the classes are about equally frequent.
/// The book takes 2 000 rows for training and 10 000 for testing.
///
/// # Errors
/// [`Error::Parameter`](crate::Error::Parameter) for no rows.
///
/// ```
/// use gradus::prelude::*;
/// let data = generators::hastie(2000, Seed(1))?;
/// assert_eq!((data.columns().len(), data.classes().map(|names| names[0].clone())), (10, Some("-1".to_string())));
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn hastie(rows: usize, seed: Seed) -> Result<Dataset> {
    require_rows(rows)?;
    let mut generator = seed.generator();
    let x = Array2::from_shape_simple_fn((rows, 10), || normal(&mut generator));
    let labels: Array1<f64> = x.map_axis(Axis(1), |row| f64::from(u8::from(row.dot(&row) > 9.34)));
    classified("Hastie 10.2", x, labels, &["-1", "1"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ball_parts_the_classes_about_evenly() {
        let data = hastie(4000, Seed(5)).unwrap();
        for (x, class) in data.features().rows().into_iter().zip(data.target().unwrap()) {
            assert_eq!(x.dot(&x) > 9.34, *class == 1.0);
        }
        let share = data.target().unwrap().sum() / 4000.0;
        assert!((share - 0.5).abs() < 0.03, "{share}");
    }
}
