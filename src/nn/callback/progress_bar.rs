//! The progress of a training, epoch by epoch.

use super::{Callback, Training};
use crate::error::Result;
use crate::progress::Progress;

pub(super) struct ProgressBar(Progress);

impl ProgressBar {
    pub fn new(epochs: usize) -> Self {
        ProgressBar(Progress::new("epoch", epochs))
    }
}

impl Callback for ProgressBar {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.0.update(training.epoch(), || training.history().latest());
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        self.0.end(training.epoch(), || training.history().latest());
        Ok(())
    }
}
