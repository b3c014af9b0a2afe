//! Initializers: where the weights start. From simple to rich.
//!
//! | initializer | weights | file | slide |
//! |---|---|---|---|
//! | [`Initializer::Zeros`], `Ones`, `Constant` | all the same: for biases | `constant.rs` | A23, B18 |
//! | [`Initializer::Given`] | these numbers | `given.rs` | – |
//! | [`Initializer::Uniform`] | evenly between two numbers | `uniform.rs` | – |
//! | [`Initializer::Normal`] | from a normal distribution | `normal.rs` | A23 |
//! | [`Initializer::TruncatedNormal`] | the same without what lies beyond 2σ | `truncated_normal.rs` | B18 |
//! | [`Initializer::GlorotUniform`], `GlorotNormal` | variance 2 / (inputs + outputs): for sigmoid, tanh, softmax | `glorot.rs` | – |
//! | [`Initializer::HeUniform`], `HeNormal` | variance 2 / inputs: for ReLU and its family | `he.rs` | B18 |
//! | [`Initializer::LecunUniform`], `LecunNormal` | variance 1 / inputs | `lecun.rs` | – |
//! | [`Initializer::Orthogonal`] | orthogonal columns of length `gain` | `orthogonal.rs` | – |
//!
//! Weights that all start alike stay alike: each unit of a layer sees the same gradient (slide A23). So weights are random,
//! of a size that keeps the variance of what flows through the layers, and biases are constant.

mod constant;
mod given;
mod glorot;
mod he;
mod lecun;
mod normal;
mod orthogonal;
#[cfg(test)]
mod tests;
mod truncated_normal;
mod uniform;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::check::same_length;
use crate::data::Seed;
use crate::error::{Error, Result};
use crate::real::Real;

/// How the weights of a layer start: an inputs × outputs matrix, row after row, or its biases, 1 × outputs.
///
/// Numbers are drawn in `f64` and then rounded, so that a network in `f32` starts where its twin in `f64` does. Bounds,
/// deviations and defaults are Keras 3's; its random numbers are others.
///
/// ```
/// use gradus::init::Initializer;
/// use gradus::prelude::*;
/// let weights = Initializer::HeNormal.matrix(784, 128, Seed(1))?;
/// let variance = weights.mapv(|w| w * w).mean().unwrap_or(0.0);
/// assert!((variance / (2.0 / 784.0) - 1.0).abs() < 0.03);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Initializer {
    /// All 0: biases.
    Zeros,
    /// All 1.
    Ones,
    /// All this number.
    Constant(f64),
    /// These numbers, row after row: exactly as many as there are weights.
    Given(Vec<f64>),
    /// Evenly distributed from `low` to below `high`; Keras' default is −0.05 to 0.05.
    Uniform {
        /// The least.
        low: f64,
        /// The bound above.
        high: f64,
    },
    /// Normally distributed; Keras' default is a deviation of 0.05 around 0.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        deviation: f64,
    },
    /// Normally distributed, and drawn again beyond two deviations, so that the deviation of what comes is 0.88 times
    /// `deviation`; Keras' default is 0.05 around 0.
    TruncatedNormal {
        /// The mean.
        mean: f64,
        /// The standard deviation before the cut.
        deviation: f64,
    },
    /// Evenly between ±√(6 / (inputs + outputs)): variance 2 / (inputs + outputs). The default, as Keras'. Source: Glorot,
    /// Bengio (2010), *Understanding the difficulty of training deep feedforward neural networks*.
    #[default]
    GlorotUniform,
    /// The same variance from a truncated normal distribution.
    GlorotNormal,
    /// Evenly between ±√(6 / inputs): variance 2 / inputs, twice LeCun's, as ReLU stops half of it. Source: He, Zhang, Ren,
    /// Sun (2015), *Delving deep into rectifiers*.
    HeUniform,
    /// The same variance from a truncated normal distribution; slide B18's `he_normal`.
    HeNormal,
    /// Evenly between ±√(3 / inputs): variance 1 / inputs. Source: LeCun, Bottou, Orr, Müller (1998), *Efficient BackProp*.
    LecunUniform,
    /// The same variance from a truncated normal distribution.
    LecunNormal,
    /// A random matrix whose columns (rows, where there are fewer rows) are orthogonal and `gain` long. Source: Saxe,
    /// McClelland, Ganguli (2014), *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*.
    Orthogonal {
        /// The length of each column; 1 in Keras, √2 suits ReLU.
        gain: f64,
    },
}

impl Initializer {
    /// Refuses parameters that no distribution has.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a number that is not finite, an upper bound not above the lower
    /// one, a deviation or gain that is negative.
    pub fn check(&self) -> Result<()> {
        match self {
            Initializer::Constant(value) => constant::check(*value),
            Initializer::Given(values) => given::check(values),
            Initializer::Uniform { low, high } => uniform::check(*low, *high),
            Initializer::Normal { mean, deviation } | Initializer::TruncatedNormal { mean, deviation } => {
                normal::check(*mean, *deviation)
            }
            Initializer::Orthogonal { gain } => orthogonal::check(*gain),
            _ => Ok(()),
        }
    }

    /// Writes the starting weights of a layer with these numbers of inputs and outputs, row after row.
    ///
    /// # Errors
    /// As [`check`](Initializer::check), and [`Error::Shape`] where `weights`, or the given values,
    /// are not inputs · outputs.
    pub fn fill<F: Real>(&self, weights: &mut [F], inputs: usize, outputs: usize, seed: Seed) -> Result<()> {
        self.check()?;
        same_length("initializer: the weights", inputs.saturating_mul(outputs), weights.len())?;
        let generator = &mut seed.generator();
        match self {
            Initializer::Zeros => weights.fill(F::zero()),
            Initializer::Ones => weights.fill(F::one()),
            Initializer::Constant(value) => weights.fill(F::of(*value)),
            Initializer::Given(values) => given::fill(weights, values)?,
            Initializer::Uniform { low, high } => uniform::fill(weights, *low, *high, generator),
            Initializer::Normal { mean, deviation } => normal::fill(weights, *mean, *deviation, generator),
            Initializer::TruncatedNormal { mean, deviation } => {
                truncated_normal::fill(weights, *mean, *deviation, generator);
            }
            Initializer::GlorotUniform => uniform::with_variance(weights, glorot::variance(inputs, outputs), generator),
            Initializer::GlorotNormal => {
                truncated_normal::with_variance(weights, glorot::variance(inputs, outputs), generator);
            }
            Initializer::HeUniform => uniform::with_variance(weights, he::variance(inputs), generator),
            Initializer::HeNormal => truncated_normal::with_variance(weights, he::variance(inputs), generator),
            Initializer::LecunUniform => uniform::with_variance(weights, lecun::variance(inputs), generator),
            Initializer::LecunNormal => truncated_normal::with_variance(weights, lecun::variance(inputs), generator),
            Initializer::Orthogonal { gain } => orthogonal::fill(weights, inputs, outputs, *gain, generator)?,
        }
        Ok(())
    }

    /// The starting weights as an inputs × outputs matrix.
    ///
    /// # Errors
    /// As [`fill`](Initializer::fill); more weights than the memory holds.
    pub fn matrix(&self, inputs: usize, outputs: usize, seed: Seed) -> Result<Array2<f64>> {
        let mut weights = vec![];
        let length = inputs.checked_mul(outputs).filter(|length| weights.try_reserve_exact(*length).is_ok());
        let Some(length) = length else {
            return Err(Error::Data(format!(
                "{inputs} × {outputs} starting weights need more memory than is available"
            )));
        };
        weights.resize(length, 0.0);
        self.fill(&mut weights, inputs, outputs, seed)?;
        Array2::from_shape_vec((inputs, outputs), weights).map_err(Error::library("starting weights"))
    }
}
