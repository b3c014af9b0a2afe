//! Condition numbers: exact where that is cheap, estimated from the triangle where singular values would cost more
//! than the fit.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::triangle::{Triangle, solve_upper, solve_upper_transposed, unit_columns};
use crate::error::Result;
use crate::lapack;
use crate::real::norm_of;

/// Features up to which κ is computed from singular values.
const EXACT: usize = 256;

/// κ of the triangle with its columns scaled to length one; infinite where it has fewer rows than columns.
pub(super) fn condition(triangle: &Triangle) -> Result<f64> {
    let features = triangle.features();
    if features.nrows() < features.ncols() {
        return Ok(f64::INFINITY);
    }
    let (unit, _) = unit_columns(features);
    if unit.nrows() > EXACT {
        return Ok(estimate(&unit));
    }
    let values = lapack::singular_values(unit, "singular values of the features")?;
    Ok(ratio(values.first(), values.last()))
}

/// R of the Gram matrix G = RᵀR, and κ of the matrix whose products G holds; `None` where rounding leaves G indefinite.
pub(super) fn cholesky(gram: &Array2<f64>) -> Result<Option<(Array2<f64>, f64)>> {
    let Some(r) = lapack::cholesky(gram) else { return Ok(None) };
    if r.nrows() > EXACT {
        let condition = estimate(&r);
        return Ok(condition.is_finite().then_some((r, condition)));
    }
    let values = lapack::eigenvalues(gram.clone(), "eigenvalues of XᵀX")?;
    let condition = ratio(values.last(), values.first()).sqrt();
    Ok(condition.is_finite().then_some((r, condition)))
}

fn ratio(largest: Option<&f64>, smallest: Option<&f64>) -> f64 {
    match (largest, smallest) {
        (Some(largest), Some(smallest)) if *smallest > 0.0 => largest / smallest,
        (Some(_), Some(_)) => f64::INFINITY,
        _ => 1.0,
    }
}

/// κ of an upper triangle by the power method on RᵀR and on its inverse (Golub & Van Loan, §8.2): from below, and
/// within some per cent after a few steps, each of which costs d² where singular values cost d³.
fn estimate(r: &Array2<f64>) -> f64 {
    let largest = power(r.nrows(), |vector| {
        let image = r.dot(vector);
        r.t().dot(&image)
    });
    let smallest = power(r.nrows(), |vector| {
        let mut image = vector.clone();
        solve_upper_transposed(r, &mut image);
        solve_upper(r, &mut image);
        image
    });
    let condition = (largest * smallest).sqrt();
    if condition.is_nan() { f64::INFINITY } else { condition.max(1.0) }
}

/// The largest eigenvalue of a symmetric map, by the power method from a fixed start.
fn power(size: usize, map: impl Fn(&Array2<f64>) -> Array2<f64>) -> f64 {
    const STEPS: usize = 20;
    let mut state = 1_u64;
    let mut vector = Array2::from_shape_simple_fn((size, 1), || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    });
    let mut value = 0.0;
    for _ in 0..STEPS {
        let length = norm_of(vector.iter().copied());
        vector /= length;
        vector = map(&vector);
        let last = value;
        value = norm_of(vector.iter().copied());
        if value.is_nan() || (value - last).abs() <= 1e-6 * value {
            break;
        }
    }
    value
}

/// The standard error of each estimate for residuals of standard deviation 1.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::linear) struct StandardErrors {
    /// √((XᵀX)⁻¹)ⱼⱼ of the centered features.
    pub weights: Array1<f64>,
    /// √(1/n + x̄ᵀ(XᵀX)⁻¹x̄); 0 without an intercept.
    pub intercept: f64,
}

impl StandardErrors {
    /// From R with RᵀR = D⁻¹XᵀX D⁻¹ for centered X, D = diag(scale); `total` is n, 0 without an intercept.
    pub fn of_triangle(r: &Array2<f64>, scale: &Array1<f64>, centre: &Array1<f64>, total: Option<f64>) -> Self {
        let mut inverse = Array2::eye(r.nrows());
        solve_upper(r, &mut inverse);
        StandardErrors::of_root(inverse.view(), scale, centre, total)
    }

    /// From B with BBᵀ = D(XᵀX)⁻¹D.
    pub fn of_root(root: ArrayView2<'_, f64>, scale: &Array1<f64>, centre: &Array1<f64>, total: Option<f64>) -> Self {
        let lengths = root.axis_iter(Axis(0)).map(|row| row.dot(&row).sqrt()).collect::<Array1<f64>>();
        let intercept = total.map_or(0.0, |total| {
            let along = root.t().dot(&(centre / scale));
            (1.0 / total + along.dot(&along)).sqrt()
        });
        StandardErrors { weights: lengths / scale, intercept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_comes_near_the_singular_values() {
        for (size, grade) in [(40, 1.0), (300, 1.0), (60, 1.5)] {
            let r = Array2::from_shape_fn((size, size), |(row, column)| {
                let beside = ((row * 31 + column * 17) % 23) as f64 / 23.0 / size as f64;
                let own = match row.cmp(&column) {
                    std::cmp::Ordering::Less => beside,
                    std::cmp::Ordering::Equal => 1.0,
                    std::cmp::Ordering::Greater => 0.0,
                };
                own * f64::powf(grade, -(row as f64))
            });
            let values = lapack::singular_values(r.clone(), "").unwrap();
            let (exact, estimated) = (values[0] / values[size - 1], estimate(&r));
            assert!(estimated <= exact * (1.0 + 1e-9) && estimated > 0.7 * exact, "{estimated} for {exact}");
        }
    }

    #[test]
    fn a_singular_triangle_has_an_infinite_condition_number() {
        let mut r = Array2::<f64>::eye(300);
        r[[299, 299]] = 0.0;
        assert_eq!(estimate(&r), f64::INFINITY);
    }
}
