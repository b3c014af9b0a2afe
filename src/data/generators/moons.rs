//! Two interleaving half circles.

use std::f64::consts::PI;

use ndarray::{Array1, Array2};

use super::{classified, require_noise, require_rows};
use crate::data::dataset::Dataset;
use crate::data::random::{normal, uniform};
use crate::data::seed::Seed;
use crate::error::Result;

/// Two moons: class 0 on the upper half circle around (0, 0), class 1 on the lower half circle around (1, 0.5), both with
/// radius 1, in turn, with normal noise on both coordinates. The shape is scikit-learn's `make_moons`.
///
/// # Errors
/// [`Error::Parameter`](crate::Error::Parameter) for no rows or a negative noise.
///
/// ```
/// use gradus::prelude::*;
/// let moons = generators::moons(200, 0.1, Seed(1))?;
/// assert_eq!(moons.class_counts()?.rows, [["0", "100", "50.0 %"], ["1", "100", "50.0 %"]]);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn moons(rows: usize, noise: f64, seed: Seed) -> Result<Dataset> {
    require_rows(rows)?;
    require_noise("noise", noise)?;
    let mut generator = seed.generator();
    let mut x = Array2::zeros((rows, 2));
    for (row, mut point) in x.rows_mut().into_iter().enumerate() {
        let angle = uniform(0.0, PI, &mut generator);
        let on_moon = match row % 2 {
            0 => [angle.cos(), angle.sin()],
            _ => [1.0 - angle.cos(), 0.5 - angle.sin()],
        };
        point.iter_mut().zip(on_moon).for_each(|(to, from)| *to = from + noise * normal(&mut generator));
    }
    classified("two moons", x, Array1::from_shape_fn(rows, |row| (row % 2) as f64), &["0", "1"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_the_points_lie_on_their_half_circles() {
        let data = moons(100, 0.0, Seed(2)).unwrap();
        for (point, class) in data.features().rows().into_iter().zip(data.target().unwrap()) {
            let (x, y) = if *class == 0.0 { (point[0], point[1]) } else { (1.0 - point[0], 0.5 - point[1]) };
            assert!((x.hypot(y) - 1.0).abs() < 1e-12 && y >= 0.0);
        }
    }
}
