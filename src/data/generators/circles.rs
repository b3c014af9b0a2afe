//! A circle in a circle.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2};

use super::{classified, require_noise, require_rows};
use crate::data::dataset::Dataset;
use crate::data::random::{normal, uniform};
use crate::data::seed::Seed;
use crate::error::{Error, Result};

/// Two circles around (0, 0): class 0 on the outer one with radius 1, class 1 on the inner one, in turn, with normal noise
/// on both coordinates. The shape is scikit-learn's `make_circles`.
///
/// # Arguments
/// - `rows`: how many examples.
/// - `factor`: the inner radius, between 0 and 1.
/// - `noise`: the standard deviation around the circles.
///
/// # Errors
/// [`Error::Parameter`] for no rows, a factor that is not between 0 and 1, a negative noise.
///
/// ```
/// use gradus::prelude::*;
/// let circles = generators::circles(100, 0.5, 0.0, Seed(1))?;
/// let radius = |row: usize| circles.features()[(row, 0)].hypot(circles.features()[(row, 1)]);
/// assert!((radius(0) - 1.0).abs() < 1e-12 && (radius(1) - 0.5).abs() < 1e-12);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn circles(rows: usize, factor: f64, noise: f64, seed: Seed) -> Result<Dataset> {
    require_rows(rows)?;
    require_noise("noise", noise)?;
    if !(factor > 0.0 && factor < 1.0) {
        let requirement = "the inner radius, between 0 and 1".into();
        return Err(Error::Parameter { parameter: "factor", value: factor.to_string(), requirement });
    }
    let mut generator = seed.generator();
    let mut x = Array2::zeros((rows, 2));
    for (row, mut point) in x.rows_mut().into_iter().enumerate() {
        let angle = uniform(0.0, TAU, &mut generator);
        let radius = if row % 2 == 0 { 1.0 } else { factor };
        let on_circle = [radius * angle.cos(), radius * angle.sin()];
        point.iter_mut().zip(on_circle).for_each(|(to, from)| *to = from + noise * normal(&mut generator));
    }
    classified("two circles", x, Array1::from_shape_fn(rows, |row| (row % 2) as f64), &["0", "1"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_is_a_share_of_the_outer_radius() {
        for factor in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(circles(10, factor, 0.1, Seed(1)).unwrap_err().to_string().contains("factor"));
        }
    }
}
