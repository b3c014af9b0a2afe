//! Any optimizer, as a network holds it.

use serde::{Deserialize, Serialize};

use super::{
    Adadelta, Adagrad, Adam, AdamW, Adamax, AmsGrad, AveragedMomentum, Momentum, Nadam, Nesterov, Optimizer, RmsProp,
    Schedule, Sgd, State,
};
use crate::error::Result;
use crate::real::Real;

macro_rules! optimizers {
    ($($name:ident => $words:literal),* $(,)?) => {
        /// Any optimizer; each turns into it: `AnyOptimizer::from(Adam::new(1e-3))`, or where `impl Into<AnyOptimizer>` is asked
        /// for, the optimizer itself.
        ///
        /// ```
        /// use gradus::optim::{AnyOptimizer, RmsProp, Sgd};
        /// let optimizers: [AnyOptimizer; 2] = [Sgd::new(0.1).momentum(0.9).into(), RmsProp::new(0.001).into()];
        /// assert_eq!(optimizers.map(|optimizer| optimizer.name()), ["momentum", "RMSprop"]);
        /// ```
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum AnyOptimizer {
            $(#[doc = concat!("[`struct@", stringify!($name), "`].")] $name($name),)*
        }

        $(impl From<$name> for AnyOptimizer {
            fn from(optimizer: $name) -> Self {
                AnyOptimizer::$name(optimizer)
            }
        })*

        impl AnyOptimizer {
            /// Its name, for a legend.
            pub fn name(&self) -> &'static str {
                match self {
                    $(AnyOptimizer::$name(_) => $words,)*
                }
            }

            /// Sets the learning rate, which the caller has checked.
            pub(crate) fn set_learning_rate(&mut self, learning_rate: Schedule) {
                match self {
                    $(AnyOptimizer::$name(optimizer) => optimizer.learning_rate = learning_rate,)*
                }
            }
        }

        impl Optimizer for AnyOptimizer {
            fn learning_rate(&self) -> &Schedule {
                match self {
                    $(AnyOptimizer::$name(optimizer) => optimizer.learning_rate(),)*
                }
            }

            fn slots(&self) -> usize {
                match self {
                    $(AnyOptimizer::$name(optimizer) => optimizer.slots(),)*
                }
            }

            fn check(&self) -> Result<()> {
                match self {
                    $(AnyOptimizer::$name(optimizer) => optimizer.check(),)*
                }
            }

            fn state<F: Real>(&self, parameters: usize) -> State<F> {
                match self {
                    $(AnyOptimizer::$name(optimizer) => optimizer.state(parameters),)*
                }
            }

            fn step<F: Real>(&self, state: &mut State<F>, parameters: &mut [F], gradient: &[F], rate: F) -> Result<()> {
                match self {
                    $(AnyOptimizer::$name(optimizer) => optimizer.step(state, parameters, gradient, rate),)*
                }
            }
        }
    };
}

optimizers! {
    Sgd => "SGD",
    Momentum => "momentum",
    AveragedMomentum => "averaged momentum",
    Nesterov => "Nesterov",
    Adagrad => "Adagrad",
    Adadelta => "Adadelta",
    RmsProp => "RMSprop",
    Adam => "Adam",
    AdamW => "AdamW",
    Adamax => "Adamax",
    Nadam => "Nadam",
    AmsGrad => "AMSGrad",
}
