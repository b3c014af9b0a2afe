//! Batch normalization: γ (x − μ)/√(σ² + ε) + β for each column, with the batch's μ and σ² while training.
//!
//! S. Ioffe, C. Szegedy (2015), *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
//! Shift*.

use crate::engine::plan::{BatchNormalization, Mode};
use crate::real::Real;

/// The notes hold four rows: μ, 1/√(σ² + ε), and the sums over the rows of dy and of dy·x̂.
fn split<F>(notes: &mut [F]) -> [&mut [F]; 4] {
    let width = notes.len() / 4;
    let (first, second) = notes.split_at_mut(2 * width);
    let ((a, b), (c, d)) = (first.split_at_mut(width), second.split_at_mut(width));
    [a, b, c, d]
}

fn uses_batch(normalization: &BatchNormalization, mode: Mode) -> bool {
    mode != Mode::Predict && !normalization.frozen
}

pub(super) fn forward<'p, F: Real>(
    normalization: &BatchNormalization,
    parameter: impl Fn(usize) -> &'p [F],
    x: &[F],
    out: &mut [F],
    notes: &mut [F],
    mode: Mode,
) {
    let width = normalization.input.width;
    let [mean, inverse, _, _] = split(notes);
    let epsilon = F::of(normalization.epsilon);
    if uses_batch(normalization, mode) {
        let rows = F::of((x.len() / width) as f64);
        mean.fill(F::zero());
        for x in x.chunks_exact(width) {
            for (mean, x) in mean.iter_mut().zip(x) {
                *mean += *x;
            }
        }
        for mean in mean.iter_mut() {
            *mean /= rows;
        }
        inverse.fill(F::zero());
        for x in x.chunks_exact(width) {
            for ((square, x), mean) in inverse.iter_mut().zip(x).zip(mean.iter()) {
                *square += (*x - *mean) * (*x - *mean);
            }
        }
        for value in inverse.iter_mut() {
            *value = (*value / rows + epsilon).sqrt().recip();
        }
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

/// With x̂ = (x − μ)/√(σ² + ε) and m rows: dβ = Σdy, dγ = Σdy·x̂, and dx = γ/√(σ² + ε) · (dy − dβ/m − x̂·dγ/m); with running
/// statistics, which do not depend on x, only the first of the three terms.
pub(super) fn backward<'p, F: Real>(
    normalization: &BatchNormalization,
    parameter: impl Fn(usize) -> &'p [F],
    x: &[F],
    dout: &[F],
    dx: &mut [F],
    notes: &mut [F],
    mode: Mode,
) {
    let width = normalization.input.width;
    let [mean, inverse, beta_sum, gamma_sum] = split(notes);
    beta_sum.fill(F::zero());
    gamma_sum.fill(F::zero());
    for (x, dout) in x.chunks_exact(width).zip(dout.chunks_exact(width)) {
        for at in 0..width {
            beta_sum[at] += dout[at];
            gamma_sum[at] += dout[at] * (x[at] - mean[at]) * inverse[at];
        }
    }
    let gamma = normalization.gamma.map(&parameter);
    let share = match uses_batch(normalization, mode) {
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

/// The same for the variance of the batch (divided by m, as Keras has it), which the notes hold as 1/√(σ² + ε).
pub(super) fn update_variance<F: Real>(normalization: &BatchNormalization, running: &mut [F], inverse: &[F]) {
    let (momentum, epsilon) = (F::of(normalization.momentum), F::of(normalization.epsilon));
    for (running, inverse) in running.iter_mut().zip(inverse) {
        let variance = ((*inverse * *inverse).recip() - epsilon).max(F::zero());
        *running = momentum * *running + (F::one() - momentum) * variance;
    }
}
