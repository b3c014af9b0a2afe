//! `Divergence`: how a gradient descent diverged.

use std::fmt;

use crate::format::short;

/// How a gradient descent diverged.
#[derive(Clone, PartialEq)]
pub struct Divergence {
    /// The step at which it was detected, counted from 1.
    pub step: usize,
    /// Cost before the first step.
    pub first_cost: f64,
    /// Cost at that step.
    pub last_cost: f64,
    /// The name of the optimizer; `SGD` is plain gradient descent.
    pub optimizer: &'static str,
    /// The learning rate in use.
    pub learning_rate: f64,
    /// 2 / λmax of the cost's Hessian: plain full-batch descent converges below it and diverges above.
    pub largest_safe_rate: f64,
    /// λmax of the Hessian.
    pub largest_eigenvalue: f64,
    /// Whether it is of the Hessian itself, as for a squared error; for a cross-entropy it is of the bound ¼XᵀX/n or
    /// ½XᵀX/n, and some larger rates may converge.
    pub exact: bool,
    /// Whether each step used all examples; smaller batches need a smaller rate.
    pub full_batches: bool,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.optimizer == "SGD";
        write!(
            f,
            "gradient descent{} diverged: at step {} the cost is {}, it began at {}, with learning rate {}. \
             The largest safe rate {}for {} is {:.6} (2 / λmax of {}, λmax = {:.6}). \
             Take a smaller rate, or scale the features",
            if plain { String::new() } else { format!(" with {}", self.optimizer) },
            self.step,
            short(self.last_cost),
            short(self.first_cost),
            self.learning_rate,
            if plain { "" } else { "of plain steps (`Sgd`) " },
            if self.full_batches { "this data" } else { "full batches of this data, more than small ones bear," },
            self.largest_safe_rate,
            if self.exact { "the Hessian" } else { "a bound on the Hessian" },
            self.largest_eigenvalue
        )
    }
}

impl fmt::Debug for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
