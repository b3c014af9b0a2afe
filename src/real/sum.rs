//! Sums over long slices: several running sums side by side, which is faster than one, and in blocks, which keeps the
//! digits: a running sum in `f32` that has grown large no longer notices what is added to it.

use super::{Real, simd_dispatch};

/// How many sums run side by side.
const LANES: usize = 16;
/// This many numbers are summed in their own precision before the sum goes to one in `f64`.
const BLOCK: usize = 4096;
/// This many columns are summed at once, on the stack.
const COLUMNS: usize = 64;

/// Σ term(x).
pub(crate) fn sum_of<F: Real>(values: &[F], term: impl Fn(F) -> F) -> F {
    F::of(values.chunks(BLOCK).map(|block| sum_of_block(block, &term).as_f64()).sum())
}

fn sum_of_block<F: Real>(values: &[F], term: impl Fn(F) -> F) -> F {
    let mut sums = [F::zero(); LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder().iter().fold(F::zero(), |sum, value| sum + term(*value));
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += term(*value);
        }
    }
    sums.into_iter().fold(rest, |total, sum| total + sum)
}

/// Σ xᵢyᵢ.
#[inline(always)]
pub(crate) fn dot<F: Real>(x: &[F], y: &[F]) -> F {
    if x.len() <= BLOCK {
        return dot_of_block(x, y);
    }
    F::of(x.chunks(BLOCK).zip(y.chunks(BLOCK)).map(|(x, y)| dot_of_block(x, y).as_f64()).sum())
}

#[inline(always)]
fn dot_of_block<F: Real>(x: &[F], y: &[F]) -> F {
    let mut sums = [F::zero(); LANES];
    let (x, y) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let rest = x.remainder().iter().zip(y.remainder()).fold(F::zero(), |sum, (x, y)| sum + *x * *y);
    for (x, y) in x.zip(y) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += *x * *y;
        }
    }
    sums.into_iter().fold(rest, |total, sum| total + sum)
}

/// For each column the sum over the rows of `term`, in `f64`, handed to `take` with the column's number.
///
/// `term` gets the number that each of the matrices holds there (row-major, `width` columns each), and the number that
/// each of the `constants` holds for the column.
pub(crate) fn column_sums<F: Real, const M: usize, const C: usize>(
    width: usize,
    matrices: [&[F]; M],
    constants: [&[F]; C],
    term: impl Fn([F; M], [F; C]) -> f64,
    mut take: impl FnMut(usize, f64),
) {
    for first in (0..width).step_by(COLUMNS) {
        let count = COLUMNS.min(width - first);
        let mut sums = [0.0; COLUMNS];
        let sums = &mut sums[..count];
        let constants = constants.map(|constants| &constants[first..][..count]);
        let rows = matrices.first().map_or(0, |matrix| matrix.len() / width);
        simd_dispatch(
            #[inline(always)]
            || {
                for row in 0..rows {
                    let here = matrices.map(|matrix| &matrix[row * width + first..][..count]);
                    for (at, sum) in sums.iter_mut().enumerate() {
                        *sum += term(here.map(|values| values[at]), constants.map(|values| values[at]));
                    }
                }
            },
        );
        sums.iter().enumerate().for_each(|(at, sum)| take(first + at, *sum));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length_are_the_plain_ones() {
        for length in [0, 1, 15, 16, 17, 345] {
            let values: Vec<f64> = (0..length).map(|at| f64::from(at) - 100.0).collect();
            let squares = values.iter().map(|x| x * x).sum::<f64>();
            assert_eq!((sum_of(&values, |x| x * x), dot(&values, &values)), (squares, squares));
        }
        let tenths = vec![0.1_f32; 1_000_000];
        assert!((sum_of(&tenths, |x| x) - 100_000.0).abs() < 2.0, "one running sum is off by 958");
        let tenth = f64::from(0.1_f32);
        assert!((f64::from(dot(&tenths, &tenths)) / (1e6 * tenth * tenth) - 1.0).abs() < 2e-5);
        assert!((f64::from(crate::real::norm(&tenths)) / (1e3 * tenth) - 1.0).abs() < 2e-5);
    }

    #[test]
    fn sums_of_columns_keep_their_digits_over_a_million_rows() {
        for width in [1, 3, 64, 65, 200] {
            let rows = 1_000_000 / width;
            let values: Vec<f32> = (0..rows * width).map(|at| 1000.0 + (at % width) as f32).collect();
            let shift: Vec<f32> = (0..width).map(|column| column as f32).collect();
            let mut sums = vec![f64::NAN; width];
            column_sums(width, [&values], [&shift], |[x], [shift]| f64::from(x - shift), |at, sum| sums[at] = sum);
            assert_eq!(sums, vec![1000.0 * rows as f64; width]);
        }
        column_sums(2, [&[] as &[f32]], [], |[x], _: [f32; 0]| f64::from(x), |_, sum| assert_eq!(sum, 0.0));
    }
}
