//! Layers: what a network consists of. One per file.
//!
//! | layer | output | file | slide |
//! |---|---|---|---|
//! | [`Dense`] | g(X·W + b) | `dense.rs` | A23, A26 |
//! | [`Maxout`] | the largest of several X·W + b | `maxout.rs` | A35 |
//! | [`AnyActivation`](Kind::Activation) | g(X) | `activation.rs` | A35 |
//! | [`Dropout`] | X with some numbers set to 0 while training | `dropout.rs` | B10, B15 |
//! | [`GaussianNoise`] | X with noise while training | `gaussian_noise.rs` | B11 |
//! | [`struct@BatchNorm`] | X with mean 0 and variance 1 in each column, scaled and shifted | `batch_norm.rs` | B16 |
//! | [`Flatten`], [`Reshape`] | the same numbers in another shape | `flatten.rs`, `reshape.rs` | – |

mod activation;
mod batch_norm;
mod dense;
mod dropout;
mod flatten;
mod gaussian_noise;
mod maxout;
mod reshape;

pub use batch_norm::BatchNorm;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use gaussian_noise::GaussianNoise;
pub use maxout::Maxout;
pub use reshape::Reshape;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::activation::{Activation as _, AnyActivation};
use crate::check::at_least;
use crate::engine::plan::{Builder, Operation};
use crate::error::{Error, Result};
use crate::regularize::Activity;

/// A layer of a network: its kind, and what all kinds share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// What it does.
    pub kind: Kind,
    /// Its name; without one it is called after its kind and number: `dense 1`.
    pub name: Option<String>,
    /// Whether training leaves its parameters as they are.
    pub frozen: bool,
    /// A penalty on its output.
    pub activity_penalty: Option<Activity>,
    /// Its initial parameters, if they were learned before: see [`truncated`](crate::nn::Network::truncated).
    pub(crate) learned: Option<Vec<Array2<f32>>>,
}

/// What a layer does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// g(X·W + b).
    Dense(Dense),
    /// The largest of several X·W + b.
    Maxout(Maxout),
    /// g(X), where the activation does not belong to a layer with weights.
    Activation(AnyActivation),
    /// Sets numbers to 0 while training.
    Dropout(Dropout),
    /// Adds noise while training.
    GaussianNoise(GaussianNoise),
    /// Normalizes each column.
    BatchNorm(BatchNorm),
    /// Makes rows flat.
    Flatten(Flatten),
    /// Gives rows another shape.
    Reshape(Reshape),
}

/// What each kind of layer defines.
pub(crate) trait Compile {
    /// Its name, unless one is set.
    fn kind(&self) -> &'static str;

    /// The shape of an example after it. Errors need not name the layer.
    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>>;

    /// Adds its operations.
    fn compile(&self, builder: &mut Builder) -> Result<()>;
}

impl Kind {
    pub(crate) fn as_compile(&self) -> &dyn Compile {
        match self {
            Kind::Dense(layer) => layer,
            Kind::Maxout(layer) => layer,
            Kind::Activation(layer) => layer,
            Kind::Dropout(layer) => layer,
            Kind::GaussianNoise(layer) => layer,
            Kind::BatchNorm(layer) => layer,
            Kind::Flatten(layer) => layer,
            Kind::Reshape(layer) => layer,
        }
    }
}

impl From<Kind> for Layer {
    fn from(kind: Kind) -> Self {
        Layer { kind, name: None, frozen: false, activity_penalty: None, learned: None }
    }
}

impl Layer {
    /// The name of its activation in tables: `ReLU`; empty where it has no activation.
    pub fn activation_name(&self) -> &'static str {
        match &self.kind {
            Kind::Dense(layer) if layer.activation != AnyActivation::Linear => layer.activation.name(),
            Kind::Activation(activation) => activation.name(),
            Kind::Maxout(_) => "maxout",
            _ => "",
        }
    }

    /// Adds its operations; errors name it as `name`.
    pub(crate) fn compile(&self, position: usize, name: &str, builder: &mut Builder) -> Result<()> {
        builder.begin_layer(position, self.frozen);
        self.kind.as_compile().compile(builder).map_err(|error| at_layer(name, error))?;
        if let Some(penalty) = self.activity_penalty {
            penalty.check().map_err(|error| at_layer(name, error))?;
            let value = builder.current();
            builder.push(Operation::ActivityPenalty { value, penalty }, value);
        }
        Ok(())
    }
}

/// The same error with the layer's name.
pub(crate) fn at_layer(name: &str, error: Error) -> Error {
    match error {
        Error::Shape { what, expected, found } => {
            Error::Shape { what: format!("layer `{name}`: {what}"), expected, found }
        }
        Error::Data(problem) => Error::Data(format!("layer `{name}`: {problem}")),
        Error::Parameter { parameter, value, requirement } => {
            Error::Parameter { parameter, value: format!("{value} of the layer `{name}`"), requirement }
        }
        other => other,
    }
}

/// The width of a flat input, which layers with parameters need.
fn flat(input: &[usize]) -> Result<usize> {
    match input {
        [width] => Ok(*width),
        _ => Err(Error::Shape {
            what: "input".into(),
            expected: "one number of features, [d]; put `.flatten()` before it".into(),
            found: format!("{input:?}"),
        }),
    }
}

/// Refuses a layer without units.
fn require_units(units: usize) -> Result<()> {
    at_least("units", 1, units as u64)
}
