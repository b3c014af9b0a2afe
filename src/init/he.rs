//! He's variance: ReLU lets half of the variance through, so the weights have twice as much.

/// 2 / inputs.
pub(super) fn variance(inputs: usize) -> f64 {
    2.0 / (inputs as f64).max(1.0)
}
