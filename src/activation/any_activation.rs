//! The activations, declared once, and any of them as a value.

use serde::{Deserialize, Serialize};

use super::{Activation, Elu, Gelu, LeakyRelu, Linear, Maxout, Relu, Sigmoid, Softmax, Softplus, Tanh};
use crate::closed_set::closed_set;
use crate::error::Result;
use crate::real::Real;

closed_set! { $ any_activation;
    /// Any activation, as a layer holds it. Each activation converts into it.
    ///
    /// ```
    /// use gradus::activation::{Activation, AnyActivation, LeakyRelu};
    /// let activation = AnyActivation::from(LeakyRelu { slope: 0.1 });
    /// assert_eq!((activation.name(), activation.value(-2.0)), ("leaky ReLU", Some(-0.2)));
    /// ```
    #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
    pub enum AnyActivation {
        #[default]
        Linear,
        Sigmoid,
        Tanh,
        Relu,
        LeakyRelu(LeakyRelu),
        Elu(Elu),
        Maxout(Maxout),
        Softmax,
        Softplus,
        Gelu(Gelu),
    }
}

impl Activation for AnyActivation {
    fn name(&self) -> &'static str {
        any_activation!(self, one => one.name())
    }

    fn check(&self) -> Result<()> {
        any_activation!(self, one => one.check())
    }

    fn is_element_wise(&self) -> bool {
        any_activation!(self, one => one.is_element_wise())
    }

    fn outputs(&self, width: usize) -> Result<usize> {
        any_activation!(self, one => one.outputs(width))
    }

    fn forward<F: Real>(&self, z: &[F], a: &mut [F], width: usize) -> Result<()> {
        any_activation!(self, one => one.forward(z, a, width))
    }

    fn backward<F: Real>(&self, z: &[F], a: &[F], upstream: &[F], dz: &mut [F], width: usize) -> Result<()> {
        any_activation!(self, one => one.backward(z, a, upstream, dz, width))
    }
}

impl AnyActivation {
    /// g(z) of one number; `None` for softmax and maxout, which need several, and for parameters out of range.
    pub fn value(&self, z: f64) -> Option<f64> {
        let mut a = [0.0];
        let done = self.is_element_wise() && self.forward(&[z], &mut a, 1).is_ok();
        done.then_some(a[0])
    }

    /// g′(z) of one number; `None` as for [`value`](AnyActivation::value).
    pub fn derivative(&self, z: f64) -> Option<f64> {
        let (a, mut dz) = (self.value(z)?, [0.0]);
        self.backward(&[z], &[a], &[1.0], &mut dz, 1).ok().map(|()| dz[0])
    }
}
