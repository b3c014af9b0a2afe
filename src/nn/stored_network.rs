//! `StoredNetwork`: a network as files store it.

use std::collections::BTreeMap;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::device::Device;
use super::network::{Columns, Network};
use super::sequential::Sequential;
use crate::data::Seed;
use crate::error::{Error, Result};
use crate::loss::AnyLoss;
use crate::optim::{AnyOptimizer, Optimizer, State};
use crate::saved::Saved;

impl Saved for Network {
    const TYPE: &'static str = "Network";

    fn check(&self) -> Result<(), String> {
        self.state.check(self.optimizer.slots(), self.plan.trained)?;
        if !(self.rate_factor > 0.0 && self.rate_factor.is_finite()) {
            return Err(format!("a factor {} of the learning rate, which must be a positive number", self.rate_factor));
        }
        let Some(columns) = &self.columns else { return Ok(()) };
        let (inputs, outputs) = (self.plan.input.width, self.plan.output.width);
        if let Some(found) = columns.inputs.as_ref().map(Vec::len).filter(|found| *found != inputs) {
            return Err(format!("{found} columns for {inputs} inputs"));
        }
        match columns.targets.as_ref().map(Vec::len) {
            Some(found) if found != 1 && found != outputs => Err(format!("{found} targets for {outputs} outputs")),
            _ => Ok(()),
        }
    }
}

/// A network as files store it: its parameters by name.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredNetwork {
    description: Sequential,
    parameters: BTreeMap<String, Array2<f32>>,
    optimizer: AnyOptimizer,
    state: State<f32>,
    loss: AnyLoss,
    device: Device,
    seed: Seed,
    columns: Option<Columns>,
    #[serde(default = "whole_rate")]
    rate_factor: f64,
    steps: u64,
    epochs: usize,
}

/// The factor of files from before plateaus lowered the rate.
fn whole_rate() -> f64 {
    1.0
}

impl From<Network> for StoredNetwork {
    fn from(network: Network) -> Self {
        let parameters = network.plan.parameters.iter().map(|parameter| {
            let [rows, columns] = parameter.spec.shape;
            let values = &network.parameters[parameter.range()];
            (
                parameter.name.clone(),
                Array2::from_shape_fn((rows, columns), |(row, column)| values[row * columns + column]),
            )
        });
        StoredNetwork {
            parameters: parameters.collect(),
            description: network.description,
            optimizer: network.optimizer,
            state: network.state,
            loss: network.loss,
            device: network.device,
            seed: network.seed,
            columns: network.columns,
            rate_factor: network.rate_factor,
            steps: network.steps,
            epochs: network.epochs,
        }
    }
}

impl TryFrom<StoredNetwork> for Network {
    type Error = Error;

    fn try_from(stored: StoredNetwork) -> Result<Self> {
        let mut network = stored.description.compile(stored.optimizer, stored.loss, stored.device, stored.seed)?;
        for parameter in &network.plan.parameters {
            let values = stored.parameters.get(&parameter.name);
            let Some(values) = values.filter(|values| values.shape() == parameter.spec.shape) else {
                return Err(Error::Shape {
                    what: format!("parameter `{}` of the network", parameter.name),
                    expected: format!("{:?}", parameter.spec.shape),
                    found: values.map_or("none".into(), |values| format!("{:?}", values.shape())),
                });
            };
            for (parameter, value) in network.parameters[parameter.range()].iter_mut().zip(values) {
                *parameter = *value;
            }
        }
        (network.state, network.rate_factor) = (stored.state, stored.rate_factor);
        (network.columns, network.steps, network.epochs) = (stored.columns, stored.steps, stored.epochs);
        Ok(network)
    }
}
