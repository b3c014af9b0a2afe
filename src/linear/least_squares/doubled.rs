//! The triangle of small problems in doubled precision: exact standard errors, and refinement at any condition number.

use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::Problem;
use super::condition::StandardErrors;
use crate::linear::double::Double;
use crate::linear::standardize::Standardization;

/// Products in doubled precision that take some milliseconds at most.
const MOST: usize = 1_000_000;

/// R with RᵀR = AᵀΩA + penalty for A = `[1, (x − centre) / scale]` (the 1 only with an intercept), by Cholesky's
/// factorization of the products. Squaring costs twice the digits of κ, of 32.
pub(super) struct DoubledTriangle {
    r: Array2<Double>,
    /// 1 with an intercept, 0 without.
    lead: usize,
}

impl DoubledTriangle {
    /// `None` where it would take long, or where even 32 digits do not tell the columns apart.
    pub fn of(problem: &Problem<'_>, standard: &Standardization) -> Option<Self> {
        let lead = usize::from(problem.intercept);
        let width = lead + problem.features();
        if problem.rows().saturating_mul(width * (width + 1) / 2) > MOST {
            return None;
        }
        let mut gram = products(problem, standard);
        for (feature, scale) in standard.scale.iter().enumerate() {
            // Powers of two: nothing is rounded.
            gram[[lead + feature, lead + feature]] += Double::from(problem.penalty / scale / scale);
        }
        Some(DoubledTriangle { r: factorized(gram)?, lead })
    }

    /// (RᵀR)⁻¹ g for the features, the intercept eliminated.
    pub fn solve(&self, mut g: Array2<Double>) -> Array2<Double> {
        let (lead, width) = (self.lead, self.r.nrows());
        for mut column in g.columns_mut() {
            for row in lead..width {
                for earlier in lead..row {
                    let part = self.r[[earlier, row]] * column[earlier - lead];
                    column[row - lead] -= part;
                }
                column[row - lead] = column[row - lead] / self.r[[row, row]];
            }
            for row in (lead..width).rev() {
                for later in row + 1..width {
                    let part = self.r[[row, later]] * column[later - lead];
                    column[row - lead] -= part;
                }
                column[row - lead] = column[row - lead] / self.r[[row, row]];
            }
        }
        g
    }

    /// The standard errors of the estimates for residuals of standard deviation 1.
    pub fn standard_errors(&self, standard: &Standardization) -> StandardErrors {
        let (lead, width) = (self.lead, self.r.nrows());
        // √ of the sum of squares of R⁻ᵀa is what a combination a of the estimates varies by.
        let spread = |a: &dyn Fn(usize) -> Double| {
            let mut image = vec![Double::ZERO; width];
            let mut squares = Double::ZERO;
            for row in 0..width {
                let mut value = a(row);
                for (earlier, image) in image[..row].iter().enumerate() {
                    value -= self.r[[earlier, row]] * *image;
                }
                image[row] = value / self.r[[row, row]];
                squares += image[row] * image[row];
            }
            squares.sqrt().value()
        };
        let unit = |at: usize| spread(&|row| Double::from(if row == at { 1.0 } else { 0.0 }));
        let weights = (0..width - lead).map(|feature| unit(lead + feature) / standard.scale[feature]).collect();
        // b stands at x = 0, the triangle's intercept at the centre.
        let origin = |row: usize| match row {
            0 => Double::from(1.0),
            _ => Double::from(-standard.centre[row - 1] / standard.scale[row - 1]),
        };
        StandardErrors { weights, intercept: if lead == 1 { spread(&origin) } else { 0.0 } }
    }
}

/// AᵀΩA, its upper triangle.
fn products(problem: &Problem<'_>, standard: &Standardization) -> Array2<Double> {
    const ROWS: usize = 1024;
    let lead = usize::from(problem.intercept);
    let width = lead + problem.features();
    let reciprocal: Array1<f64> = standard.scale.mapv(f64::recip);
    // Fixed blocks, added in order: the same digits however many threads there are.
    let blocks: Vec<Array2<Double>> = (0..problem.rows().div_ceil(ROWS))
        .into_par_iter()
        .map(|block| {
            let mut sums = Array2::from_elem((width, width), Double::ZERO);
            let mut values = vec![Double::from(1.0); width];
            for row in block * ROWS..((block + 1) * ROWS).min(problem.rows()) {
                for (column, x) in problem.x.row(row).iter().enumerate() {
                    let apart = Double::sum(*x, -standard.centre[column]);
                    let factor = reciprocal[column];
                    values[lead + column] = Double { high: apart.high * factor, low: apart.low * factor };
                }
                let weight = problem.weight(row);
                for left in 0..width {
                    let weighted = values[left] * weight;
                    for right in left..width {
                        sums[[left, right]] += weighted * values[right];
                    }
                }
            }
            sums
        })
        .collect();
    let mut sums = Array2::from_elem((width, width), Double::ZERO);
    for block in &blocks {
        sums.zip_mut_with(block, |sum, part| *sum += *part);
    }
    sums
}

/// Cholesky's factorization; `None` where a column is all but a combination of those before it.
fn factorized(mut gram: Array2<Double>) -> Option<Array2<Double>> {
    let width = gram.nrows();
    for row in 0..width {
        let whole = gram[[row, row]].high;
        for column in row..width {
            let mut value = gram[[row, column]];
            for above in 0..row {
                value -= gram[[above, row]] * gram[[above, column]];
            }
            gram[[row, column]] = match column == row {
                true if value.high > 1e-27 * whole => value.sqrt(),
                true => return None,
                false => value / gram[[row, row]],
            };
        }
    }
    Some(gram)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{array, s};

    #[test]
    fn standard_errors_and_solutions_are_those_of_the_exact_inverse() {
        // [1 x]ᵀ[1 x] = [4 10; 10 30] for x = 1, 2, 3, 4: inverse [1.5 −0.5; −0.5 0.2].
        let x = array![[1.0], [2.0], [3.0], [4.0]];
        let y = Array2::zeros((4, 1));
        let problem = Problem { x: x.view(), y: y.view(), weights: None, intercept: true, penalty: 0.0, columns: &[] };
        let standard = problem.standardization();
        let triangle = DoubledTriangle::of(&problem, &standard).unwrap();
        let standard_errors = triangle.standard_errors(&standard);
        assert!((standard_errors.intercept - 1.5_f64.sqrt()).abs() < 1e-15);
        assert!((standard_errors.weights[0] - 0.2_f64.sqrt()).abs() < 1e-15);
        let z = triangle.solve(array![[Double::from(1.0)]]);
        assert!((z[[0, 0]].value() / standard.scale[0].powi(2) - 0.2).abs() < 1e-15);
    }

    #[test]
    fn columns_that_depend_on_each_other_have_none() {
        let x = Array2::from_shape_fn((9, 2), |(row, column)| (row * (column + 1)) as f64);
        let y = x.slice(s![.., ..1]).to_owned();
        let problem = Problem { x: x.view(), y: y.view(), weights: None, intercept: true, penalty: 0.0, columns: &[] };
        assert!(DoubledTriangle::of(&problem, &problem.standardization()).is_none());
    }
}
