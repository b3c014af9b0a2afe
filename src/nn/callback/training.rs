//! `Training`: a running training, as callbacks see it.

use crate::error::Result;
use crate::nn::fit::Fit;
use crate::nn::history::Measured;
use crate::nn::run::Run;
use crate::nn::{Network, TrainingHistory};
use crate::optim::Schedule;

/// A running training, as a [`Callback`](super::Callback) sees it: its network, its history and when it ends.
#[derive(Debug)]
pub struct Training<'a> {
    pub(in crate::nn) network: &'a mut Network,
    pub(in crate::nn) fit: &'a Fit,
    pub(in crate::nn) run: Run,
    /// The batches of the epoch that the user interrupted.
    pub(in crate::nn) interrupted_after: Option<usize>,
}

impl<'a> Training<'a> {
    pub(in crate::nn) fn new(network: &'a mut Network, fit: &'a Fit, run: Run) -> Self {
        Training { network, fit, run, interrupted_after: None }
    }

    /// The network, with the weights that it has now.
    pub fn network(&self) -> &Network {
        self.network
    }

    /// The history so far.
    pub fn history(&self) -> &TrainingHistory {
        &self.run.history
    }

    /// The number of whole epochs so far: in [`on_epoch_end`](super::Callback::on_epoch_end) the number of the epoch that
    /// just ended, counted from 1.
    pub fn epoch(&self) -> usize {
        self.run.history.epochs()
    }

    /// The number of epochs that [`Fit::epochs`] set.
    pub fn epochs(&self) -> usize {
        self.fit.epochs
    }

    /// The value of a metric at the last epoch: `loss`, `validation accuracy`. NaN before the first epoch.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) if it is not measured, with the names of those that are.
    #[doc(alias = "logs")]
    pub fn last(&self, metric: &str) -> Result<f64> {
        if self.epoch() == 0 {
            return Ok(f64::NAN);
        }
        Ok(self.run.history.get(metric)?.last().copied().unwrap_or(f64::NAN))
    }

    /// Sets the learning rate of the next steps, as [`Network::set_learning_rate`] does.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) for a learning rate that is not a positive number.
    pub fn set_learning_rate(&mut self, learning_rate: impl Into<Schedule>) -> Result<()> {
        self.network.set_learning_rate(learning_rate)
    }

    /// Ends the training before its next epoch, for this reason, which
    /// [`stop_reason`](TrainingHistory::stop_reason) reports.
    #[doc(alias = "stop_training")]
    pub fn stop(&mut self, reason: impl AsRef<str>) {
        let (epoch, reason) = (self.epoch(), reason.as_ref());
        self.run.ended = true;
        self.run.history.stop_reason = match epoch {
            0 => format!("stopped before the first epoch: {reason}"),
            _ => format!("stopped after epoch {epoch}: {reason}"),
        };
    }

    /// Whether no epoch follows.
    pub(in crate::nn) fn is_over(&self) -> bool {
        self.run.ended || self.epoch() >= self.epochs()
    }

    /// Adds an epoch to the history.
    pub(in crate::nn) fn record(&mut self, measured: Measured, learning_rate: f64) {
        self.run.history.record(measured, learning_rate);
        self.run.history.stop_reason = format!("all {} epochs", self.fit.epochs);
    }

    /// Notes that the user interrupted the training after some of an epoch's batches.
    pub(in crate::nn) fn interrupt(&mut self, after: usize, batches: usize) {
        self.run.history.interrupt(self.fit.epochs, [after, batches]);
        self.interrupted_after = Some(after);
    }

    /// Notes that the training has ended.
    pub(in crate::nn) fn end(&mut self) {
        self.run.ended = true;
    }
}
