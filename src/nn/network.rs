//! `Network`: a compiled network with its weights, ready to be trained and to predict.

use std::fmt;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::device::Device;
use super::layer::Kind;
use super::sequential::Sequential;
use super::stored_network::StoredNetwork;
use crate::activation::{Activation as _, AnyActivation};
use crate::data::{Column, Seed};
use crate::engine::cpu::LossAt;
use crate::engine::memory::require_room;
use crate::engine::plan::{Operation, Plan};
use crate::error::{Error, Result};
use crate::loss::{AnyLoss, Loss};
use crate::optim::{AnyOptimizer, Optimizer, State};

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
#[serde(try_from = "StoredNetwork", into = "StoredNetwork")]
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
    /// The product of the factors by which plateaus have lowered the scheduled learning rate.
    pub(super) rate_factor: f64,
    /// Steps so far, which determine the masks of dropout.
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
    /// Checks the description and builds the network, with weights drawn from the seed.
    ///
    /// A cross-entropy after the softmax or sigmoid that ends the network is computed from the scores before it, which
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
    /// activation; more parameters than fit into memory.
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
            let [rows, columns] = parameter.spec.shape;
            // Each parameter has a seed of its own, so that another layer does not change those before it.
            let seed = Seed(seed.0 ^ (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            parameter.spec.start.fill(&mut parameters[parameter.range()], rows, columns, seed)?;
        }
        let mut position = vec![0; self.layers.len()];
        for parameter in &plan.parameters {
            let layer = &self.layers[parameter.layer];
            if let Some(learned) = &layer.learned {
                let values = learned.get(position[parameter.layer]);
                let Some(values) = values.filter(|values| values.shape() == parameter.spec.shape) else {
                    let name = &self.layer_names()[parameter.layer];
                    return Err(Error::Shape {
                        what: format!("layer `{name}`: `{}` learned before", parameter.name),
                        expected: format!("{:?}", parameter.spec.shape),
                        found: format!("{:?}", learned.iter().map(Array2::shape).collect::<Vec<_>>()),
                    });
                };
                for (parameter, value) in parameters[parameter.range()].iter_mut().zip(values) {
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

/// Checks that the parameters and the optimizer's state fit into memory.
fn require_room_for(plan: &Plan, optimizer: &AnyOptimizer) -> Result<()> {
    let state = plan.trained.checked_mul(optimizer.slots());
    let numbers = state.and_then(|state| state.checked_add(plan.length));
    let what = || format!("a network of {} parameters with the state of {}", plan.length, optimizer.name());
    require_room(numbers.and_then(|numbers| numbers.checked_mul(size_of::<f32>())), what, "use fewer units")
}

/// The activation that ends the network, linear if there is none.
pub(super) fn last_activation(plan: &Plan) -> AnyActivation {
    let last = plan.operations.iter().rev().find_map(|operation| match operation {
        Operation::Activate { activation, .. } => Some(*activation),
        Operation::ActivityPenalty { .. } => None,
        _ => Some(AnyActivation::Linear),
    });
    last.unwrap_or(AnyActivation::Linear)
}

/// Returns the value that the loss takes, fused with the last activation if possible.
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
    /// The description of the layers.
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

    /// Sets another optimizer, without any state yet, at its own learning rate.
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

    /// The device that the network computes on.
    pub fn device(&self) -> Device {
        self.device
    }

    /// Sets the device, for instance of a network from a file of another machine.
    pub fn set_device(&mut self, device: Device) {
        self.device = device;
    }

    /// The number of steps it was trained for.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The number of epochs it was trained for.
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// The number of parameters, those of frozen layers and running statistics included.
    pub fn parameter_count(&self) -> usize {
        self.parameters.len()
    }

    /// Whether the targets are classes.
    pub fn is_classifier(&self) -> bool {
        self.loss.is_for_classes()
    }

    /// The number of columns of the last layer.
    pub fn output_count(&self) -> usize {
        self.plan.output.width
    }
}

/// `4 → 16 ReLU → 3 softmax`, with the optimizer and the loss.
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
