//! One step of a gradient descent.

use super::settings::Settings;
use super::state::{Data, TrainingState};
use super::workspace::Workspace;
use crate::error::{Error, Result};
use crate::linear::model::LinearModel;
use crate::linear::soft_threshold;
use crate::optim::Optimizer;

impl TrainingState {
    /// One step on one batch; returns the batch's cost before it.
    pub(super) fn advance(&mut self, model: &mut LinearModel, batch: Data<'_>, space: &mut Workspace) -> Result<f64> {
        let cost = self.gradient(model, batch, space);
        self.record(model, cost, space);
        self.step_down(model, space)?;
        Ok(cost)
    }

    /// The optimizer's step of weights and intercepts. For an L1 penalty λ, which only plain steps support, it is
    /// W ← S(W − α ∂J/∂W), where S moves each weight by αλ toward 0: the proximal step of a term without a gradient at 0.
    pub(super) fn step_down(&mut self, model: &mut LinearModel, space: &mut Workspace) -> Result<()> {
        let Settings { optimizer, clip, intercept, l1, .. } = &self.settings;
        if let Some(clip) = clip {
            space.clip(*clip, *intercept)?;
        }
        let LinearModel { weights, intercepts, .. } = model;
        let (Some(weights), Some(intercepts), Some(gradient), Some(intercept_gradient)) = (
            weights.as_slice_mut(),
            intercepts.as_slice_mut(),
            space.gradient.as_slice(),
            space.intercept_gradient.as_slice(),
        ) else {
            let (context, message) = ("gradient descent".into(), "the parameters are not row-major".into());
            return Err(Error::Library { context, message, source: None });
        };
        let rate = optimizer.learning_rate().rate(self.step as u64);
        let [of_weights, of_intercepts] = self
            .optimizer_state
            .get_or_insert_with(|| [optimizer.state(weights.len()), optimizer.state(intercepts.len())]);
        optimizer.step(of_weights, weights, gradient, rate)?;
        if *l1 > 0.0 {
            weights.iter_mut().for_each(|weight| *weight = soft_threshold(*weight, rate * l1));
        }
        if *intercept {
            optimizer.step(of_intercepts, intercepts, intercept_gradient, rate)?;
        }
        self.step += 1;
        Ok(())
    }
}
