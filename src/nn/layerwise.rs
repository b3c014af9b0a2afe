//! Greedy layer-wise pretraining: one layer after the other, then the whole (B22).

use serde::{Deserialize, Serialize};

use super::fit::Fit;
use super::history::TrainingHistory;
use super::layer::Kind;
use super::network::Network;
use super::sequential::Sequential;
use crate::data::{Examples, Table, short};
use crate::error::{Error, Result};

/// How each stage of [`Network::fit_layerwise`] went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerwiseHistory {
    layers: Vec<(String, TrainingHistory)>,
    whole: TrainingHistory,
}

impl LayerwiseHistory {
    /// The layers that were trained one by one, in this order.
    pub fn layers(&self) -> Vec<&str> {
        self.layers.iter().map(|(layer, _)| layer.as_str()).collect()
    }

    /// How the stage of this layer went.
    ///
    /// # Errors
    /// [`Error::Data`] where no stage was about this layer.
    pub fn layer(&self, layer: &str) -> Result<&TrainingHistory> {
        match self.layers.iter().find(|(name, _)| name == layer) {
            Some((_, history)) => Ok(history),
            None => {
                let known = self.layers().join("`, `");
                Err(Error::Data(format!("no stage was about the layer `{layer}`; the stages are `{known}`")))
            }
        }
    }

    /// How the training of all layers went, after the stages.
    pub fn whole(&self) -> &TrainingHistory {
        &self.whole
    }

    /// A table of one row per stage.
    pub fn table(&self) -> Table {
        let headings = ["trained", "epochs", "first loss", "last loss", "last validation loss"];
        let mut table = Table::new("Layer-wise training", &headings, &[false, true, true, true, true]);
        let stages = self.layers.iter().map(|(layer, history)| (layer.as_str(), history));
        for (name, history) in stages.chain([("the whole", &self.whole)]) {
            let ends = [history.loss().first(), history.loss().last(), history.validation_loss().last()];
            let ends = ends.map(|loss| loss.map_or("–".into(), |loss| short(*loss)));
            table.push([name.to_string(), history.epochs().to_string()].into_iter().chain(ends));
        }
        let mut stages = self.layers.iter().map(|(layer, history)| (layer.as_str(), history));
        let interrupted = stages
            .find(|(_, history)| history.interrupted())
            .or_else(|| Some(("the whole", &self.whole)).filter(|(_, history)| history.interrupted()));
        table.note(interrupted.map_or(String::new(), |(stage, history)| format!("{stage}: {}", history.stop_reason())))
    }
}

impl Network {
    /// Trains the hidden layers one after the other, each between the trained ones before it, which stay as they are, and an
    /// output layer; then all of them together. Greedy supervised pretraining: each layer gets a gradient that comes through
    /// one layer only, and the whole begins near a solution where a deep network would learn slowly from random weights.
    ///
    /// A hidden layer is one with weights, dense or maxout, with all that follows it up to the next: activation,
    /// dropout, batch normalization. What follows the last hidden layer is the output, which starts again in each stage
    /// but the last, of as many inputs as the stage has. Layers begin with the weights that the network has; the
    /// optimizer starts again in each stage and with the whole. If the user interrupts the cell, what is not
    /// trained by then stays as it is. Y. Bengio et al. (2007), *Greedy layer-wise training of deep networks*; slide
    /// B22.
    ///
    /// # Arguments
    /// - `each`: how each stage is trained.
    /// - `whole`: how all layers are trained in the end.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
    /// let net = Sequential::new([4]).dense(16).tanh().dense(8).tanh().dense(3).softmax();
    /// let loss = SparseCategoricalCrossEntropy;
    /// let mut net = net.compile(Adam::new(0.01), loss, Device::Cpu, Seed(1))?;
    /// let stages = net.fit_layerwise(&iris, Fit::epochs(10), Fit::epochs(20))?;
    /// assert_eq!(stages.layers(), ["dense 1", "dense 2"]);
    /// assert!(net.score(&iris)? > 0.9);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Network::fit), with the stage's layer; a network without hidden layers; a checkpoint of the stages. After an error the network is as
    /// before.
    pub fn fit_layerwise(&mut self, examples: &dyn Examples, each: Fit, whole: Fit) -> Result<LayerwiseHistory> {
        if each.writes_checkpoints() {
            let problem =
                "a stage's checkpoint leads to no later stage; let `each` train without, or give it to `whole`";
            return Err(Error::Data(problem.into()));
        }
        let (own, names) = (&self.description.layers, self.description.layer_names());
        let weighted = |at: &usize| matches!(own[*at].kind, Kind::Dense(_) | Kind::Maxout(_));
        let begins: Vec<usize> = (0..own.len()).filter(weighted).collect();
        let (Some(output), true) = (begins.last().copied(), begins.len() > 1) else {
            return Err(Error::Data(
                "layer by layer there is nothing to train: the network has no hidden layer; `fit` trains it".into(),
            ));
        };
        let mut description = self.truncated(own.len())?;
        for (layer, name) in description.layers.iter_mut().zip(&names) {
            // A stage's output would be numbered otherwise than in the whole network.
            layer.name = Some(name.clone());
        }
        let mut layers = vec![];
        for pair in begins.windows(2) {
            let (begin, end) = (pair[0], pair[1]);
            let mut stage = description.clone();
            if end < output {
                stage.layers.drain(end..output);
                stage.layers[end..].iter_mut().for_each(|layer| layer.learned = None);
            }
            let place = |error| Error::Within { place: format!("stage of `{}`", names[begin]), error: Box::new(error) };
            let mut network = self.like(&stage).map_err(place)?;
            layers.push((names[begin].clone(), network.fit(examples, each.clone()).map_err(place)?));
            let kept = if end < output { end } else { own.len() };
            for (at, (layer, trained)) in description.layers.iter_mut().zip(network.truncated(kept)?.layers).enumerate()
            {
                layer.learned = trained.learned;
                layer.frozen |= at < end;
            }
        }
        for (layer, own) in description.layers.iter_mut().zip(own) {
            (layer.frozen, layer.name) = (own.frozen, own.name.clone());
        }
        let mut network = self.like(&description)?;
        let whole = network.fit(examples, whole)?;
        *self = network;
        Ok(LayerwiseHistory { layers, whole })
    }

    /// A network of this description, compiled as this one was.
    fn like(&self, description: &Sequential) -> Result<Network> {
        let mut network = description.compile(self.optimizer.clone(), self.loss, self.device, self.seed)?;
        network.columns = self.columns.clone();
        Ok(network)
    }
}
