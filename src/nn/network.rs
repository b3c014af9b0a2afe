//! `Network`: a compiled network with its weights, ready to be trained and to predict.

use std::collections::BTreeMap;
use std::fmt;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::device::Device;
use super::layer::Kind;
use super::sequential::Sequential;
use crate::activation::{Activation as _, AnyActivation};
use crate::data::{Column, Seed};
use crate::engine::cpu::LossAt;
use crate::engine::memory::require_room;
use crate::engine::plan::{Operation, Plan};
use crate::error::{Error, Result};
use crate::loss::{AnyLoss, Loss};
use crate::optim::{AnyOptimizer, Optimizer, State};
use crate::saved::Saved;

/// A network with weights, an optimizer and a loss. [`Sequential::compile`] makes it.
///
/// It computes in `f32`. Rows are examples. The same seed gives the same weights and the same run.
///
/// ```
/// use gradus::loss::SparseCategoricalCrossEntropy;
/// use gradus::nn::{Device, Fit, Sequential};
/// use gradus::optim::Adam;
/// use gradus::prelude::*;
/// let [train, test] = datasets::iris()?.split_into_stratified([0.6, 0.4], Seed(1))?;
/// let scaler = StandardScaler::fit(&train)?;
/// let (train, test) = (scaler.transform(&train)?, scaler.transform(&test)?);
/// let mut net = Sequential::new([4]).dense(16).relu().dense(3).softmax().compile(
///     Adam::new(0.01),
///     SparseCategoricalCrossEntropy,
///     Device::Cpu,
///     Seed(1),
/// )?;
/// let history = net.fit(&train, Fit::epochs(60).batch(16))?;
/// assert!(net.score(&test)? > 0.9);
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Network {
    pub(super) description: Sequential,
    pub(super) plan: Plan,
    pub(super) parameters: Vec<f32>,
    pub(super) optimizer: AnyOptimizer,
    pub(super) state: State<f32>,
    pub(super) loss: AnyLoss,
    pub(super) loss_at: LossAt,
    pub(super) device: Device,
    pub(super) seed: Seed,
    pub(super) columns: Option<Columns>,
    /// What plateaus have made of the scheduled learning rate.
    pub(super) rate_factor: f64,
    /// Steps so far, which number the masks of dropout.
    pub(super) steps: u64,
    pub(super) epochs: usize,
}

/// The columns of the data that the network was fitted on, as they were first given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Columns {
    /// None where the data came without names.
    pub inputs: Option<Vec<Column>>,
    pub targets: Option<Vec<Column>>,
}

impl Sequential {
    /// Checks the description and makes a network of it, with weights drawn from the seed.
    ///
    /// A cross-entropy behind the softmax or sigmoid that ends the network is computed from the scores before it, which
    /// keeps its digits where a probability rounds to 0 or 1.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    /// // A bare name stands for Keras' defaults, as `compile("adam", "categorical_crossentropy")` does there.
    /// let by_name = net.compile(Adam, CategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    /// let in_full = net.compile(Adam::new(1e-3), CategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    /// assert_eq!(by_name, in_full);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] with the layer's name and both shapes; parameters out of range; a loss that does not fit the last
    /// activation; more parameters than the memory holds.
    pub fn compile(
        &self,
        optimizer: impl Into<AnyOptimizer>,
        loss: impl Into<AnyLoss>,
        device: Device,
        seed: Seed,
    ) -> Result<Network> {
        let plan = self.check()?.plan;
        let (optimizer, loss) = (optimizer.into(), loss.into());
        optimizer.check()?;
        loss.check_parameters()?;
        let loss_at = place_of_loss(&plan, loss)?;
        require_room_for(&plan, &optimizer)?;
        let mut parameters = vec![0.0; plan.length];
        for (at, parameter) in plan.parameters.iter().enumerate() {
            let [rows, columns] = parameter.wanted.shape;
            // Each parameter has a seed of its own, so that a layer more does not change those before it.
            let seed = Seed(seed.0 ^ (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            parameter.wanted.start.fill(&mut parameters[parameter.place()], rows, columns, seed)?;
        }
        let mut position = vec![0; self.layers.len()];
        for parameter in &plan.parameters {
            let layer = &self.layers[parameter.layer];
            if let Some(learned) = &layer.learned {
                let values = learned.get(position[parameter.layer]);
                let Some(values) = values.filter(|values| values.shape() == parameter.wanted.shape) else {
                    let name = &self.layer_names()[parameter.layer];
                    return Err(Error::Shape {
                        what: format!("layer `{name}`: `{}` learned before", parameter.name),
                        expected: format!("{:?}", parameter.wanted.shape),
                        found: format!("{:?}", learned.iter().map(Array2::shape).collect::<Vec<_>>()),
                    });
                };
                for (parameter, value) in parameters[parameter.place()].iter_mut().zip(values) {
                    *parameter = *value;
                }
            }
            position[parameter.layer] += 1;
        }
        let mut description = self.clone();
        for layer in &mut description.layers {
            layer.learned = None;
        }
        let state = optimizer.state(plan.trained);
        Ok(Network {
            description,
            plan,
            parameters,
            optimizer,
            state,
            loss,
            loss_at,
            device,
            seed,
            columns: None,
            rate_factor: 1.0,
            steps: 0,
            epochs: 0,
        })
    }
}

/// Refuses more parameters, with what the optimizer remembers of each, than the memory holds.
fn require_room_for(plan: &Plan, optimizer: &AnyOptimizer) -> Result<()> {
    let remembered = plan.trained.checked_mul(optimizer.slots());
    let numbers = remembered.and_then(|remembered| remembered.checked_add(plan.length));
    let what = || format!("a network of {} parameters with the state of {}", plan.length, optimizer.name());
    require_room(numbers.and_then(|numbers| numbers.checked_mul(size_of::<f32>())), what, "use fewer units")
}

/// The activation with which the network ends; linear where there is none.
pub(super) fn last_activation(plan: &Plan) -> AnyActivation {
    let last = plan.operations.iter().rev().find_map(|operation| match operation {
        Operation::Activate { activation, .. } => Some(*activation),
        Operation::ActivityPenalty { .. } => None,
        _ => Some(AnyActivation::Linear),
    });
    last.unwrap_or(AnyActivation::Linear)
}

/// Where the loss looks, fused with the last activation where it can be.
pub(super) fn place_of_loss(plan: &Plan, loss: AnyLoss) -> Result<LossAt> {
    let last = last_activation(plan);
    let (wanted, from_logits) = match loss {
        AnyLoss::BinaryCrossEntropy(loss) => (&[AnyActivation::Sigmoid, AnyActivation::Softmax][..], loss.from_logits),
        AnyLoss::CategoricalCrossEntropy(loss) => (&[AnyActivation::Softmax][..], loss.from_logits),
        AnyLoss::SparseCategoricalCrossEntropy(loss) => (&[AnyActivation::Softmax][..], loss.from_logits),
        _ => (&[][..], true),
    };
    let name = loss.name();
    if from_logits && !wanted.is_empty() && [AnyActivation::Sigmoid, AnyActivation::Softmax].contains(&last) {
        return Err(Error::Data(format!(
            "the {name} from logits takes the scores before the {}, with which the network ends; leave one of the two out",
            last.name()
        )));
    }
    if !from_logits && !wanted.contains(&last) {
        return Err(Error::Data(format!(
            "the {name} needs probabilities, but the network ends with the activation {}; end it with `.{}()`, or set \
             `from_logits: true`",
            last.name(),
            wanted.first().map_or("softmax", AnyActivation::name)
        )));
    }
    let fits = matches!(
        (loss, last),
        (AnyLoss::BinaryCrossEntropy(_), AnyActivation::Sigmoid)
            | (AnyLoss::CategoricalCrossEntropy(_) | AnyLoss::SparseCategoricalCrossEntropy(_), AnyActivation::Softmax)
    );
    Ok(match plan.last_activation().filter(|_| fits && !from_logits) {
        Some((_, scores)) => LossAt { loss: loss.of_logits(), value: scores, fused: 1 },
        None => LossAt { loss, value: plan.output, fused: 0 },
    })
}

impl Network {
    /// What the network is made of.
    pub fn description(&self) -> &Sequential {
        &self.description
    }

    /// The loss that training lowers.
    pub fn loss_function(&self) -> AnyLoss {
        self.loss
    }

    /// The optimizer.
    pub fn optimizer(&self) -> &AnyOptimizer {
        &self.optimizer
    }

    /// Goes on with another optimizer, which remembers nothing yet, at its own learning rate.
    ///
    /// # Errors
    /// Hyper-parameters out of range; more memory than there is.
    pub fn set_optimizer(&mut self, optimizer: impl Into<AnyOptimizer>) -> Result<()> {
        let optimizer = optimizer.into();
        optimizer.check()?;
        require_room_for(&self.plan, &optimizer)?;
        self.state = optimizer.state(self.plan.trained);
        (self.optimizer, self.rate_factor) = (optimizer, 1.0);
        Ok(())
    }

    /// What the network computes on.
    pub fn device(&self) -> Device {
        self.device
    }

    /// Goes on, on another device: a file may come from a machine that has what this one has not.
    pub fn set_device(&mut self, device: Device) {
        self.device = device;
    }

    /// How many steps it was trained for.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many epochs it was trained for.
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// How many parameters it has, those of frozen layers and running statistics among them.
    pub fn parameter_count(&self) -> usize {
        self.parameters.len()
    }

    /// Whether its targets are classes.
    pub fn is_classifier(&self) -> bool {
        self.loss.is_for_classes()
    }

    /// How many columns the last layer has.
    pub fn output_count(&self) -> usize {
        self.plan.output.width
    }
}

/// `4 → dense 16 ReLU → dense 3 softmax`, with what it is trained by.
impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Network {}", self.description.input.iter().map(usize::to_string).collect::<Vec<_>>().join("×"))?;
        for (layer, name) in self.description.layers.iter().zip(self.description.layer_names()) {
            let activation = layer.activation_name();
            match &layer.kind {
                Kind::Dense(dense) => write!(f, " → {} {activation}", dense.units)?,
                Kind::Maxout(maxout) => write!(f, " → {} {activation}", maxout.sums.units)?,
                Kind::Activation(_) => write!(f, " → {activation}")?,
                _ => write!(f, " → {name}")?,
            }
        }
        write!(
            f,
            ", {} parameters, {}, {}, {} epochs",
            self.parameters.len(),
            self.optimizer.name(),
            self.loss.name(),
            self.epochs
        )
    }
}

impl Saved for Network {
    const TYPE: &'static str = "Network";

    fn check(&self) -> Result<(), String> {
        self.state.check(self.optimizer.slots(), self.plan.trained)?;
        if !(self.rate_factor > 0.0 && self.rate_factor.is_finite()) {
            return Err(format!("a factor {} of the learning rate, which must be a number above 0", self.rate_factor));
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

/// A network as files hold it: its parameters by name.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
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

/// The rate as it is scheduled, where a file says nothing else.
fn whole_rate() -> f64 {
    1.0
}

impl From<Network> for Stored {
    fn from(network: Network) -> Self {
        let parameters = network.plan.parameters.iter().map(|parameter| {
            let [rows, columns] = parameter.wanted.shape;
            let values = &network.parameters[parameter.place()];
            (
                parameter.name.clone(),
                Array2::from_shape_fn((rows, columns), |(row, column)| values[row * columns + column]),
            )
        });
        Stored {
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

impl TryFrom<Stored> for Network {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let mut network = stored.description.compile(stored.optimizer, stored.loss, stored.device, stored.seed)?;
        for parameter in &network.plan.parameters {
            let values = stored.parameters.get(&parameter.name);
            let Some(values) = values.filter(|values| values.shape() == parameter.wanted.shape) else {
                return Err(Error::Shape {
                    what: format!("parameter `{}` of the network", parameter.name),
                    expected: format!("{:?}", parameter.wanted.shape),
                    found: values.map_or("none".into(), |values| format!("{:?}", values.shape())),
                });
            };
            for (parameter, value) in network.parameters[parameter.place()].iter_mut().zip(values) {
                *parameter = *value;
            }
        }
        (network.state, network.rate_factor) = (stored.state, stored.rate_factor);
        (network.columns, network.steps, network.epochs) = (stored.columns, stored.steps, stored.epochs);
        Ok(network)
    }
}
