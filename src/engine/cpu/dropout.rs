//! Dropout: the mask is 0 or 1/(1 − rate), which keeps the expected value.

use crate::engine::random::Stream;
use crate::real::Real;

/// Drops numbers with this probability; none without a stream, outside of training.
pub(super) fn forward<F: Real>(x: &[F], mask: &mut [F], out: &mut [F], rate: f64, stream: Option<Stream>) {
    match stream {
        None => mask.fill(F::one()),
        Some(stream) => {
            let (rate, kept) = (rate as f32, F::of(1.0 / (1.0 - rate)));
            for (position, mask) in mask.iter_mut().enumerate() {
                *mask = if stream.uniform(position) < rate { F::zero() } else { kept };
            }
        }
    }
    for ((out, x), mask) in out.iter_mut().zip(x).zip(mask.iter()) {
        *out = *x * *mask;
    }
}

pub(super) fn backward<F: Real>(mask: &[F], dout: &[F], dx: &mut [F]) {
    for ((dx, dout), mask) in dx.iter_mut().zip(dout).zip(mask) {
        *dx = *dout * *mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_dropped_and_the_mean_is_kept() {
        let n = 100_000;
        let x = vec![1.0_f32; n];
        let (mut mask, mut out) = (vec![0.0; n], vec![0.0; n]);
        forward(&x, &mut mask, &mut out, 0.2, Some(Stream::new(3, 0, 1)));
        let dropped = out.iter().filter(|value| **value == 0.0).count() as f64 / n as f64;
        let mean = out.iter().map(|value| f64::from(*value)).sum::<f64>() / n as f64;
        // Four standard deviations of the share, √(0.2 · 0.8 / n).
        assert!((dropped - 0.2).abs() < 0.0051, "{dropped}");
        assert!((mean - 1.0).abs() < 0.0064, "{mean}");
        assert!(out.iter().all(|value| *value == 0.0 || *value == 1.25));
        let mut dx = vec![0.0; n];
        backward(&mask, &x, &mut dx);
        assert_eq!(dx, out);
        forward(&x, &mut mask, &mut out, 0.2, None);
        assert_eq!(out, x);
    }
}
