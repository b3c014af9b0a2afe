//! `Plan`: a network as a flat list of operations, with the offset of each value and each parameter.

mod builder;

use std::ops::Range;

pub(crate) use builder::{Builder, values_of};

use super::EVALUATED_ROWS;
use super::random::Stream;
use crate::activation::AnyActivation;
use crate::init::Initializer;
use crate::regularize::{Activity, AnyRegularizer, Constraint};

/// A value of a batch: `width` numbers per row. In an arena with room for c rows it begins at `offset` · c.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Value {
    pub offset: usize,
    pub width: usize,
}

impl Value {
    /// The range of its first `rows` rows in an arena for `capacity` rows.
    pub fn range(self, capacity: usize, rows: usize) -> Range<usize> {
        let start = self.offset * capacity;
        start..start + self.width * rows
    }
}

/// A value with its name in formulas: `Z1`, `A1`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedValue {
    pub name: String,
    pub value: Value,
}

/// Position of a parameter in the plan's list.
pub(crate) type ParameterId = usize;

/// What a layer specifies of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ParamSpec {
    /// `W`, `b`: the number of the layer is appended.
    pub symbol: &'static str,
    pub shape: [usize; 2],
    pub start: Initializer,
    pub penalty: Option<AnyRegularizer>,
    pub constraint: Option<Constraint>,
    /// Whether the optimizer updates it; running statistics are updated by their layer.
    pub learned: bool,
}

/// A parameter: a matrix of rows × columns; biases have one row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    /// `W1`, `b1`.
    pub name: String,
    pub layer: usize,
    pub offset: usize,
    /// Whether the optimizer updates it: it is learned and its layer is not frozen.
    pub trained: bool,
    pub spec: ParamSpec,
}

impl Parameter {
    pub fn length(&self) -> usize {
        self.spec.shape[0] * self.spec.shape[1]
    }

    /// Its range among all parameters, and, where it is trained, in the gradient.
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.length()
    }
}

/// One operation of the forward pass; each has its backward pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operation {
    /// Z = X·W + b.
    Dense { input: Value, output: Value, weights: ParameterId, bias: Option<ParameterId> },
    /// A = g(Z).
    Activate { input: Value, output: Value, activation: AnyActivation },
    /// Each number becomes 0 with this probability, and is divided by 1 − rate otherwise.
    Dropout { input: Value, mask: Value, output: Value, rate: f64 },
    /// Adds normal noise with this standard deviation.
    GaussianNoise { input: Value, output: Value, std: f64 },
    /// γ (x − mean)/√(variance + ε) + β of each column.
    BatchNorm(BatchNormalization),
    /// A penalty on a value, added to the loss.
    ActivityPenalty { value: Value, penalty: Activity },
}

/// The values and parameters of a batch normalization.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BatchNormalization {
    pub input: Value,
    pub output: Value,
    pub gamma: Option<ParameterId>,
    pub beta: Option<ParameterId>,
    pub mean: ParameterId,
    pub variance: ParameterId,
    pub momentum: f64,
    pub epsilon: f64,
    /// Whether it keeps its running statistics while other layers train.
    pub frozen: bool,
    /// Offset of its scratch values: mean, 1/√(variance + ε), two column sums of the backward pass; 4 · width numbers.
    pub scratch: usize,
}

impl BatchNormalization {
    /// Whether its statistics are those of the batch.
    pub fn uses_batch(&self, mode: Mode) -> bool {
        mode != Mode::Predict && !self.frozen
    }
}

impl Operation {
    pub fn input(&self) -> Value {
        match self {
            Operation::Dense { input, .. }
            | Operation::Activate { input, .. }
            | Operation::Dropout { input, .. }
            | Operation::GaussianNoise { input, .. } => *input,
            Operation::BatchNorm(normalization) => normalization.input,
            Operation::ActivityPenalty { value, .. } => *value,
        }
    }
}

/// Whether statistics and noise are those of training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// Running statistics, no noise.
    Predict,
    /// Batch statistics; noise from this seed at this step.
    Train { seed: u64, step: u64 },
}

impl Mode {
    /// The random numbers of an operation; none outside of training.
    pub fn stream(self, operation: usize) -> Option<Stream> {
        match self {
            Mode::Predict => None,
            Mode::Train { seed, step } => Some(Stream::new(seed, step, operation)),
        }
    }
}

/// A network as a list of operations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub operations: Vec<Operation>,
    /// The position of the layer of each operation.
    pub layers: Vec<usize>,
    pub values: Vec<NamedValue>,
    pub parameters: Vec<Parameter>,
    pub input: Value,
    pub output: Value,
    /// The sum of the widths of all values.
    pub width: usize,
    /// How many numbers are trained; they come first.
    pub trained: usize,
    /// How many numbers all parameters have.
    pub length: usize,
    /// How many scratch values there are.
    pub scratch: usize,
    /// The first operation with something to train, where the backward pass ends.
    pub first_trained: usize,
}

impl Plan {
    /// The last operation and its input, where it is an activation.
    pub fn last_activation(&self) -> Option<(AnyActivation, Value)> {
        match self.operations.last() {
            Some(Operation::Activate { input, activation, .. }) => Some((*activation, *input)),
            _ => None,
        }
    }

    /// How many rows pass through it at once outside of training, so that memory stays small.
    pub fn evaluated_rows(&self) -> usize {
        const NUMBERS: usize = 1 << 26;
        EVALUATED_ROWS.min(NUMBERS / self.width.max(1)).max(1)
    }

    /// The parameters of a layer.
    pub fn parameters_of(&self, layer: usize) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.layer == layer)
    }
}
