//! Batch normalization: γ (x − μ)/√(σ² + ε) + β for each column, with the batch's μ and σ² while training.
//!
//! S. Ioffe, C. Szegedy (2015), *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
//! Shift*.

use crate::engine::plan::{BatchNormalization, Mode};
use crate::real::{Real, column_sums};

/// The four rows of the scratch values: μ, 1/√(σ² + ε), and the sums over the rows of dy and of dy·x̂.
fn split<F>(scratch: &mut [F]) -> [&mut [F]; 4] {
    let width = scratch.len() / 4;
    let (first, second) = scratch.split_at_mut(2 * width);
    let ((a, b), (c, d)) = (first.split_at_mut(width), second.split_at_mut(width));
    [a, b, c, d]
}

pub(super) fn forward<'p, F: Real>(
    normalization: &BatchNormalization,
    parameter: impl Fn(usize) -> &'p [F],
    x: &[F],
    out: &mut [F],
    scratch: &mut [F],
    mode: Mode,
) {
    let width = normalization.input.width;
    let [mean, inverse, _, _] = split(scratch);
    let epsilon = F::of(normalization.epsilon);
    if normalization.uses_batch(mode) {
        let rows = (x.len() / width) as f64;
        column_sums(width, [x], [], |[x], _: [F; 0]| x.as_f64(), |at, sum| mean[at] = F::of(sum / rows));
        let square = |[x]: [F; 1], [mean]: [F; 1]| (x.as_f64() - mean.as_f64()).powi(2);
        let epsilon = normalization.epsilon;
        let take = |at: usize, sum: f64| inverse[at] = F::of((sum / rows + epsilon).sqrt().recip());
        column_sums(width, [x], [&*mean], square, take);
    } else {
        mean.copy_from_slice(parameter(normalization.mean));
        for (inverse, variance) in inverse.iter_mut().zip(parameter(normalization.variance)) {
            *inverse = (*variance + epsilon).sqrt().recip();
        }
    }
    for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        for (((x, out), mean), inverse) in x.iter().zip(&mut *out).zip(mean.iter()).zip(inverse.iter()) {
            *out = (*x - *mean) * *inverse;
        }
        if let Some(gamma) = normalization.gamma.map(&parameter) {
            for (out, gamma) in out.iter_mut().zip(gamma) {
                *out *= *gamma;
            }
        }
        if let Some(beta) = normalization.beta.map(&parameter) {
            for (out, beta) in out.iter_mut().zip(beta) {
                *out += *beta;
            }
        }
    }
}

/// With x̂ = (x − μ)/√(σ² + ε) and n rows: dβ = Σdy, dγ = Σdy·x̂, and dx = γ/√(σ² + ε) · (dy − dβ/n − x̂·dγ/n). Running
/// statistics do not depend on x, which leaves only the first of the three terms.
pub(super) fn backward<'p, F: Real>(
    normalization: &BatchNormalization,
    parameter: impl Fn(usize) -> &'p [F],
    x: &[F],
    dout: &[F],
    dx: &mut [F],
    scratch: &mut [F],
    mode: Mode,
) {
    let width = normalization.input.width;
    let [mean, inverse, beta_sum, gamma_sum] = split(scratch);
    column_sums(width, [dout], [], |[dout], _: [F; 0]| dout.as_f64(), |at, sum| beta_sum[at] = F::of(sum));
    let product = |[x, dout]: [F; 2], [mean, inverse]: [F; 2]| (dout * (x - mean) * inverse).as_f64();
    column_sums(width, [x, dout], [&*mean, &*inverse], product, |at, sum| gamma_sum[at] = F::of(sum));
    let gamma = normalization.gamma.map(&parameter);
    let share = match normalization.uses_batch(mode) {
        true => F::of(width as f64 / x.len() as f64),
        false => F::zero(),
    };
    for ((x, dout), dx) in x.chunks_exact(width).zip(dout.chunks_exact(width)).zip(dx.chunks_exact_mut(width)) {
        for at in 0..width {
            let normal = (x[at] - mean[at]) * inverse[at];
            let factor = gamma.map_or(F::one(), |gamma| gamma[at]) * inverse[at];
            dx[at] = factor * (dout[at] - share * (beta_sum[at] + normal * gamma_sum[at]));
        }
    }
}

/// running ← momentum · running + (1 − momentum) · mean of the batch.
pub(super) fn update_mean<F: Real>(normalization: &BatchNormalization, running: &mut [F], mean: &[F]) {
    let momentum = F::of(normalization.momentum);
    for (running, mean) in running.iter_mut().zip(mean) {
        *running = momentum * *running + (F::one() - momentum) * *mean;
    }
}

/// The same for the variance of the batch (divided by n, as in Keras), which is stored as 1/√(σ² + ε).
pub(super) fn update_variance<F: Real>(normalization: &BatchNormalization, running: &mut [F], inverse: &[F]) {
    let (momentum, epsilon) = (F::of(normalization.momentum), F::of(normalization.epsilon));
    for (running, inverse) in running.iter_mut().zip(inverse) {
        let variance = ((*inverse * *inverse).recip() - epsilon).max(F::zero());
        *running = momentum * *running + (F::one() - momentum) * variance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::plan::Value;

    /// A million rows near 1 000 with a standard deviation of 0.57, as from sensors; the reference is computed in `f64`.
    #[test]
    fn statistics_and_derivatives_keep_their_digits_over_a_million_rows() {
        let (rows, width) = (1_000_000, 2);
        let value = Value { offset: 0, width };
        let normalization = BatchNormalization {
            input: value,
            output: value,
            gamma: None,
            beta: None,
            mean: 0,
            variance: 1,
            momentum: 0.0,
            epsilon: 1e-3,
            frozen: false,
            scratch: 0,
        };
        let x: Vec<f32> = (0..rows * width).map(|at| 1000.0 + (at as u64 * 7919 % 2000) as f32 / 1000.0).collect();
        let dout: Vec<f32> = (0..rows * width).map(|at| 1.0 + (at as f32 * 0.37).sin()).collect();
        let (mut out, mut dx, mut scratch) = (vec![0.0; x.len()], vec![0.0; x.len()], vec![0.0_f32; 4 * width]);
        let none = |_: usize| -> &[f32] { &[] };
        let mode = Mode::Train { seed: 0, step: 0 };
        forward(&normalization, none, &x, &mut out, &mut scratch, mode);
        backward(&normalization, none, &x, &dout, &mut dx, &mut scratch, mode);
        let (mut running, mut spread) = (vec![0.0_f32; width], vec![0.0_f32; width]);
        update_mean(&normalization, &mut running, &scratch[..width]);
        update_variance(&normalization, &mut spread, &scratch[width..2 * width]);
        for column in 0..width {
            let of = |values: &[f32]| -> Vec<f64> {
                values.iter().skip(column).step_by(width).map(|value| f64::from(*value)).collect()
            };
            let average = |values: &[f64]| values.iter().sum::<f64>() / rows as f64;
            let (x, dout) = (of(&x), of(&dout));
            let mean = average(&x);
            let variance = average(&x.iter().map(|x| (x - mean).powi(2)).collect::<Vec<_>>());
            assert!((f64::from(running[column]) - mean).abs() < 1e-3, "{} for {mean}", running[column]);
            assert!((f64::from(spread[column]) / variance - 1.0).abs() < 1e-4, "{} for {variance}", spread[column]);
            let normal: Vec<f64> = x.iter().map(|x| (x - mean) / (variance + 1e-3).sqrt()).collect();
            let by_gamma = dout.iter().zip(&normal).map(|(dout, normal)| dout * normal).sum::<f64>();
            assert!((f64::from(scratch[2 * width + column]) / dout.iter().sum::<f64>() - 1.0).abs() < 1e-6);
            assert!((f64::from(scratch[3 * width + column]) - by_gamma).abs() < 1e-4 * rows as f64);
        }
    }
}
