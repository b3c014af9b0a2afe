//! Cost and gradient of a gradient descent at the present parameters.

use ndarray::linalg::general_mat_mul;
use ndarray::s;

use super::settings::Settings;
use super::state::{Data, TrainingState};
use super::workspace::Workspace;
use crate::linear::model::LinearModel;
use crate::linear::soft_threshold;
use crate::real::norm_of;

impl TrainingState {
    /// Cost and gradient at the present parameters, into the workspace; the L1 penalty is in the cost alone.
    pub(super) fn gradient(&self, model: &LinearModel, data: Data<'_>, space: &mut Workspace) -> f64 {
        let mean = 1.0 / data.x.nrows() as f64;
        let losses = self.errors(model, data, space);
        let errors = space.errors.slice(s![..data.x.nrows(), ..]);
        let factor = self.cost.derivative_factor() * mean;
        general_mat_mul(factor, &data.x.t(), &errors, 0.0, &mut space.gradient);
        if self.settings.ridge > 0.0 {
            space.gradient.scaled_add(2.0 * self.settings.ridge, &model.weights);
        }
        for (gradient, errors) in space.intercept_gradient.iter_mut().zip(errors.columns()) {
            *gradient = factor * errors.sum();
        }
        losses * mean + self.penalty(model)
    }

    /// The cost of the whole training data at the present parameters.
    pub(super) fn cost_of(&self, model: &LinearModel, data: Data<'_>, space: &mut Workspace) -> f64 {
        self.errors(model, data, space) / data.x.nrows() as f64 + self.penalty(model)
    }

    /// ω(ŷ − y) into the workspace; returns Σ ω l.
    fn errors(&self, model: &LinearModel, data: Data<'_>, space: &mut Workspace) -> f64 {
        let mut scores = space.errors.slice_mut(s![..data.x.nrows(), ..]);
        general_mat_mul(1.0, &data.x, &model.weights, 0.0, &mut scores);
        scores += &model.intercepts;
        self.cost.errors(data.y, data.weights, &mut scores)
    }

    fn penalty(&self, model: &LinearModel) -> f64 {
        let Settings { ridge, l1, .. } = self.settings;
        if ridge == 0.0 && l1 == 0.0 {
            return 0.0;
        }
        model.weights.fold(0.0, |sum, weight| sum + ridge * weight * weight + l1 * weight.abs())
    }

    /// ‖∇J‖; with an L1 penalty the norm of the shortest subgradient, which is 0 at the minimum all the same.
    pub(super) fn gradient_norm(&self, model: &LinearModel, space: &Workspace) -> f64 {
        let l1 = self.settings.l1;
        let derivative = |(gradient, weight): (&f64, &f64)| match l1 {
            0.0 => *gradient,
            _ if *weight == 0.0 => soft_threshold(*gradient, l1),
            _ => gradient + l1 * weight.signum(),
        };
        let intercepts = if self.settings.intercept { space.intercept_gradient.len() } else { 0 };
        let of_weights = space.gradient.iter().zip(&model.weights).map(derivative);
        norm_of(of_weights.chain(space.intercept_gradient.iter().take(intercepts).copied()))
    }
}
