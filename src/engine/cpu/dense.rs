//! Z = X·W + b: products of matrices, by BLAS where they are large, by plain loops where a call of BLAS would cost more.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use crate::blas;
use crate::real::{Real, column_sums, dot, simd_dispatch};

/// Below this number of multiplications, and for single rows, which do not profit from the blocks of BLAS, loops are faster.
const SMALL: usize = 8192;
/// From this number of multiplications on, about 50 µs of one core, a product is divided among the cores.
pub(super) const PART: usize = 2_000_000;
/// How many terms are summed in their own precision before the sum is added to one in `f64`: by plain loops, which have one
/// running sum, and by BLAS, which sums in blocks.
const LOOPED: usize = 512;
const MULTIPLIED: usize = 4096;

fn is_small(rows: usize, inputs: usize, units: usize) -> bool {
    rows == 1 || rows * inputs * units <= SMALL
}

/// Z (n × units) from X (n × inputs) and W (inputs × units).
pub(super) fn forward<F: Real>(x: &[F], w: &[F], bias: Option<&[F]>, z: &mut [F], rows: usize) {
    let (inputs, units) = (x.len() / rows, z.len() / rows);
    if rows == 1 && inputs > MULTIPLIED {
        return forward_long(x, w, bias, z);
    }
    for z in z.chunks_exact_mut(units) {
        match bias {
            Some(bias) => z.copy_from_slice(bias),
            None => z.fill(F::zero()),
        }
    }
    if !is_small(rows, inputs, units) {
        return multiply(F::one(), [x, w], [false, false], [rows, inputs, units], z);
    }
    simd_dispatch(
        #[inline(always)]
        || {
            for (x, z) in x.chunks_exact(inputs).zip(z.chunks_exact_mut(units)) {
                for (x, w) in x.iter().zip(w.chunks_exact(units)) {
                    add_scaled(*x, w, z);
                }
            }
        },
    );
}

/// [`forward`] of one row with many inputs.
fn forward_long<F: Real>(x: &[F], w: &[F], bias: Option<&[F]>, z: &mut [F]) {
    let units = z.len();
    let mut sums: Vec<f64> = bias.map_or(vec![0.0; units], |bias| bias.iter().map(|bias| bias.as_f64()).collect());
    for (x, w) in x.chunks(LOOPED).zip(w.chunks(LOOPED * units)) {
        z.fill(F::zero());
        for (x, w) in x.iter().zip(w.chunks_exact(units)) {
            add_scaled(*x, w, z);
        }
        sums.iter_mut().zip(&*z).for_each(|(sum, z)| *sum += z.as_f64());
    }
    z.iter_mut().zip(sums).for_each(|(z, sum)| *z = F::of(sum));
}

/// dW = Xᵀ·dZ.
pub(super) fn backward_weights<F: Real>(x: &[F], dz: &[F], dw: &mut [F], rows: usize) {
    let (inputs, units) = (x.len() / rows, dz.len() / rows);
    let block = if is_small(rows, inputs, units) { LOOPED } else { MULTIPLIED };
    if rows <= block {
        return backward_weights_of_block(x, dz, dw, rows);
    }
    let mut sums = vec![0.0; dw.len()];
    for (x, dz) in x.chunks(block * inputs).zip(dz.chunks(block * units)) {
        backward_weights_of_block(x, dz, dw, x.len() / inputs);
        sums.iter_mut().zip(&*dw).for_each(|(sum, dw)| *sum += dw.as_f64());
    }
    dw.iter_mut().zip(sums).for_each(|(dw, sum)| *dw = F::of(sum));
}

fn backward_weights_of_block<F: Real>(x: &[F], dz: &[F], dw: &mut [F], rows: usize) {
    let (inputs, units) = (x.len() / rows, dz.len() / rows);
    if !is_small(rows, inputs, units) {
        return multiply(F::zero(), [x, dz], [true, false], [inputs, rows, units], dw);
    }
    simd_dispatch(
        #[inline(always)]
        || {
            let mut pairs = x.chunks_exact(inputs).zip(dz.chunks_exact(units));
            if let Some((x, dz)) = pairs.next() {
                for (x, dw) in x.iter().zip(dw.chunks_exact_mut(units)) {
                    for (dw, dz) in dw.iter_mut().zip(dz) {
                        *dw = *x * *dz;
                    }
                }
            }
            for (x, dz) in pairs {
                for (x, dw) in x.iter().zip(dw.chunks_exact_mut(units)) {
                    add_scaled(*x, dz, dw);
                }
            }
        },
    );
}

/// db: the sum of dZ over the rows.
pub(super) fn backward_bias<F: Real>(dz: &[F], db: &mut [F]) {
    column_sums(db.len(), [dz], [], |[dz], _: [F; 0]| dz.as_f64(), |at, sum| db[at] = F::of(sum));
}

/// dX = dZ·Wᵀ.
pub(super) fn backward_input<F: Real>(dz: &[F], w: &[F], dx: &mut [F], rows: usize) {
    let (inputs, units) = (dx.len() / rows, dz.len() / rows);
    if !is_small(rows, inputs, units) {
        return multiply(F::zero(), [dz, w], [false, true], [rows, units, inputs], dx);
    }
    simd_dispatch(
        #[inline(always)]
        || {
            for (dz, dx) in dz.chunks_exact(units).zip(dx.chunks_exact_mut(inputs)) {
                for (w, dx) in w.chunks_exact(units).zip(dx) {
                    *dx = dot(dz, w);
                }
            }
        },
    );
}

/// y ← y + factor · x.
#[inline(always)]
fn add_scaled<F: Real>(factor: F, x: &[F], y: &mut [F]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * *x;
    }
}

/// C (m × n) ← A (m × k) · B (k × n) + `keep` · C; a `transposed` factor is stored as its transpose.
fn multiply<F: Real>(keep: F, factors: [&[F]; 2], transposed: [bool; 2], sizes: [usize; 3], c: &mut [F]) {
    let [m, k, n] = sizes;
    let matrix = |data, rows, columns, transposed: bool| match transposed {
        false => ArrayView2::from_shape((rows, columns), data),
        true => ArrayView2::from_shape((columns, rows), data).map(ArrayView2::reversed_axes),
    };
    let a = matrix(factors[0], m, k, transposed[0]);
    let b = matrix(factors[1], k, n, transposed[1]);
    // The plan determines the lengths: none of these can fail.
    if let (Ok(a), Ok(b), Ok(c)) = (a, b, ArrayViewMut2::from_shape((m, n), c)) {
        let threads = if blas::can_rest() { rayon::current_num_threads() } else { 1 };
        blas::with_one_thread(|| share_out(keep, a, b, c, threads));
    }
}

/// The product in as many parts as there are threads, each a call of BLAS, by halving the longer side of C.
///
/// The optimizer uses the threads of rayon too; those of BLAS would compete with them.
fn share_out<F: Real>(
    keep: F,
    a: ArrayView2<'_, F>,
    b: ArrayView2<'_, F>,
    mut c: ArrayViewMut2<'_, F>,
    threads: usize,
) {
    let (m, n) = c.dim();
    // BLAS computes tiles of 8 to 16 numbers.
    const TILE: usize = 16;
    if threads < 2 || m.max(n) <= TILE || m * n * a.ncols() < PART {
        return general_mat_mul(F::one(), &a, &b, keep, &mut c);
    }
    let middle = (m.max(n) / 2).next_multiple_of(TILE);
    let (few, rest) = (threads / 2, threads - threads / 2);
    if m > n {
        let ((a, other_a), (c, other_c)) = (a.split_at(Axis(0), middle), c.split_at(Axis(0), middle));
        rayon::join(|| share_out(keep, a, b, c, rest), || share_out(keep, other_a, b, other_c, few));
    } else {
        let ((b, other_b), (c, other_c)) = (b.split_at(Axis(1), middle), c.split_at(Axis(1), middle));
        rayon::join(|| share_out(keep, a, b, c, rest), || share_out(keep, a, other_b, other_c, few));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, Axis};

    #[test]
    fn loops_and_blas_give_the_same_on_awkward_sizes() {
        // The first are below the limit, then come products of one part and of several; the reference is ndarray's product.
        for (m, k, n) in [
            (1, 1, 1),
            (1, 345, 7),
            (3, 5, 2),
            (2, 64, 64),
            (33, 17, 19),
            (5, 345, 31),
            (33, 345, 345),
            (20_000, 10, 16),
        ] {
            let fill = |rows: usize, columns: usize, shift: f64| {
                Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 7 + j * 3) as f64 * 0.37 + shift).sin())
            };
            let (x, w, b, dz) = (fill(m, k, 0.1), fill(k, n, 0.2), fill(1, n, 0.3), fill(m, n, 0.4));
            let slice = |array: &Array2<f64>| array.iter().copied().collect::<Vec<_>>();
            let near = |ours: &[f64], exact: Array2<f64>| {
                assert!(ours.iter().zip(&exact).all(|(ours, exact)| (ours - exact).abs() < 1e-10), "{m} {k} {n}");
            };
            let mut z = vec![f64::NAN; m * n];
            forward(&slice(&x), &slice(&w), Some(&slice(&b)), &mut z, m);
            near(&z, x.dot(&w) + &b);
            let mut dw = vec![f64::NAN; k * n];
            backward_weights(&slice(&x), &slice(&dz), &mut dw, m);
            near(&dw, x.t().dot(&dz));
            let mut db = vec![f64::NAN; n];
            backward_bias(&slice(&dz), &mut db);
            near(&db, dz.sum_axis(Axis(0)).insert_axis(Axis(0)));
            let mut dx = vec![f64::NAN; m * k];
            backward_input(&slice(&dz), &slice(&w), &mut dx, m);
            near(&dx, dz.dot(&w.t()));
        }
    }

    /// Terms of one sign, whose digits a running sum in `f32` would lose.
    #[test]
    fn sums_over_many_rows_and_many_inputs_keep_their_digits() {
        let near = |ours: f32, exact: f64| {
            assert!((f64::from(ours) / exact - 1.0).abs() < 1e-4, "{ours} instead of {exact}");
        };
        let tenth = f64::from(0.1_f32);
        for (rows, inputs, units) in [(8000, 1, 1), (1_000_000, 1, 1), (200_000, 3, 2)] {
            let (x, dz) = (vec![0.1_f32; rows * inputs], vec![0.1_f32; rows * units]);
            let (mut dw, mut db) = (vec![f32::NAN; inputs * units], vec![f32::NAN; units]);
            backward_weights(&x, &dz, &mut dw, rows);
            backward_bias(&dz, &mut db);
            dw.iter().for_each(|dw| near(*dw, rows as f64 * tenth * tenth));
            db.iter().for_each(|db| near(*db, rows as f64 * tenth));
        }
        for (rows, inputs, units) in [(1, 1_000_000, 1), (1, 100_000, 3), (2, 100_000, 3)] {
            let (x, w) = (vec![0.1_f32; rows * inputs], vec![0.1_f32; inputs * units]);
            let mut z = vec![f32::NAN; rows * units];
            forward(&x, &w, Some(&vec![1.0; units]), &mut z, rows);
            z.iter().for_each(|z| near(*z, 1.0 + inputs as f64 * tenth * tenth));
        }
    }
}
