//! Systems of linear equations.

use ndarray::{Array, ArrayRef, ArrayRef2, ArrayViewD, Axis, Dimension, Ix2};

use super::factored::Factored;
use super::require;
use crate::error::{Error, Result};

/// x of Ax = b for a square A (n × n): b and x are vectors (n), or matrices with a column for each system (n × k). NumPy's
/// `solve`.
///
/// More equations than unknowns have no solution but a least-squares one: `pseudo_inverse(&a)?.dot(&b)`.
///
/// ```
/// use gradus::prelude::*;
/// let a = array![[2.0, 1.0], [1.0, 3.0]];
/// let x = solve(&a, &array![5.0, 10.0])?;
/// assert!(norm(&(&x - &array![1.0, 3.0]))? < 1e-14);
/// # Ok::<(), gradus::Error>(())
/// ```
///
/// # Errors
/// As [`inverse`](super::inverse), and [`Error::Shape`] for a b of another length than A.
pub fn solve<D: Dimension>(a: &ArrayRef2<f64>, b: &ArrayRef<f64, D>) -> Result<Array<f64, D>> {
    let x = of_any(a, b.view().into_dyn())?;
    x.into_shape_with_order(b.raw_dim()).map_err(Error::library("solve"))
}

/// The solutions in columns, n × k; k = 1 for a vector.
fn of_any(a: &ArrayRef2<f64>, b: ArrayViewD<'_, f64>) -> Result<Array<f64, Ix2>> {
    require::square("solve", a)?;
    require::finite("solve: b", &b)?;
    let shape = format!("{:?}", b.shape());
    let columns = if b.ndim() == 1 { b.insert_axis(Axis(1)) } else { b };
    match columns.into_dimensionality::<Ix2>() {
        Ok(b) if b.nrows() == a.nrows() => {
            let x = Factored::of("solve", a)?.solve(b, "solve")?;
            Ok(x.as_standard_layout().into_owned())
        }
        _ => Err(Error::Shape {
            what: "solve: b".into(),
            expected: format!("a vector or a matrix of {} rows, as A has", a.nrows()),
            found: format!("the shape {shape}"),
        }),
    }
}
