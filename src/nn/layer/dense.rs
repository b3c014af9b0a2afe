//! The fully connected layer.

use serde::{Deserialize, Serialize};

use super::{Compile, flat, require_units};
use crate::activation::{Activation as _, AnyActivation};
use crate::engine::plan::{Builder, Operation, ParamSpec};
use crate::error::Result;
use crate::init::Initializer;
use crate::regularize::{AnyRegularizer, Constraint, Regularizer};

/// A = g(Z), Z = X·W + b: every unit sees every input. Slides A23–A30.
///
/// Shapes: X n × inputs, W inputs × units (the lectures write the transpose), b units, Z and A n × units. The backward pass is
/// dW = Xᵀ·dZ, db = Σ rows of dZ, dX = dZ·Wᵀ, with dZ = dA ∘ g′(Z).
///
/// Defaults as Keras': Glorot's uniform weights, biases of 0, no activation, penalty or constraint.
///
/// ```
/// use gradus::nn::Sequential;
/// let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
/// assert_eq!(net.parameter_count()?, (4 + 1) * 16 + (16 + 1) * 3); // 131
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dense {
    /// The number of units, at least one.
    pub units: usize,
    /// g.
    pub activation: AnyActivation,
    /// The initial weights.
    pub init: Initializer,
    /// The initial biases.
    pub bias_init: Initializer,
    /// Whether there are biases.
    pub bias: bool,
    /// A penalty on the weights; biases have none.
    pub penalty: Option<AnyRegularizer>,
    /// What the weights must satisfy after each step.
    pub constraint: Option<Constraint>,
}

impl Dense {
    /// A layer with this number of units and Keras' defaults.
    pub fn new(units: usize) -> Self {
        Dense {
            units,
            activation: AnyActivation::Linear,
            init: Initializer::GlorotUniform,
            bias_init: Initializer::Zeros,
            bias: true,
            penalty: None,
            constraint: None,
        }
    }

    /// Adds Z = X·W + b of this many columns.
    pub(super) fn compile_sums(&self, columns: usize, builder: &mut Builder) -> Result<()> {
        builder.next_number();
        let input = builder.current();
        let output = builder.value("Z", columns)?;
        let spec = |symbol, rows, start: &Initializer| ParamSpec {
            symbol,
            shape: [rows, columns],
            start: start.clone(),
            penalty: None,
            constraint: None,
            learned: true,
        };
        let weights =
            ParamSpec { penalty: self.penalty, constraint: self.constraint, ..spec("W", input.width, &self.init) };
        self.init.check()?;
        self.bias_init.check()?;
        self.penalty.map_or(Ok(()), |penalty| penalty.check())?;
        self.constraint.map_or(Ok(()), |constraint| constraint.check())?;
        let weights = builder.parameter(weights)?;
        let bias = self.bias.then(|| builder.parameter(spec("b", 1, &self.bias_init))).transpose()?;
        builder.push(Operation::Dense { input, output, weights, bias }, output);
        Ok(())
    }
}

impl Compile for Dense {
    fn kind(&self) -> &'static str {
        "dense"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>> {
        flat(input)?;
        require_units(self.units)?;
        Ok(vec![self.activation.outputs(self.units)?])
    }

    fn compile(&self, builder: &mut Builder) -> Result<()> {
        self.compile_sums(self.units, builder)?;
        builder.activate(self.activation)
    }
}
