//! What a device needs for a step: the numbers that are the same for all parameters. `shaders/common/optimizer.wgsl` has
//! the formulas.

use super::State;
use super::any_optimizer::AnyOptimizer;

/// The coefficients of an optimizer's step in WGSL.
pub(crate) trait Coefficients {
    /// Those of step t, counted from 1, with this learning rate; `product` is that of the state.
    fn coefficients(&self, t: f64, product: &mut f32, rate: f64) -> [f32; 8];
}

/// These numbers, and zeros after them.
pub(super) fn padded(numbers: &[f64]) -> [f32; 8] {
    std::array::from_fn(|at| numbers.get(at).map_or(0.0, |number| *number as f32))
}

impl AnyOptimizer {
    /// The coefficients of the step after those which the state has counted; counts it.
    pub(crate) fn coefficients(&self, state: &mut State<f32>, rate: f64) -> [f32; 8] {
        let t = state.count() as f64;
        any_optimizer!(self, optimizer => optimizer.coefficients(t, &mut state.product, rate))
    }
}
