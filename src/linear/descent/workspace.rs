//! `Workspace`: what the steps of a descent compute in.

use ndarray::{Array1, Array2};

use crate::error::Result;
use crate::linear::model::LinearModel;
use crate::optim::Clip;

/// Buffers of one batch size, made once.
pub(super) struct Workspace {
    pub errors: Array2<f64>,
    pub gradient: Array2<f64>,
    pub intercept_gradient: Array1<f64>,
}

impl Workspace {
    pub fn new(rows: usize, model: &LinearModel) -> Self {
        let (d, k) = model.weights.dim();
        Workspace {
            errors: Array2::zeros((rows, k)),
            gradient: Array2::zeros((d, k)),
            intercept_gradient: Array1::zeros(k),
        }
    }

    /// Bounds the gradient, in which weights and intercepts are a tensor each.
    pub fn clip(&mut self, clip: Clip, intercept: bool) -> Result<()> {
        let intercepts = if intercept { self.intercept_gradient.len() } else { 0 };
        let mut clipped: Vec<f64> =
            self.gradient.iter().chain(self.intercept_gradient.iter().take(intercepts)).copied().collect();
        clip.apply(&mut clipped, &[self.gradient.len(), intercepts])?;
        let gradient = self.gradient.iter_mut().chain(&mut self.intercept_gradient);
        gradient.zip(clipped).for_each(|(gradient, clipped)| *gradient = clipped);
        Ok(())
    }
}
