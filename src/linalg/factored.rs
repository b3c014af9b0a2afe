//! A square matrix in triangular factors, scaled first so that the units of rows and columns do not count.

use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, ArrayView2, Axis};

use super::require;
use crate::error::{Error, Result};
use crate::lapack::{Lu, lu};

/// R A C = P L U with diagonal R and C, powers of 2, which round nothing.
pub(super) struct Factored {
    factors: Lu,
    rows: Array1<f64>,
    columns: Array1<f64>,
}

impl Factored {
    /// # Errors
    /// A matrix that is not square, not finite or, to working precision, singular; `what` names the operation.
    pub fn of(what: &str, a: &ArrayRef2<f64>) -> Result<Self> {
        require::square(what, a)?;
        require::finite(what, a)?;
        let rows: Array1<f64> = a.rows().into_iter().map(scale).collect();
        let scaled = &a.view() * &rows.view().insert_axis(Axis(1));
        let columns: Array1<f64> = scaled.columns().into_iter().map(scale).collect();
        let scaled = scaled * &columns;
        let singular = |condition: f64, problem: String| Error::Singular {
            what: format!("{what}: the {} matrix", require::shape(a.nrows(), a.ncols())),
            condition,
            hint: format!(
                "{problem}. Some rows or columns are combinations of others: leave them out, take `pseudo_inverse`, or add \
                 λ to the diagonal (ridge)"
            ),
        };
        let factors = lu(scaled.view(), what)?
            .map_err(|pivot| singular(f64::INFINITY, format!("pivot {} of {} is 0", pivot + 1, a.nrows())))?;
        let condition = factors.condition(what)?;
        // n ε κ of 1: not one digit of the answer would be right.
        if condition * f64::EPSILON * a.nrows() as f64 >= 1.0 {
            return Err(singular(condition, "no digit of the answer would be right".into()));
        }
        Ok(Factored { factors, rows, columns })
    }

    /// A⁻¹ = C (RAC)⁻¹ R.
    pub fn inverse(self, what: &str) -> Result<Array2<f64>> {
        Ok(self.factors.inverse(what)? * &self.rows * self.columns.insert_axis(Axis(1)))
    }

    /// x = C (RAC)⁻¹ R b, for each column of b.
    pub fn solve(&self, b: ArrayView2<'_, f64>, what: &str) -> Result<Array2<f64>> {
        let scaled = &b * &self.rows.view().insert_axis(Axis(1));
        Ok(self.factors.solve(scaled.view(), what)? * self.columns.view().insert_axis(Axis(1)))
    }
}

/// The power of 2 that brings the largest of these values to 1 … 2; 1 where all are 0.
fn scale(values: ArrayView1<'_, f64>) -> f64 {
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest > 0.0 { 2.0_f64.powi(-(largest.log2().floor() as i32).clamp(-1000, 1000)) } else { 1.0 }
}
