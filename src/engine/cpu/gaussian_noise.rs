//! Gaussian noise: x + σ·N(0, 1) while training. Its backward pass is a copy.

use crate::engine::random::Stream;
use crate::real::Real;

/// Adds noise with the standard deviation `std`; nothing without a stream, outside of training.
pub(super) fn forward<F: Real>(x: &[F], out: &mut [F], std: f64, stream: Option<Stream>) {
    out.copy_from_slice(x);
    if let Some(stream) = stream {
        for (position, out) in out.iter_mut().enumerate() {
            *out += F::of(std * stream.normal(position));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_its_standard_deviation_and_is_off_in_prediction() {
        let x = vec![2.0_f32; 100_000];
        let mut out = vec![0.0; x.len()];
        forward(&x, &mut out, 0.5, Some(Stream::new(5, 1, 0)));
        let moment = |power| out.iter().map(|value| f64::from(*value - 2.0).powi(power)).sum::<f64>() / 1e5;
        assert!(moment(1).abs() < 0.0064 && (moment(2).sqrt() - 0.5).abs() < 0.005);
        forward(&x, &mut out, 0.5, None);
        assert_eq!(out, x);
    }
}
