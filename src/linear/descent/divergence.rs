//! Whether a gradient descent ended well, or its cost grew.

use ndarray::Array1;

use super::cost::Cost;
use super::state::{Data, TrainingState};
use super::workspace::Workspace;
use crate::error::{Divergence, Error};
use crate::linear::model::LinearModel;
use crate::optim::{AnyOptimizer, Optimizer};

/// A cost this many times the first one means divergence, whatever comes.
const DIVERGED: f64 = 1e3;
/// A cost above another by less than this share may be rounding.
const ROUNDING: f64 = 1e-9;
/// A score may be off by this many roundings of the largest of its terms.
const ROUNDINGS: f64 = 16.0 * f64::EPSILON;
/// Steps of small batches may raise the cost of a run that began at the minimum by this factor.
const SWING: f64 = 10.0;
/// An optimizer whose steps are about as long as its rate may be this many steps away from its start.
const STRIDES: f64 = 4.0;

/// Why a run failed.
pub(super) enum RunError {
    /// At this step the cost was seen to grow.
    Diverging {
        step: usize,
        first: f64,
        last: f64,
    },
    Failed(Error),
}

impl From<Error> for RunError {
    fn from(error: Error) -> Self {
        RunError::Failed(error)
    }
}

impl TrainingState {
    /// Whether the cost is so far above `bar`, the cost at the start of the run, that it need not continue.
    pub(super) fn explodes(&self, model: &LinearModel, data: Data<'_>, bar: f64, cost: f64) -> bool {
        !cost.is_finite() || cost > DIVERGED * bar && cost > DIVERGED * self.ceiling(model, data, bar)
    }

    /// Whether a run that began at a cost of `bar` and ends at `last` has gone up instead of down.
    pub(super) fn has_grown(&self, model: &LinearModel, data: Data<'_>, bar: f64, last: f64) -> bool {
        if last <= bar * (1.0 + ROUNDING) {
            return false;
        }
        let ceiling = self.ceiling(model, data, bar);
        last > ceiling || ceiling.is_nan()
    }

    /// The highest cost at which a run may end that began at `bar`.
    ///
    /// A run that began at the minimum cannot fall. Rounding lifts its cost, from 0 by any factor: a score is a sum
    /// whose terms are each rounded. Steps of small batches keep it above the minimum, and so do steps as long as the
    /// rate; but no higher than the cost of a model without weights.
    fn ceiling(&self, model: &LinearModel, data: Data<'_>, bar: f64) -> f64 {
        let small = self.settings.batch.size(data.x.nrows()) < data.x.nrows();
        let stride = self.stride();
        let (mut rounding, mut strides) = (0.0, 0.0);
        for (row, x) in data.x.rows().into_iter().enumerate() {
            let weight = data.weights.map_or(1.0, |weights| weights[row]);
            let size = x.iter().map(|x| x.abs()).sum::<f64>() + 1.0;
            for (target, (weights, intercept)) in model.weights.columns().into_iter().zip(&model.intercepts).enumerate()
            {
                let terms: f64 = x.iter().zip(weights).map(|(x, weight)| (x * weight).abs()).sum();
                let goal = match self.cost {
                    Cost::SquaredError(_) => data.y[[row, target]].abs(),
                    Cost::CrossEntropy(_) => 0.0,
                };
                rounding += weight * self.cost.of_shift(ROUNDINGS * (terms + intercept.abs() + goal));
                strides += weight * self.cost.of_shift(stride * size);
            }
        }
        let mean = 1.0 / data.x.nrows() as f64;
        let swings = if small { SWING * bar } else { bar } + mean * strides;
        let highest = if swings > bar { bar.max(swings.min(self.cost_without_weights(model, data))) } else { bar };
        highest * (1.0 + ROUNDING) + mean * rounding
    }

    /// How far each parameter may be from where it began because steps do not shrink with the gradient.
    fn stride(&self) -> f64 {
        let rate = |step: usize| self.settings.optimizer.learning_rate().rate(step as u64);
        match &self.settings.optimizer {
            AnyOptimizer::Sgd(_)
            | AnyOptimizer::Momentum(_)
            | AnyOptimizer::AveragedMomentum(_)
            | AnyOptimizer::Nesterov(_) => 0.0,
            _ => STRIDES * rate(0).max(rate(self.step)),
        }
    }

    fn cost_without_weights(&self, model: &LinearModel, data: Data<'_>) -> f64 {
        let (mut none, k) = (model.clone(), model.intercepts.len());
        none.weights.fill(0.0);
        none.intercepts = Array1::zeros(k);
        self.cost_of(&none, data, &mut Workspace::new(data.x.nrows(), model))
    }

    /// How many epochs ago the cost was worst in the last tenth of a run, and that cost.
    ///
    /// A squared error past its largest safe rate explodes; a cross-entropy, whose derivative is bounded, swings up and
    /// down, and its last cost alone may be a good one by chance. Small batches swing at any rate: there the last cost
    /// counts.
    pub(super) fn worst_of_late(&self, epochs: usize, full: bool) -> (usize, f64) {
        let late = if full { (epochs / 10).max(2).min(epochs) } else { 1 };
        let costs = self.history.epoch_costs.iter().rev().take(late).copied().enumerate();
        // A NaN is the worst.
        costs.max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap_or((0, f64::NAN))
    }

    /// In how many of the epochs of full batches the cost rose: in none, at a safe learning rate.
    pub fn rises(&self) -> usize {
        let rose = |pair: &&[f64]| pair[1] > pair[0] * (1.0 + ROUNDING);
        self.history.epoch_costs.windows(2).filter(rose).count()
    }

    /// The error of a failed run; of a diverged one with the largest safe rate where there is one.
    pub fn error(&self, data: Data<'_>, failure: RunError) -> Error {
        let (step, first, last) = match failure {
            RunError::Diverging { step, first, last } => (step, first, last),
            RunError::Failed(error) => return error,
        };
        let eigenvalues = self.settings.eigenvalues(data.x, data.weights, self.cost.curvature());
        let largest_eigenvalue = eigenvalues.ok().and_then(|values| values.last().copied()).unwrap_or(f64::NAN);
        Error::Diverged(Box::new(Divergence {
            step,
            first_cost: first,
            last_cost: last,
            optimizer: self.settings.optimizer.name(),
            learning_rate: self.settings.optimizer.learning_rate().rate(step.saturating_sub(1) as u64),
            largest_safe_rate: 2.0 / largest_eigenvalue,
            largest_eigenvalue,
            exact: matches!(self.cost, Cost::SquaredError(_)),
            full_batches: self.settings.batch.size(data.x.nrows()) == data.x.nrows(),
        }))
    }
}
