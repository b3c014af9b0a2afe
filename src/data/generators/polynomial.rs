//! A polynomial with noise.

use ndarray::Array2;

use super::{require_noise, require_rows};
use crate::data::dataset::Dataset;
use crate::data::random::{normal, uniform};
use crate::data::seed::Seed;
use crate::error::{Error, Result};

/// y = c₀ + c₁x + c₂x² + … + ε: one feature, even from −3 to 3, and normal noise ε.
///
/// # Arguments
/// - `rows`: how many examples.
/// - `coefficients`: c₀, c₁, c₂, …
/// - `noise`: the standard deviation of ε.
///
/// # Errors
/// [`Error::Parameter`] for no rows, no or not finite coefficients, a negative noise.
///
/// ```
/// use gradus::prelude::*;
/// let parabola = generators::polynomial(50, &[2.0, 1.0, 0.5], 1.0, Seed(4))?;
/// assert_eq!((parabola.rows(), parabola.feature_names()), (50, vec!["x1".to_string()]));
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn polynomial(rows: usize, coefficients: &[f64], noise: f64, seed: Seed) -> Result<Dataset> {
    require_rows(rows)?;
    require_noise("noise", noise)?;
    if coefficients.is_empty() || !coefficients.iter().all(|coefficient| coefficient.is_finite()) {
        let (value, requirement) = (format!("{coefficients:?}"), "at least one, all finite".into());
        return Err(Error::Parameter { parameter: "coefficients", value, requirement });
    }
    let mut generator = seed.generator();
    let x = Array2::from_shape_simple_fn((rows, 1), || uniform(-3.0, 3.0, &mut generator));
    // Horner: c₀ + x (c₁ + x (c₂ + …)).
    let value = |x: &f64| coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient);
    let y = x.column(0).map(value).mapv_into(|value| value + noise * normal(&mut generator));
    Ok(Dataset::from_arrays(x, y)?.named("polynomial with noise"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_it_is_the_polynomial() {
        let data = polynomial(30, &[1.0, -2.0, 0.5], 0.0, Seed(1)).unwrap();
        for (x, y) in data.column("x1").unwrap().iter().zip(data.target().unwrap()) {
            assert!((y - (1.0 - 2.0 * x + 0.5 * x * x)).abs() < 1e-12);
        }
        assert!(polynomial(30, &[], 0.0, Seed(1)).is_err());
        assert!(polynomial(30, &[f64::NAN], 0.0, Seed(1)).is_err());
    }
}
