//! The moments XᵀX, Xᵀy and the column sums, in as few passes over the data as BLAS allows.

use cblas_sys::{CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_UPLO, cblas_dsyrk};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;

use super::Problem;
use crate::blas::with_one_thread;

/// Sums over the examples, weighted by ω.
pub(super) struct Moments {
    /// XᵀΩX, d × d.
    pub gram: Array2<f64>,
    /// XᵀΩY, d × k.
    pub cross: Array2<f64>,
    /// Σ ω x, d.
    pub x_sum: Array1<f64>,
    /// Σ ω y, k.
    pub y_sum: Array1<f64>,
    /// Σ ω y², k.
    pub y_squares: Array1<f64>,
    /// Σ ω.
    pub total: f64,
}

impl Moments {
    pub fn of(problem: &Problem<'_>) -> Self {
        let total = problem.total_weight();
        match problem.weights {
            None => {
                let y_squares = problem.y.columns().into_iter().map(|y| y.dot(&y)).collect();
                let (cross, x_sum) = cross_and_sums(problem.x, problem.y);
                Moments { gram: gram(problem.x), cross, x_sum, y_sum: problem.y.sum_axis(Axis(0)), y_squares, total }
            }
            Some(weights) => {
                let root = weights.mapv(f64::sqrt).insert_axis(Axis(1));
                let weights = weights.insert_axis(Axis(1));
                let (x, weighted_y) = (&problem.x * &root, &problem.y * &weights);
                Moments {
                    gram: gram(x.view()),
                    cross: problem.x.t().dot(&weighted_y),
                    x_sum: (&problem.x * &weights).sum_axis(Axis(0)),
                    y_sum: weighted_y.sum_axis(Axis(0)),
                    y_squares: (&weighted_y * &problem.y).sum_axis(Axis(0)),
                    total,
                }
            }
        }
    }

    /// Whether every sum is a number: if so, every value of X and Y was.
    pub fn is_finite(&self) -> bool {
        let sums = self.gram.iter().chain(&self.cross).chain(&self.x_sum).chain(&self.y_sum).chain(&self.y_squares);
        sums.into_iter().all(|value| value.is_finite())
    }
}

/// Xᵀy and the column sums in one pass over X for few targets; BLAS for many.
fn cross_and_sums(x: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>) -> (Array2<f64>, Array1<f64>) {
    const ROWS: usize = 4096;
    let (features, targets) = (x.ncols(), y.ncols());
    if targets > 4 || !x.is_standard_layout() {
        return (x.t().dot(&y), x.sum_axis(Axis(0)));
    }
    // Fixed blocks, added in order: the same digits however many threads there are.
    let blocks: Vec<Array2<f64>> = (0..x.nrows().div_ceil(ROWS))
        .into_par_iter()
        .map(|block| {
            let rows = block * ROWS..((block + 1) * ROWS).min(x.nrows());
            let mut sums = Array2::zeros((targets + 1, features));
            for row in rows {
                let x = x.row(row);
                for (target, mut sum) in sums.rows_mut().into_iter().enumerate() {
                    let factor = if target == targets { 1.0 } else { y[[row, target]] };
                    sum.scaled_add(factor, &x);
                }
            }
            sums
        })
        .collect();
    let mut sums = Array2::<f64>::zeros((targets + 1, features));
    for block in &blocks {
        sums += block;
    }
    (sums.slice(ndarray::s![..targets, ..]).t().to_owned(), sums.row(targets).to_owned())
}

/// XᵀX by BLAS' symmetric product, which does half the work of a general one.
pub(in crate::linear) fn gram(x: ArrayView2<'_, f64>) -> Array2<f64> {
    const SMALL: usize = 20_000_000;
    let (n, d) = x.dim();
    let mut gram = Array2::<f64>::zeros((d, d));
    let limit = i32::MAX as usize;
    let column_major = x.t().is_standard_layout();
    if n == 0 || d == 0 || n > limit || d > limit || !(x.is_standard_layout() || column_major) {
        return x.t().dot(&x);
    }
    // A row-major n × d matrix is a column-major d × n one: its product with its own transpose is XᵀX.
    let (transpose, leading) =
        if column_major { (CBLAS_TRANSPOSE::CblasTrans, n) } else { (CBLAS_TRANSPOSE::CblasNoTrans, d) };
    let mut multiply = || {
        // SAFETY: `x` holds n·d values without gaps in the order that `transpose` and `leading` tell, `gram` holds d·d, and
        // every size fits the C int.
        unsafe {
            cblas_dsyrk(
                CBLAS_LAYOUT::CblasColMajor,
                CBLAS_UPLO::CblasLower,
                transpose,
                d as i32,
                n as i32,
                1.0,
                x.as_ptr(),
                leading as i32,
                0.0,
                gram.as_mut_ptr(),
                d as i32,
            );
        }
    };
    // Waking a second thread, which then looks for work for 30 ms, pays for large products only.
    if n * d * d < SMALL {
        with_one_thread(multiply)
    } else {
        multiply()
    }
    // The lower triangle of a column-major matrix is the upper one of a row-major: mirror it.
    for row in 0..d {
        for column in 0..row {
            gram[[row, column]] = gram[[column, row]];
        }
    }
    gram
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{ShapeBuilder, array, s};

    #[test]
    fn the_symmetric_product_equals_the_general_one_in_every_layout() {
        let x = Array2::from_shape_fn((345, 7), |(row, column)| ((row * 31 + column * 17) % 101) as f64 - 50.0);
        let expected = x.t().dot(&x);
        assert_eq!(gram(x.view()), expected);
        let mut columns = Array2::zeros((345, 7).f());
        columns.assign(&x);
        assert_eq!(gram(columns.view()), expected);
        let wide = ndarray::concatenate![Axis(1), x, x];
        assert_eq!(gram(wide.slice(s![.., ..7])), expected);
    }

    #[test]
    fn weights_act_as_repetitions() {
        let (x, y) = (array![[1.0, 2.0], [3.0, 5.0], [6.0, 1.0]], array![[1.0], [2.0], [4.0]]);
        let repeated = (x.select(Axis(0), &[0, 1, 1, 2]), y.select(Axis(0), &[0, 1, 1, 2]));
        let weights = array![1.0, 2.0, 1.0];
        let problem = |x, y, weights| Problem { x, y, weights, intercept: true, penalty: 0.0, columns: &[] };
        let weighted = Moments::of(&problem(x.view(), y.view(), Some(weights.view())));
        let plain = Moments::of(&problem(repeated.0.view(), repeated.1.view(), None));
        assert!((weighted.gram - plain.gram).iter().all(|gap| gap.abs() < 1e-12));
        assert!((weighted.cross - plain.cross).iter().all(|gap| gap.abs() < 1e-12));
        assert_eq!((weighted.x_sum, weighted.total), (plain.x_sum, plain.total));
    }
}
