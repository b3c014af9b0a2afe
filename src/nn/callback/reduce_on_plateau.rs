//! Lower learning rates where a metric stops improving.

use super::{Callback, Training};
use crate::error::Result;
use crate::optim::schedule::ReduceOnPlateau;

/// Lowers the learning rate by this rule. What it knows of the epochs so far is in the [`Run`](crate::nn::run::Run), so
/// that checkpoints keep it.
pub(super) struct ReducesOnPlateau<'a> {
    pub monitor: &'a str,
    pub reduce: &'a ReduceOnPlateau,
}

impl Callback for ReducesOnPlateau<'_> {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        let value = training.last(self.monitor)?;
        let network = &mut *training.network;
        let lowered = self.reduce.after_epoch(&mut training.run.plateau, value, network.learning_rate());
        let scheduled = network.scheduled_rate();
        if scheduled > 0.0 {
            network.rate_factor = lowered / scheduled;
        }
        Ok(())
    }
}
