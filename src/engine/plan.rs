//! `Plan`: a network as a flat list of operations, with the place of each value and each parameter.

use std::ops::Range;

use super::JUDGED_ROWS;
use super::random::Stream;
use crate::activation::{Activation as _, AnyActivation};

use crate::error::{Error, Result};
use crate::init::Initializer;
use crate::regularize::{Activity, AnyRegularizer, Constraint};

/// A value of a batch: `width` numbers a row. With room for c rows it begins at `offset` · c of the arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Value {
    pub offset: usize,
    pub width: usize,
}

impl Value {
    /// Where its first rows lie in an arena for `capacity` rows.
    pub fn place(self, capacity: usize, rows: usize) -> Range<usize> {
        let start = self.offset * capacity;
        start..start + self.width * rows
    }
}

/// A value with what a student calls it: `Z1`, `A1`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedValue {
    pub name: String,
    pub value: Value,
}

/// Position of a parameter in the plan's list.
pub(crate) type ParameterId = usize;

/// What a layer asks for when it needs a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    /// `W`, `b`: its number is added.
    pub symbol: &'static str,
    pub shape: [usize; 2],
    pub start: Initializer,
    pub penalty: Option<AnyRegularizer>,
    pub constraint: Option<Constraint>,
    /// Whether the optimizer moves it at all; running statistics are moved by their layer.
    pub learned: bool,
}

/// A parameter: a matrix of rows × columns; biases have one row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    /// `W1`, `b1`.
    pub name: String,
    pub layer: usize,
    pub offset: usize,
    /// Whether the optimizer moves it: it is learned and its layer is not frozen.
    pub trained: bool,
    pub wanted: Wanted,
}

impl Parameter {
    pub fn length(&self) -> usize {
        self.wanted.shape[0] * self.wanted.shape[1]
    }

    /// Its place among all parameters, and, where it is trained, in the gradient.
    pub fn place(&self) -> Range<usize> {
        self.offset..self.offset + self.length()
    }
}

/// One step of the way forward; each has its way back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operation {
    /// Z = X·W + b.
    Dense { input: Value, output: Value, weights: ParameterId, bias: Option<ParameterId> },
    /// A = g(Z).
    Activate { input: Value, output: Value, activation: AnyActivation },
    /// Each number is 0 with this probability, and divided by 1 − rate else.
    Dropout { input: Value, mask: Value, output: Value, rate: f64 },
    /// Normal noise is added.
    GaussianNoise { input: Value, output: Value, deviation: f64 },
    /// γ (x − mean)/√(variance + ε) + β of each column; its mean and 1/√(variance + ε) are noted.
    BatchNorm(BatchNormalization),
    /// A penalty on a value adds to the loss.
    ActivityPenalty { value: Value, penalty: Activity },
}

/// The places that a batch normalization works on.
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
    /// A frozen one keeps to its running statistics while others train.
    pub frozen: bool,
    /// Where mean and 1/√(variance + ε) are noted, then the column sums of the way back: 4 · width numbers.
    pub notes: usize,
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

/// Whether batch statistics and noise are those of training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// Running statistics, no noise.
    Predict,
    /// Batch statistics; noise from this seed at this step.
    Train { seed: u64, step: u64 },
}

impl Mode {
    /// The random numbers of an operation, where there are any.
    pub fn stream(self, operation: usize) -> Option<Stream> {
        match self {
            Mode::Predict => None,
            Mode::Train { seed, step } => Some(Stream::new(seed, step, operation)),
        }
    }
}

/// A network made flat.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub operations: Vec<Operation>,
    /// The position of each operation's layer.
    pub layers: Vec<usize>,
    pub values: Vec<NamedValue>,
    pub parameters: Vec<Parameter>,
    pub input: Value,
    pub output: Value,
    /// All values' widths together.
    pub width: usize,
    /// How many parameters are trained; they come first.
    pub trained: usize,
    /// How many parameters there are.
    pub length: usize,
    pub notes: usize,
    /// The first operation with something to train: the way back ends there.
    pub first_trained: usize,
}

impl Plan {
    /// What the last operation makes its output from, where that operation is an activation.
    pub fn last_activation(&self) -> Option<(AnyActivation, Value)> {
        match self.operations.last() {
            Some(Operation::Activate { input, activation, .. }) => Some((*activation, *input)),
            _ => None,
        }
    }

    /// So many rows go through it at once where none are trained on, that memory stays small.
    pub fn judged_rows(&self) -> usize {
        const NUMBERS: usize = 1 << 26;
        JUDGED_ROWS.min(NUMBERS / self.width.max(1)).max(1)
    }

    /// Positions of the parameters of a layer.
    pub fn parameters_of(&self, layer: usize) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.layer == layer)
    }
}

/// A number of numbers, or the error that there are too many: `what` says of what.
fn counted(number: Option<usize>, what: impl FnOnce() -> String) -> Result<usize> {
    let error = || Error::Data(format!("{} are more than can be counted; take fewer units", what()));
    number.filter(|number| isize::try_from(*number).is_ok()).ok_or_else(error)
}

/// How many values a shape holds.
///
/// # Errors
/// More than can be counted.
pub(crate) fn values_of(shape: &[usize]) -> Result<usize> {
    // An axis of length 0 leaves nothing, however long the others are.
    let product = shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let product = if shape.contains(&0) { Some(0) } else { product };
    counted(product, || format!("the values of the shape {shape:?}"))
}

/// Makes a plan, layer by layer.
#[derive(Debug)]
pub(crate) struct Builder {
    operations: Vec<Operation>,
    layers: Vec<usize>,
    values: Vec<NamedValue>,
    parameters: Vec<Parameter>,
    input: Value,
    current: Value,
    width: usize,
    /// How many parameters there are so far.
    length: usize,
    notes: usize,
    layer: usize,
    frozen: bool,
    /// How many layers with weights there were: the number in `Z1`.
    number: usize,
}

impl Builder {
    /// A plan for rows of this width.
    pub fn new(inputs: usize) -> Self {
        let input = Value { offset: 0, width: inputs };
        Builder {
            operations: vec![],
            layers: vec![],
            values: vec![NamedValue { name: "X".into(), value: input }],
            parameters: vec![],
            input,
            current: input,
            width: inputs,
            length: 0,
            notes: 0,
            layer: 0,
            frozen: false,
            number: 0,
        }
    }

    /// What follows belongs to this layer.
    pub fn begin_layer(&mut self, layer: usize, frozen: bool) {
        (self.layer, self.frozen) = (layer, frozen);
    }

    /// What follows has the next number: `Z2`, `W2`.
    pub fn next_number(&mut self) {
        self.number += 1;
    }

    /// Whether the layer at hand is frozen.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// The value that the last operation made.
    pub fn current(&self) -> Value {
        self.current
    }

    /// Room for a new value.
    ///
    /// # Errors
    /// More numbers than can be counted.
    pub fn value(&mut self, symbol: &str, width: usize) -> Result<Value> {
        let mut name = format!("{symbol}{}", self.number);
        while self.values.iter().any(|other| other.name == name) {
            name.push('\'');
        }
        let value = Value { offset: self.width, width };
        self.width = counted(self.width.checked_add(width), || format!("{width} values an example"))?;
        self.values.push(NamedValue { name, value });
        Ok(value)
    }

    /// A new parameter.
    ///
    /// # Errors
    /// More numbers than can be counted.
    pub fn parameter(&mut self, wanted: Wanted) -> Result<ParameterId> {
        let [rows, columns] = wanted.shape;
        let length = rows.checked_mul(columns).and_then(|length| length.checked_add(self.length));
        self.length = counted(length, || format!("{rows} × {columns} parameters"))?;
        let mut name = format!("{}{}", wanted.symbol, self.number);
        while self.parameters.iter().any(|other| other.name == name) {
            name.push('\'');
        }
        let trained = wanted.learned && !self.frozen;
        self.parameters.push(Parameter { name, layer: self.layer, offset: 0, trained, wanted });
        Ok(self.parameters.len() - 1)
    }

    /// Room for so many notes of each column of this width.
    ///
    /// # Errors
    /// More numbers than can be counted.
    pub fn notes(&mut self, each: usize, width: usize) -> Result<usize> {
        let begin = self.notes;
        let end = width.checked_mul(each).and_then(|length| length.checked_add(begin));
        self.notes = counted(end, || format!("{width} values an example"))?;
        Ok(begin)
    }

    /// Adds an operation whose result is `output`.
    pub fn push(&mut self, operation: Operation, output: Value) {
        self.operations.push(operation);
        self.layers.push(self.layer);
        self.current = output;
    }

    /// Adds an activation, unless it changes nothing.
    ///
    /// # Errors
    /// What the activation refuses; a softmax of one value, which is 1 whatever the value.
    pub fn activate(&mut self, activation: AnyActivation) -> Result<()> {
        let input = self.current;
        let width = activation.outputs(input.width)?;
        if activation == AnyActivation::Softmax && width == 1 {
            return Err(Error::Data(
                "the softmax of one unit is always 1, and nothing can be learned; for two classes end with \
                 `.dense(1).sigmoid()`, or with a unit for each class, `.dense(2).softmax()`"
                    .into(),
            ));
        }
        if activation != AnyActivation::Linear {
            let output = self.value("A", width)?;
            self.push(Operation::Activate { input, output, activation }, output);
        }
        Ok(())
    }

    /// The plan: parameters that are trained get the first places.
    pub fn finish(mut self) -> Plan {
        let mut length = 0;
        let mut trained = 0;
        for first in [true, false] {
            for parameter in self.parameters.iter_mut().filter(|parameter| parameter.trained == first) {
                parameter.offset = length;
                length += parameter.length();
            }
            if first {
                trained = length;
            }
        }
        let has_trained = |layer: &usize| self.parameters.iter().any(|p| p.trained && p.layer == *layer);
        let first_trained = self.layers.iter().position(has_trained).unwrap_or(self.operations.len());
        Plan {
            operations: self.operations,
            layers: self.layers,
            values: self.values,
            parameters: self.parameters,
            input: self.input,
            output: self.current,
            width: self.width,
            trained,
            length,
            notes: self.notes,
            first_trained,
        }
    }
}
