//! LeCun's variance: a sum over all inputs has the variance of one.

/// 1 / inputs.
pub(super) fn variance(inputs: usize) -> f64 {
    1.0 / (inputs as f64).max(1.0)
}
