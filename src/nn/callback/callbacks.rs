//! `Callbacks`: all callbacks of a training, in their order.

use super::checkpoint::CheckpointWriter;
use super::early_stopping::StopsEarly;
use super::progress_bar::ProgressBar;
use super::reduce_on_plateau::ReducesOnPlateau;
use super::watched_layers::LayerWatcher;
use super::{Callback, Training};
use crate::error::Result;
use crate::nn::Network;
use crate::nn::fit::Fit;
use crate::nn::train_setup::TrainingSets;

/// What callbacks hear of.
#[derive(Clone, Copy, Debug)]
pub(in crate::nn) enum Event {
    TrainBegin,
    EpochBegin,
    EpochEnd,
    Interrupt,
    TrainEnd,
}

/// Those that [`Fit`] asks for, around those of the user.
pub(in crate::nn) struct Callbacks<'a, 'u> {
    before: Vec<Box<dyn Callback + 'a>>,
    users: &'a mut [&'u mut dyn Callback],
    after: Vec<Box<dyn Callback + 'a>>,
}

impl<'a, 'u> Callbacks<'a, 'u> {
    pub fn new(
        network: &Network,
        fit: &'a Fit,
        sets: &'a TrainingSets,
        users: &'a mut [&'u mut dyn Callback],
    ) -> Result<Self> {
        let mut before: Vec<Box<dyn Callback + 'a>> = vec![];
        if fit.watch_layers {
            before.push(Box::new(LayerWatcher::new(network, &sets.train)?));
        }
        if let Some((monitor, reduce)) = &fit.plateau {
            before.push(Box::new(ReducesOnPlateau { monitor, reduce }));
        }
        if let Some(rule) = &fit.early_stopping {
            before.push(Box::new(StopsEarly { rule }));
        }
        let mut after: Vec<Box<dyn Callback + 'a>> = vec![Box::new(ProgressBar::new(fit.epochs))];
        if let Some((path, every)) = &fit.checkpoint {
            after.push(Box::new(CheckpointWriter { path, every: *every, shape: sets.shape }));
        }
        Ok(Callbacks { before, users, after })
    }

    /// Runs all of them.
    pub fn on(&mut self, event: Event, training: &mut Training<'_>) -> Result<()> {
        let mut run = |callback: &mut dyn Callback| match event {
            Event::TrainBegin => callback.on_train_begin(training),
            Event::EpochBegin => callback.on_epoch_begin(training),
            Event::EpochEnd => callback.on_epoch_end(training),
            Event::Interrupt => callback.on_interrupt(training),
            Event::TrainEnd => callback.on_train_end(training),
        };
        self.before.iter_mut().try_for_each(|callback| run(callback.as_mut()))?;
        self.users.iter_mut().try_for_each(|callback| run(&mut **callback))?;
        self.after.iter_mut().try_for_each(|callback| run(callback.as_mut()))
    }
}
