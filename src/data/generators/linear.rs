//! A linear function with noise.

use ndarray::{Array1, Array2};

use super::{require_noise, require_rows};
use crate::data::dataset::Dataset;
use crate::data::random::normal;
use crate::data::seed::Seed;
use crate::error::{Error, Result};

/// y = w·x + b + ε: normal features x₁ … x_d, as many as there are weights, and normal noise ε.
///
/// # Arguments
/// - `rows`: how many examples.
/// - `weights`, `intercept`: w and b, what a model should find again.
/// - `noise`: the standard deviation of ε.
///
/// # Errors
/// [`Error::Parameter`] for no rows, no or not finite weights, a negative noise.
///
/// ```
/// use gradus::prelude::*;
/// let data = generators::linear(100, &[3.0], 1.0, 0.0, Seed(1))?;
/// let (x, y) = (data.column("x1")?, data.target()?);
/// assert!((y[7] - (3.0 * x[7] + 1.0)).abs() < 1e-12);
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn linear(rows: usize, weights: &[f64], intercept: f64, noise: f64, seed: Seed) -> Result<Dataset> {
    require_rows(rows)?;
    require_noise("noise", noise)?;
    if weights.is_empty() || !weights.iter().chain([&intercept]).all(|weight| weight.is_finite()) {
        let requirement = "at least one weight, all finite as the intercept is".into();
        return Err(Error::Parameter { parameter: "weights", value: format!("{weights:?}, {intercept}"), requirement });
    }
    let mut generator = seed.generator();
    let x = Array2::from_shape_simple_fn((rows, weights.len()), || normal(&mut generator));
    let y =
        x.dot(&Array1::from(weights.to_vec())).mapv_into(|value| value + intercept + noise * normal(&mut generator));
    Ok(Dataset::from_arrays(x, y)?.named("linear with noise"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_asked_size() {
        let data = linear(5000, &[2.0, -1.0], 0.5, 0.3, Seed(3)).unwrap();
        let residual: Array1<f64> =
            &data.target().unwrap() - &(&data.column("x1").unwrap() * 2.0 - data.column("x2").unwrap() + 0.5);
        assert!((residual.std(0.0) - 0.3).abs() < 0.02 && residual.sum().abs() / 5000.0 < 0.02);
    }

    #[test]
    fn weights_must_be_there_and_finite() {
        assert!(linear(5, &[], 0.0, 0.1, Seed(1)).is_err());
        assert!(linear(5, &[f64::NAN], 0.0, 0.1, Seed(1)).is_err());
        assert!(linear(5, &[1.0], f64::INFINITY, 0.1, Seed(1)).is_err());
    }
}
