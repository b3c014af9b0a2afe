//! `Builder`: builds a plan, layer by layer.

use super::{NamedValue, Operation, ParamSpec, Parameter, ParameterId, Plan, Value};
use crate::activation::{Activation as _, AnyActivation};
use crate::error::{Error, Result};

/// A count, or the error that it is too large; `what` names what is counted.
fn counted(number: Option<usize>, what: impl FnOnce() -> String) -> Result<usize> {
    let error = || Error::Data(format!("{} are more than can be counted; use fewer units", what()));
    number.filter(|number| isize::try_from(*number).is_ok()).ok_or_else(error)
}

/// The number of values of a shape.
///
/// # Errors
/// [`Error::Data`] if they are more than can be counted.
pub(crate) fn values_of(shape: &[usize]) -> Result<usize> {
    // With an axis of length 0 there are none, even where the other lengths overflow.
    let product = shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let product = if shape.contains(&0) { Some(0) } else { product };
    counted(product, || format!("the values of the shape {shape:?}"))
}

/// Builds a plan, layer by layer.
#[derive(Debug)]
pub(crate) struct Builder {
    operations: Vec<Operation>,
    layers: Vec<usize>,
    values: Vec<NamedValue>,
    parameters: Vec<Parameter>,
    input: Value,
    current: Value,
    width: usize,
    /// How many numbers the parameters have so far.
    length: usize,
    scratch: usize,
    layer: usize,
    frozen: bool,
    /// How many layers with weights there are so far: the number in `Z1`.
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
            scratch: 0,
            layer: 0,
            frozen: false,
            number: 0,
        }
    }

    /// Begins a layer, to which what follows belongs.
    pub fn begin_layer(&mut self, layer: usize, frozen: bool) {
        (self.layer, self.frozen) = (layer, frozen);
    }

    /// Increments the number in the names of what follows: `Z2`, `W2`.
    pub fn next_number(&mut self) {
        self.number += 1;
    }

    /// Whether the current layer is frozen.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// The output of the last operation.
    pub fn current(&self) -> Value {
        self.current
    }

    /// Adds a value.
    ///
    /// # Errors
    /// [`Error::Data`] if there are more numbers than can be counted.
    pub fn value(&mut self, symbol: &str, width: usize) -> Result<Value> {
        let mut name = format!("{symbol}{}", self.number);
        while self.values.iter().any(|other| other.name == name) {
            name.push('\'');
        }
        let value = Value { offset: self.width, width };
        self.width = counted(self.width.checked_add(width), || format!("{width} values per example"))?;
        self.values.push(NamedValue { name, value });
        Ok(value)
    }

    /// Adds a parameter.
    ///
    /// # Errors
    /// [`Error::Data`] if there are more numbers than can be counted.
    pub fn parameter(&mut self, spec: ParamSpec) -> Result<ParameterId> {
        let [rows, columns] = spec.shape;
        let length = rows.checked_mul(columns).and_then(|length| length.checked_add(self.length));
        self.length = counted(length, || format!("{rows} × {columns} parameters"))?;
        let mut name = format!("{}{}", spec.symbol, self.number);
        while self.parameters.iter().any(|other| other.name == name) {
            name.push('\'');
        }
        let trained = spec.learned && !self.frozen;
        self.parameters.push(Parameter { name, layer: self.layer, offset: 0, trained, spec });
        Ok(self.parameters.len() - 1)
    }

    /// Adds scratch values, `each` of them per column. Returns their offset.
    ///
    /// # Errors
    /// [`Error::Data`] if there are more numbers than can be counted.
    pub fn scratch(&mut self, each: usize, width: usize) -> Result<usize> {
        let begin = self.scratch;
        let end = width.checked_mul(each).and_then(|length| length.checked_add(begin));
        self.scratch = counted(end, || format!("{width} values per example"))?;
        Ok(begin)
    }

    /// Adds an operation with this output.
    pub fn push(&mut self, operation: Operation, output: Value) {
        self.operations.push(operation);
        self.layers.push(self.layer);
        self.current = output;
    }

    /// Adds an activation, unless it is linear.
    ///
    /// # Errors
    /// [`Error::Data`] if the activation does not take this width, or for the softmax of one value, which is always 1.
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

    /// Returns the plan, with the parameters that are trained first.
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
            scratch: self.scratch,
            first_trained,
        }
    }
}
