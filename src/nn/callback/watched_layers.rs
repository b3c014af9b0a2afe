//! `WatchedLayers`: norms and distributions of each layer while a network trains.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Callback, Training};
use crate::data::random::permutation;
use crate::engine::memory::Memory;
use crate::engine::plan::Value;
use crate::error::Result;
use crate::monitor::{GradientFlow, LayerHistory};
use crate::nn::Network;
use crate::nn::layer::Kind;
use crate::nn::prepare::Prepared;

/// Enough for the shape of a distribution, and a small part of an epoch's work.
const EXAMPLES: usize = 256;

/// What [`Fit::watch_layers`](crate::nn::Fit::watch_layers) recorded of the layers (B17, B25).
///
/// The norms are those of W (not of the biases, which start from 0) at real steps: ten per epoch, evenly spread, the first
/// step among them; all if an epoch has fewer. The gradient is that of the loss with its penalties before any clipping, the
/// update what optimizer and constraints made of it.
///
/// The distributions are those before the first epoch (number 0) and after each: of W, of the outputs of layers with weights
/// or activations, and of the loss' derivative by W. They are taken on 256 of the training examples, drawn once by the
/// network's seed (all if there are fewer), as its next step would compute them: with masks and the statistics of these
/// examples. Per epoch that costs about one more step of 256 examples and a sort of the values; half a kilobyte is kept per
/// layer and epoch. Frozen layers have no gradient.
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
    /// W of each layer, per epoch.
    pub weights: LayerHistory,
    /// The outputs of each layer, per epoch.
    pub activations: LayerHistory,
    /// The loss' derivative by W of each layer, per epoch.
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

/// Records the distributions after each epoch.
pub(super) struct LayerWatcher<'a> {
    train: &'a Prepared,
    layers: Vec<ObservedLayer>,
    /// The examples whose activations and gradients are recorded.
    rows: Vec<usize>,
    memory: Memory<f32>,
}

/// Where the numbers of a layer are.
pub(super) struct ObservedLayer {
    pub name: String,
    output: Value,
    /// The range of W in the parameters, and whether it is trained.
    weights: Option<(Range<usize>, bool)>,
}

impl ObservedLayer {
    /// The layers with weights or activations.
    pub fn all(network: &Network) -> Result<Vec<Self>> {
        let mut layers = vec![];
        for (position, name) in network.description.layer_names().into_iter().enumerate() {
            let kind = &network.description.layers()[position].kind;
            if !matches!(kind, Kind::Dense(_) | Kind::Maxout(_) | Kind::Activation(_)) {
                continue;
            }
            let Some(alone) = network.layer_alone(&name)? else { continue };
            let weights = network.plan.parameters_of(position).find(|parameter| parameter.spec.symbol == "W");
            let weights = weights.map(|weights| (weights.range(), weights.trained));
            layers.push(ObservedLayer { name, output: alone.output, weights });
        }
        Ok(layers)
    }

    /// The range of W in the gradient.
    pub fn trained(&self) -> Option<Range<usize>> {
        self.weights.clone().filter(|(_, trained)| *trained).map(|(range, _)| range)
    }
}

impl<'a> LayerWatcher<'a> {
    pub fn new(network: &Network, train: &'a Prepared) -> Result<Self> {
        let mut rows = permutation(train.rows, &mut network.seed.generator());
        rows.truncate(EXAMPLES);
        let memory = Memory::new(&network.plan, rows.len(), train.targets, true)?;
        Ok(LayerWatcher { train, layers: ObservedLayer::all(network)?, rows, memory })
    }

    /// Records the distributions as they are after this epoch.
    fn record(&mut self, network: &Network, epoch: usize, watched: &mut WatchedLayers) -> Result<()> {
        let count = self.rows.len();
        network.gather(self.train, self.train.weights.as_deref(), &self.rows, &mut self.memory);
        network.differentiate(&mut self.memory, count, true)?;
        for layer in &self.layers {
            let outputs = self.memory.value(layer.output, count);
            watched.activations.record(epoch, &layer.name, outputs.iter().copied());
            if let Some((range, _)) = layer.weights.clone() {
                watched.weights.record(epoch, &layer.name, network.parameters[range].iter().copied());
            }
            if let Some(range) = layer.trained() {
                watched.gradients.record(epoch, &layer.name, self.memory.gradient[range].iter().copied());
            }
        }
        Ok(())
    }
}

impl Callback for LayerWatcher<'_> {
    fn on_train_begin(&mut self, training: &mut Training<'_>) -> Result<()> {
        if training.run.history.watched.is_some() {
            return Ok(());
        }
        let watched = training.run.history.watched.insert(WatchedLayers::new());
        self.record(training.network, 0, watched)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let epoch = training.epoch();
        match &mut training.run.history.watched {
            Some(watched) => self.record(training.network, epoch, watched),
            None => Ok(()),
        }
    }
}
