//! The optimizers, declared once, and any of them as a value.

use serde::{Deserialize, Serialize};

use super::{
    Adadelta, Adagrad, Adam, AdamW, Adamax, AmsGrad, AveragedMomentum, Momentum, Nadam, Nesterov, Optimizer, RmsProp,
    Schedule, Sgd, State,
};
use crate::closed_set::closed_set;
use crate::error::Result;
use crate::real::Real;

closed_set! { $ any_optimizer;
    /// Any optimizer. Each converts into it: `AnyOptimizer::from(Adam::new(1e-3))`; a function that takes
    /// `impl Into<AnyOptimizer>` takes the optimizer itself.
    ///
    /// ```
    /// use gradus::optim::{AnyOptimizer, Optimizer, RmsProp, Sgd};
    /// let optimizers: [AnyOptimizer; 2] = [Sgd::new(0.1).momentum(0.9).into(), RmsProp::new(0.001).into()];
    /// assert_eq!(optimizers.map(|optimizer| optimizer.name()), ["momentum", "RMSprop"]);
    /// ```
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub enum AnyOptimizer {
        Sgd(Sgd),
        Momentum(Momentum),
        AveragedMomentum(AveragedMomentum),
        Nesterov(Nesterov),
        Adagrad(Adagrad),
        Adadelta(Adadelta),
        RmsProp(RmsProp),
        Adam(Adam),
        AdamW(AdamW),
        Adamax(Adamax),
        Nadam(Nadam),
        AmsGrad(AmsGrad),
    }
}

impl AnyOptimizer {
    /// Sets the learning rate, which the caller has checked.
    pub(crate) fn set_learning_rate(&mut self, learning_rate: Schedule) {
        any_optimizer!(self, optimizer => optimizer.learning_rate = learning_rate);
    }
}

impl Optimizer for AnyOptimizer {
    fn name(&self) -> &'static str {
        any_optimizer!(self, optimizer => optimizer.name())
    }

    fn learning_rate(&self) -> &Schedule {
        any_optimizer!(self, optimizer => optimizer.learning_rate())
    }

    fn slots(&self) -> usize {
        any_optimizer!(self, optimizer => optimizer.slots())
    }

    fn check(&self) -> Result<()> {
        any_optimizer!(self, optimizer => optimizer.check())
    }

    fn state<F: Real>(&self, parameters: usize) -> State<F> {
        any_optimizer!(self, optimizer => optimizer.state(parameters))
    }

    fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
        any_optimizer!(self, optimizer => optimizer.step(state, parameters, gradient, rate))
    }
}
