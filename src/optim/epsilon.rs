//! Where Adam's ε stands: three forms are about.

use serde::{Deserialize, Serialize};

/// Where the ε is that keeps Adam and its family from dividing by 0. m̂ and v̂ are the averages of g and g² corrected for
/// their start at 0, v̂ = v / (1 − β₂ᵗ).
///
/// The first step for a gradient g is, in units of the learning rate:
///
/// | g | `BesideRoot` 1e-7 (Keras) | `BesideCorrectedRoot` 1e-8 (paper) | `InsideRoot` 1e-7 (slide A42) |
/// |---|---|---|---|
/// | 10⁻² | 0.99968 | 0.999999 | 0.9995 |
/// | 10⁻⁴ | 0.9693 | 0.9999 | 0.3015 |
/// | 10⁻⁶ | 0.2403 | 0.990 | 0.0032 |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Epsilon {
    /// m̂ √(1 − β₂ᵗ) / (√v + ε): Keras', and section 2 of the paper. The default.
    #[default]
    BesideRoot,
    /// m̂ / (√v̂ + ε): algorithm 1 of the paper, PyTorch, optax; usually with 1e-8.
    BesideCorrectedRoot,
    /// m̂ / √(v̂ + ε): slide A42.
    InsideRoot,
}

impl Epsilon {
    /// What is added to v before the root, and to the root, where 1 − β₂ᵗ is `correction` and the rate bears its root.
    pub(super) fn inside_and_beside(self, epsilon: f64, correction: f64) -> (f64, f64) {
        match self {
            Epsilon::BesideRoot => (0.0, epsilon),
            Epsilon::BesideCorrectedRoot => (0.0, epsilon * correction.sqrt()),
            Epsilon::InsideRoot => (epsilon * correction, 0.0),
        }
    }
}
