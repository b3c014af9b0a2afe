//! Backpropagation to be read: every value and every derivative by the name that the lecture gives it (A27–A30).

use ndarray::Array2;

use super::network::Network;
use crate::data::{Examples, Inputs, Table};
use crate::engine::cpu;
use crate::engine::memory::Memory;
use crate::engine::plan::{Mode, NamedValue, Value};
use crate::error::{Error, Result};

/// All values of the forward pass: `X`, `Z1`, `A1`, … one row per example.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    values: Vec<(String, Array2<f64>)>,
}

/// All derivatives of the backward pass: `dA2`, `dZ2`, `dW2`, `db2`, `dA1`, …, and the loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Backward {
    loss: f64,
    derivatives: Vec<(String, Array2<f64>)>,
}

fn find<'a>(all: &'a [(String, Array2<f64>)], name: &str) -> Result<&'a Array2<f64>> {
    all.iter().find(|(known, _)| known == name).map(|(_, value)| value).ok_or_else(|| {
        let names = all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("`, `");
        Error::Data(format!("there is no `{name}`; there are `{names}`"))
    })
}

fn shapes(title: &str, all: &[(String, Array2<f64>)]) -> Table {
    all.iter().fold(
        Table::new(title, &["name", "shape", "first row"], &[false, true, false]),
        |table, (name, value)| {
            let first =
                value.rows().into_iter().next().map(|row| row.iter().take(6).map(|v| crate::data::short(*v)).collect());
            let first: Vec<String> = first.unwrap_or_default();
            let more = if value.ncols() > 6 { ", …" } else { "" };
            let shape = format!("{} × {}", value.nrows(), value.ncols());
            table.row([name.clone(), shape, format!("{}{more}", first.join(", "))])
        },
    )
}

/// A layer's place in the plan.
pub(super) struct LayerAlone {
    position: usize,
    operations: std::ops::Range<usize>,
    input: Value,
    pub output: Value,
}

impl Forward {
    /// A value by its name.
    ///
    /// # Errors
    /// [`Error::Data`] where there is none of this name, with the names that there are.
    pub fn get(&self, name: &str) -> Result<&Array2<f64>> {
        find(&self.values, name)
    }

    /// The names, in the order of computation.
    pub fn names(&self) -> Vec<&str> {
        self.values.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The names with their shapes and first rows.
    pub fn table(&self) -> Table {
        shapes("Forward", &self.values)
    }
}

impl Backward {
    /// A derivative of the loss by its name: `dZ1` by the value Z1, `dW1` by the parameter W1.
    ///
    /// # Errors
    /// [`Error::Data`] where there is none of this name, with the names that there are.
    pub fn get(&self, name: &str) -> Result<&Array2<f64>> {
        find(&self.derivatives, name)
    }

    /// The names, in the order of computation, from the last layer to the first.
    pub fn names(&self) -> Vec<&str> {
        self.derivatives.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The loss, with penalties; NaN of a layer alone.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// The names with their shapes and first rows.
    pub fn table(&self) -> Table {
        let table = shapes("Backward", &self.derivatives);
        if self.loss.is_nan() { table } else { table.note(format!("loss {}", crate::data::short(self.loss))) }
    }
}

impl Network {
    /// Every value of the forward pass, as a prediction computes it: nothing is dropped.
    ///
    /// ```
    /// use gradus::nn::{Device, Sequential};
    /// use gradus::{loss::MeanSquaredError, optim::Sgd, prelude::*};
    /// let net = Sequential::new([2]).dense(3).relu().dense(1).compile(
    ///     Sgd::new(0.1),
    ///     MeanSquaredError,
    ///     Device::Cpu,
    ///     Seed(1),
    /// )?;
    /// let (x, y) = (array![[1.0, 2.0]], array![1.0]);
    /// let forward = net.forward(&x)?;
    /// assert_eq!(forward.names(), ["X", "Z1", "A1", "Z2"]);
    /// let backward = net.backward(&(&x, &y))?;
    /// assert_eq!(backward.names(), ["dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]);
    /// // dW2 = A1ᵀ · dZ2
    /// let product = forward.get("A1")?.t().dot(backward.get("dZ2")?);
    /// assert!((&product - backward.get("dW2")?).iter().all(|difference| difference.abs() < 1e-6));
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inputs as [`predict`](Network::predict) refuses them.
    pub fn forward(&self, inputs: &dyn Inputs) -> Result<Forward> {
        let x = self.prepare_inputs(inputs)?;
        let rows = x.len() / self.plan.input.width;
        let mut memory = Memory::new(&self.plan, rows, 0, false)?;
        memory.value_mut(self.plan.input, rows).copy_from_slice(&x);
        cpu::forward(&self.plan, &self.parameters, &mut memory, rows, Mode::Predict)?;
        let values = self.plan.values.iter();
        let values = values.map(|named| (named.name.clone(), matrix(memory.value(named.value, rows), rows)));
        Ok(Forward { values: values.collect() })
    }

    /// One layer alone, as in prediction (no dropout, running statistics): its output for these inputs, m × its inputs.
    ///
    /// # Errors
    /// [`Error::Data`] where no layer has this name, [`Error::Shape`] for inputs of another width.
    pub fn forward_layer(&self, layer: &str, inputs: &Array2<f64>) -> Result<Array2<f64>> {
        let Some(alone) = self.layer_alone(layer)? else { return Ok(inputs.clone()) };
        let memory = self.through_layer(layer, &alone, inputs, false)?;
        Ok(matrix(memory.value(alone.output, inputs.nrows()), inputs.nrows()))
    }

    /// The backward pass of one layer alone: from its inputs and the loss' derivative by its output, the derivatives by all that
    /// is in it and by its inputs.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let net = Sequential::new([2]).dense(3).tanh().dense(1);
    /// let net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1))?;
    /// let (x, y) = (array![[1.0, 2.0]], array![1.0]);
    /// let (forward, whole) = (net.forward(&x)?, net.backward(&(&x, &y))?);
    /// let last = net.backward_layer("dense 2", forward.get("A1")?, whole.get("dZ2")?)?;
    /// let first = net.backward_layer("dense 1", &x, last.get("dA1")?)?;
    /// assert_eq!(first.names(), ["dZ1", "dW1", "db1", "dX"]);
    /// assert_eq!(first.get("dW1")?, whole.get("dW1")?);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`forward_layer`](Network::forward_layer), and an upstream derivative of another shape than the output.
    pub fn backward_layer(&self, layer: &str, inputs: &Array2<f64>, upstream: &Array2<f64>) -> Result<Backward> {
        let Some(alone) = self.layer_alone(layer)? else {
            return Ok(Backward { loss: f64::NAN, derivatives: vec![("dX".into(), upstream.clone())] });
        };
        let rows = inputs.nrows();
        if upstream.dim() != (rows, alone.output.width) {
            return Err(Error::Shape {
                what: format!("derivative by the output of the layer `{layer}`"),
                expected: format!("{:?}", [rows, alone.output.width]),
                found: format!("{:?}", upstream.shape()),
            });
        }
        let mut memory = self.through_layer(layer, &alone, inputs, true)?;
        let place = alone.output.range(rows, rows);
        for (place, upstream) in memory.deltas[place].iter_mut().zip(upstream) {
            *place = *upstream as f32;
        }
        let operations = alone.operations.clone();
        cpu::backward_through(&self.plan, &self.parameters, &mut memory, rows, Mode::Predict, operations, true)?;
        let mut derivatives = vec![];
        for named in self.plan.values.iter().rev() {
            let inside = named.value.offset > alone.input.offset && named.value.offset < alone.output.offset;
            if inside && !named.name.starts_with('M') {
                derivatives.push((format!("d{}", named.name), matrix(memory.delta(named.value, rows), rows)));
            }
        }
        for parameter in self.plan.parameters_of(alone.position).filter(|parameter| parameter.trained) {
            let values = &memory.gradient[parameter.range()];
            derivatives.push((format!("d{}", parameter.name), matrix(values, parameter.spec.shape[0])));
        }
        let input = self.plan.values.iter().find(|named| named.value == alone.input).map_or("X", |named| &named.name);
        derivatives.push((format!("d{input}"), matrix(memory.delta(alone.input, rows), rows)));
        Ok(Backward { loss: f64::NAN, derivatives })
    }

    /// The operations of a layer in the plan; `None` if it only changes the shape.
    pub(super) fn layer_alone(&self, layer: &str) -> Result<Option<LayerAlone>> {
        let position = self.layer_position(layer)?;
        let start = self.plan.layers.iter().position(|at| *at == position);
        let end = self.plan.layers.iter().rposition(|at| *at == position);
        let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
        let input = self.plan.operations[start].input();
        let output = self.plan.operations.get(end + 1).map_or(self.plan.output, |next| next.input());
        Ok(Some(LayerAlone { position, operations: start..end + 1, input, output }))
    }

    /// The memory after one layer has gone forward.
    fn through_layer(
        &self,
        layer: &str,
        alone: &LayerAlone,
        inputs: &Array2<f64>,
        training: bool,
    ) -> Result<Memory<f32>> {
        if inputs.ncols() != alone.input.width || inputs.nrows() == 0 {
            return Err(Error::Shape {
                what: format!("inputs of the layer `{layer}`"),
                expected: format!("at least one row of {} columns", alone.input.width),
                found: format!("{:?}", inputs.shape()),
            });
        }
        let rows = inputs.nrows();
        let mut memory = Memory::new(&self.plan, rows, 0, training)?;
        for (place, input) in memory.value_mut(alone.input, rows).iter_mut().zip(inputs) {
            *place = *input as f32;
        }
        let operations = alone.operations.clone();
        cpu::forward_through(&self.plan, &self.parameters, &mut memory, rows, Mode::Predict, operations)?;
        Ok(memory)
    }

    /// Every derivative of the mean loss, from the last layer to the first, for the step that training
    /// would take next: with dropout and the batch's own statistics.
    ///
    /// Where the loss is fused with the last activation, its derivative is dZ = (A − Y)/m, and there is no dA.
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them.
    pub fn backward(&self, examples: &dyn Examples) -> Result<Backward> {
        let prepared = self.prepare(examples)?;
        let rows = prepared.rows;
        let mut memory = Memory::new(&self.plan, rows, prepared.targets, true)?;
        self.gather(&prepared, None, &(0..rows).collect::<Vec<_>>(), &mut memory);
        let loss = self.differentiate(&mut memory, rows, true)?;
        let mut derivatives = vec![];
        let known = |named: &NamedValue| {
            let reached = self.plan.operations.iter().position(|operation| operation.input() == named.value);
            let fused = self.loss_at.fused > 0 && named.value == self.plan.output;
            // Masks have no derivative, nor have values before the first layer that is trained.
            !named.name.starts_with('M') && !fused && reached.is_none_or(|at| at > self.plan.first_trained)
        };
        for at in (0..self.plan.operations.len()).rev() {
            let layer = self.plan.layers[at];
            let next = self.plan.operations.get(at + 1).map_or(self.plan.output, |next| next.input());
            if let Some(named) = self.plan.values.iter().find(|named| named.value == next).filter(|named| known(named))
            {
                let name = format!("d{}", named.name);
                if derivatives.iter().all(|(other, _)| *other != name) {
                    derivatives.push((name, matrix(memory.delta(named.value, rows), rows)));
                }
            }
            let first = self.plan.layers.iter().position(|other| *other == layer) == Some(at);
            for parameter in self.plan.parameters_of(layer).filter(|parameter| parameter.trained && first) {
                let values = &memory.gradient[parameter.range()];
                derivatives.push((format!("d{}", parameter.name), matrix(values, parameter.spec.shape[0])));
            }
        }
        Ok(Backward { loss, derivatives })
    }

    /// One step of training on these examples as one batch; gives the loss before it.
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them.
    pub fn step(&mut self, examples: &dyn Examples) -> Result<f64> {
        self.partial_fit(examples)
    }
}

fn matrix(values: &[f32], rows: usize) -> Array2<f64> {
    let columns = values.len() / rows.max(1);
    Array2::from_shape_fn((rows, columns), |(row, column)| f64::from(values[row * columns + column]))
}
