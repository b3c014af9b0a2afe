//! `Run`: the state of a training between two epochs.

use serde::{Deserialize, Serialize};

use super::callback::EarlyStoppingState;
use super::history::TrainingHistory;
use crate::optim::schedule::Plateau;

/// The state of a training between two epochs: what a checkpoint stores in addition to the network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    pub history: TrainingHistory,
    #[serde(alias = "watch")]
    pub early_stopping: EarlyStoppingState,
    pub plateau: Plateau,
    /// Whether the training has ended.
    pub ended: bool,
}

impl Run {
    /// Checks what was read from a file, for a network with this number of parameters.
    pub fn check(&self, parameters: usize) -> std::result::Result<(), String> {
        self.history.check()?;
        match &self.early_stopping.kept {
            Some((_, kept)) if kept.len() != parameters => {
                Err(format!("{} parameters of the best epoch, where there are {parameters}", kept.len()))
            }
            _ => Ok(()),
        }
    }
}
