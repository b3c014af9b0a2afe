//! Glorot's variance, which keeps both what flows forward and the gradients that flow back, as far as one number can.

/// 2 / (inputs + outputs).
pub(super) fn variance(inputs: usize, outputs: usize) -> f64 {
    1.0 / ((inputs + outputs) as f64 / 2.0).max(1.0)
}
