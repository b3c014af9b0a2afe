//! Units that have stopped learning: dead ReLUs, saturated sigmoids.

use serde::{Deserialize, Serialize};

use crate::activation::{Activation as _, AnyActivation};
use crate::data::{Inputs, Table};
use crate::engine::cpu;
use crate::engine::memory::Memory;
use crate::engine::plan::{Mode, Operation, Value};
use crate::error::{Error, Result};
use crate::nn::Network;

/// Below this slope an activation lets next to nothing of the gradient through.
const FLAT: f32 = 0.01;
/// Dead units listed in a table's cell; more are only counted.
const LISTED: usize = 12;

/// The units of each layer that no example reaches any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadUnits {
    /// The number of examples.
    pub examples: usize,
    /// The layers with an activation that can be flat, in their order.
    pub layers: Vec<LayerUnits>,
}

/// The units of one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerUnits {
    /// The layer's name.
    pub layer: String,
    /// Its activation's name.
    pub activation: String,
    /// How many units it has.
    pub units: usize,
    /// The numbers of those whose activation is flat for all the examples, counted from 0.
    pub dead: Vec<usize>,
    /// The share of all its values, units times examples, where the activation is flat: of a ReLU those that are 0, of a
    /// sigmoid or tanh those that are saturated.
    pub flat: f64,
}

impl DeadUnits {
    /// How many units are dead.
    pub fn count(&self) -> usize {
        self.layers.iter().map(|layer| layer.dead.len()).sum()
    }

    /// The units of the layer of this name.
    ///
    /// # Errors
    /// [`Error::Data`] where no layer with such an activation has this name, with the names of those that do.
    pub fn get(&self, layer: &str) -> Result<&LayerUnits> {
        self.layers.iter().find(|units| units.layer == layer).ok_or_else(|| {
            let names = self.layers.iter().map(|units| format!("`{}`", units.layer)).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "there are none".into() } else { format!("there are {names}") };
            Error::Data(format!("no layer `{layer}` has an activation that can be flat; {names}"))
        })
    }

    /// One row a layer.
    pub fn table(&self) -> Table {
        let headings = ["layer", "activation", "units", "dead", "which", "flat values"];
        let mut table = Table::new("Dead units", &headings, &[false, false, true, true, false, true]);
        for layer in &self.layers {
            let which: Vec<String> = layer.dead.iter().take(LISTED).map(usize::to_string).collect();
            let more = if layer.dead.len() > LISTED { ", …" } else { "" };
            table.push([
                layer.layer.clone(),
                layer.activation.clone(),
                layer.units.to_string(),
                layer.dead.len().to_string(),
                format!("{}{more}", which.join(", ")),
                format!("{:.1} %", 100.0 * layer.flat),
            ]);
        }
        if self.layers.is_empty() {
            return table.note("no layer has an activation that can be flat");
        }
        table.note(format!(
            "dead: the activation is flat (slope below {FLAT}) for all {} examples; a ReLU then gives 0, a sigmoid or tanh \
             is saturated",
            self.examples
        ))
    }
}

impl Network {
    /// The units that have stopped learning, because their activation is flat for all these examples: no gradient gets
    /// through. A ReLU that gives 0 for all is dead; sigmoid and tanh are saturated (B27, A35).
    ///
    /// Flat is a slope g′(z) of less than 0.01 either way: a ReLU below 0, a sigmoid below 0.0101 or above 0.9899, tanh
    /// beyond ±0.995. Leaky ReLUs of a greater slope never are. Left out are softmax, maxout, and an activation that the
    /// loss is fused with, through which the gradient gets in any case. Values are those of a prediction.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let net = Sequential::new([2]).dense(3).relu().dense(1);
    /// let mut net = net.compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1))?;
    /// // The second unit needs inputs that sum to more than 9.
    /// net.set_weights("dense 1", &array![[1.0, 1.0, -1.0], [1.0, 1.0, 1.0]], &array![0.0, -9.0, 0.5])?;
    /// let dead = net.dead_units(&array![[1.0, 2.0], [3.0, 1.0]])?;
    /// assert_eq!(dead.get("dense 1")?.dead, [1]);
    /// assert_eq!(dead.get("dense 1")?.flat, 0.5); // 0 for both, and the third unit for the second example
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inputs as [`predict`](Network::predict) refuses them.
    pub fn dead_units(&self, inputs: &dyn Inputs) -> Result<DeadUnits> {
        let x = self.prepare_inputs(inputs)?;
        let width = self.plan.input.width;
        let examples = x.len() / width;
        let at_once = examples.min(self.plan.evaluated_rows());
        let mut found = self.flattenable();
        let mut memory = Memory::new(&self.plan, at_once, 0, false)?;
        for x in x.chunks(at_once * width) {
            let rows = x.len() / width;
            memory.value_mut(self.plan.input, rows).copy_from_slice(x);
            cpu::forward(&self.plan, &self.parameters, &mut memory, rows, Mode::Predict)?;
            for layer in &mut found {
                layer.count(&memory, rows)?;
            }
        }
        let names = self.description.layer_names();
        let layers = found.into_iter().map(|layer| LayerUnits {
            layer: names[layer.position].clone(),
            activation: layer.activation.name().into(),
            units: layer.flat.len(),
            dead: (0..layer.flat.len()).filter(|unit| layer.flat[*unit] == examples).collect(),
            flat: layer.flat.iter().sum::<usize>() as f64 / (layer.flat.len() * examples) as f64,
        });
        Ok(DeadUnits { examples, layers: layers.collect() })
    }

    /// The activations that can be flat.
    fn flattenable(&self) -> Vec<Counted> {
        let operations = self.plan.operations.len() - self.loss_at.fused;
        let operations = self.plan.operations.iter().zip(&self.plan.layers).take(operations);
        let counted = operations.filter_map(|(operation, layer)| match operation {
            Operation::Activate { input, output, activation }
                if !matches!(activation, AnyActivation::Softmax | AnyActivation::Maxout(_)) =>
            {
                let (z, a) = (*input, *output);
                Some(Counted { position: *layer, z, a, activation: *activation, flat: vec![0; a.width] })
            }
            _ => None,
        });
        counted.collect()
    }
}

/// For how many examples each unit of a layer is flat.
struct Counted {
    position: usize,
    z: Value,
    a: Value,
    activation: AnyActivation,
    flat: Vec<usize>,
}

impl Counted {
    fn count(&mut self, memory: &Memory<f32>, rows: usize) -> Result<()> {
        let (z, a) = (memory.value(self.z, rows), memory.value(self.a, rows));
        let (ones, mut slopes) = (vec![1.0; a.len()], vec![0.0; z.len()]);
        self.activation.backward(z, a, &ones, &mut slopes, self.z.width)?;
        for row in slopes.chunks_exact(self.flat.len()) {
            for (flat, slope) in self.flat.iter_mut().zip(row) {
                *flat += usize::from(slope.abs() < FLAT);
            }
        }
        Ok(())
    }
}
