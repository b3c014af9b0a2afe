//! Norms of gradients, weights and updates at some steps of each epoch.

use super::watched_layers::{ObservedLayer, WatchedLayers};
use crate::engine::memory::Memory;
use crate::error::Result;
use crate::monitor::Norms;
use crate::nn::Network;
use crate::nn::step::StepOptions;

/// Steps per epoch whose norms are recorded.
const STEPS: usize = 10;

/// The layers whose norms are recorded: between gradient and update, inside a step, where no callback runs.
pub(in crate::nn) struct LayerNorms(Vec<ObservedLayer>);

impl LayerNorms {
    pub fn new(network: &Network) -> Result<Self> {
        Ok(LayerNorms(ObservedLayer::all(network)?))
    }

    /// Whether the norms of this step of an epoch are recorded.
    pub fn records(step: usize, steps: usize) -> bool {
        step == 0 || step * STEPS / steps != (step - 1) * STEPS / steps
    }

    /// A step of training that records its norms, otherwise as [`Network::descend`].
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
        for layer in &self.0 {
            let Some(range) = layer.trained() else { continue };
            let (gradient, before) = (&gradient[range.clone()], &before[range.clone()]);
            let after = &network.parameters[range];
            let wide = |value: &f32| f64::from(*value);
            let update = after.iter().zip(before).map(|(after, before)| wide(after) - wide(before));
            let norms = Norms::of(gradient.iter().map(wide), before.iter().map(wide), update);
            watched.flow.record(step, &layer.name, norms);
        }
        Ok(loss)
    }
}
