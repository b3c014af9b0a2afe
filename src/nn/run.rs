//! `Run`: how far a training is.

use serde::{Deserialize, Serialize};

use super::callback::Watch;
use super::history::TrainingHistory;
use crate::optim::schedule::Plateau;

/// How far a training is: what a checkpoint must hold beside the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    pub history: TrainingHistory,
    pub watch: Watch,
    pub plateau: Plateau,
    /// Whether it has come to its end.
    pub ended: bool,
}

impl Run {
    pub fn new() -> Self {
        Run { history: TrainingHistory::default(), watch: Watch::default(), plateau: Plateau::default(), ended: false }
    }

    /// What does not fit in a training that was read from a file, of a network with this many parameters.
    pub fn check(&self, parameters: usize) -> std::result::Result<(), String> {
        self.history.check()?;
        match &self.watch.kept {
            Some((_, kept)) if kept.len() != parameters => {
                Err(format!("{} parameters of the best epoch, where there are {parameters}", kept.len()))
            }
            _ => Ok(()),
        }
    }
}
