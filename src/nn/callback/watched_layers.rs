//! `WatchedLayers`: norms and distributions of each layer while a network trains.

use serde::{Deserialize, Serialize};

use crate::data::random::permutation;
use crate::engine::memory::Memory;
use crate::engine::plan::Value;
use crate::error::Result;
use crate::monitor::{GradientFlow, LayerHistory, Norms};
use crate::nn::Network;
use crate::nn::layer::Kind;
use crate::nn::prepare::Prepared;
use crate::nn::step::StepOptions;

/// Enough for the shape of a distribution, and a small part of an epoch's work.
const EXAMPLES: usize = 256;
/// Steps an epoch whose norms are noted.
const STEPS: usize = 10;

/// What [`Fit::watch_layers`](crate::nn::Fit::watch_layers) has seen of the layers (B17, B25).
///
/// The norms are those of W (not of the biases, which start from 0) at real steps: ten an epoch, evenly spread, the first
/// one among them; all where an epoch has fewer. The gradient is that of the loss with its penalties before any clipping,
/// the update what optimizer and constraints made of it.
///
/// The distributions are those before the first epoch (number 0) and after each, of W, of what the layers with weights or
/// activations put out, and of the loss' derivative by W, for 256 of the training examples, drawn once by the network's
/// seed (all where there are fewer), as its next step would see them: with masks and the statistics of these examples. That
/// costs an epoch about one step of 256 examples more and a sort of the values; a layer and epoch keep half a kilobyte
/// each. Frozen layers have no gradient.
///
/// ```
/// use gradus::prelude::*;
/// let iris = datasets::iris()?;
/// let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
/// let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
/// let mut net = net.compile(Adam::new(0.01), SparseCategoricalCrossEntropy, Device::Cpu, Seed(1))?;
/// let history = net.fit(&iris, Fit::epochs(5).watch_layers())?;
/// let layers = history.layers()?;
/// let figure = layers.flow.ratio_plot()?; // near 10⁻³
/// let figure = layers.gradients.histogram_plot()?;
/// assert_eq!(layers.activations.records("dense 1").len(), 6); // epochs 0 to 5
/// # Ok::<(), gradus::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchedLayers {
    /// ‖∇W‖, ‖W‖ and ‖ΔW‖ of each layer at some steps, numbered as the network counts them, from 0.
    pub flow: GradientFlow,
    /// W of each layer, epoch by epoch.
    pub weights: LayerHistory,
    /// What each layer puts out, epoch by epoch.
    pub activations: LayerHistory,
    /// The loss' derivative by W of each layer, epoch by epoch.
    pub gradients: LayerHistory,
}

impl WatchedLayers {
    pub(in crate::nn) fn new() -> Self {
        WatchedLayers {
            flow: GradientFlow::new(),
            weights: LayerHistory::new("weight"),
            activations: LayerHistory::new("activation"),
            gradients: LayerHistory::new("gradient"),
        }
    }
}

/// What is looked at, and room for it.
pub(in crate::nn) struct LayerWatcher {
    layers: Vec<Watched>,
    /// The examples whose activations and gradients are looked at.
    rows: Vec<usize>,
    memory: Memory<f32>,
}

struct Watched {
    name: String,
    output: Value,
    /// The place of W, and whether it is trained.
    weights: Option<(std::ops::Range<usize>, bool)>,
}

impl Watched {
    /// The place of W in the gradient.
    fn trained(&self) -> Option<std::ops::Range<usize>> {
        self.weights.clone().filter(|(_, trained)| *trained).map(|(place, _)| place)
    }
}

impl LayerWatcher {
    pub fn new(network: &Network, train: &Prepared) -> Result<Self> {
        let mut layers = vec![];
        for (position, name) in network.description.layer_names().into_iter().enumerate() {
            let kind = &network.description.layers()[position].kind;
            if !matches!(kind, Kind::Dense(_) | Kind::Maxout(_) | Kind::Activation(_)) {
                continue;
            }
            let Some(alone) = network.layer_alone(&name)? else { continue };
            let weights = network.plan.parameters_of(position).find(|parameter| parameter.spec.symbol == "W");
            let weights = weights.map(|weights| (weights.range(), weights.trained));
            layers.push(Watched { name, output: alone.output, weights });
        }
        let mut rows = permutation(train.rows, &mut network.seed.generator());
        rows.truncate(EXAMPLES);
        let memory = Memory::new(&network.plan, rows.len(), train.targets, true)?;
        Ok(LayerWatcher { layers, rows, memory })
    }

    /// Notes the distributions as they are after this epoch.
    pub fn look(
        &mut self,
        network: &Network,
        train: &Prepared,
        weights: Option<&[f64]>,
        epoch: usize,
        watched: &mut WatchedLayers,
    ) -> Result<()> {
        let count = self.rows.len();
        network.gather(train, weights, &self.rows, &mut self.memory);
        network.differentiate(&mut self.memory, count, true)?;
        for layer in &self.layers {
            let outputs = self.memory.value(layer.output, count);
            watched.activations.record(epoch, &layer.name, outputs.iter().copied());
            if let Some((place, _)) = layer.weights.clone() {
                watched.weights.record(epoch, &layer.name, network.parameters[place].iter().copied());
            }
            if let Some(place) = layer.trained() {
                watched.gradients.record(epoch, &layer.name, self.memory.gradient[place].iter().copied());
            }
        }
        Ok(())
    }

    /// Whether the norms of this step of an epoch are noted.
    pub fn sees(step: usize, steps: usize) -> bool {
        step == 0 || step * STEPS / steps != (step - 1) * STEPS / steps
    }

    /// A step of training that notes its norms; else as [`Network::descend`].
    pub fn descend(
        &self,
        network: &mut Network,
        memory: &mut Memory<f32>,
        rows: usize,
        options: &StepOptions,
        watched: &mut WatchedLayers,
    ) -> Result<f64> {
        let loss = network.differentiate_checked(memory, rows, options)?;
        let step = usize::try_from(network.steps).unwrap_or(usize::MAX);
        let before = network.parameters[..network.plan.trained].to_vec();
        let gradient = memory.gradient.clone();
        network.update(memory, options)?;
        for layer in &self.layers {
            let Some(place) = layer.trained() else { continue };
            let (gradient, before) = (&gradient[place.clone()], &before[place.clone()]);
            let after = &network.parameters[place];
            let wide = |value: &f32| f64::from(*value);
            let update = after.iter().zip(before).map(|(after, before)| wide(after) - wide(before));
            let norms = Norms::of(gradient.iter().map(wide), before.iter().map(wide), update);
            watched.flow.record(step, &layer.name, norms);
        }
        Ok(loss)
    }
}
