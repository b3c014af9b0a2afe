//! Training: epochs of steps over shuffled batches, with callbacks around them.

use std::ops::ControlFlow;

use super::callback::{Callback, Callbacks, Event, Training};
use super::fit::Fit;
use super::history::TrainingHistory;
use super::network::Network;
use super::run::Run;
use super::trainer::Trainer;
use crate::data::Examples;
use crate::data::random::permutation;
use crate::error::Result;
use crate::interrupt::heeding;

impl Network {
    /// Trains on these examples.
    ///
    /// A second call continues from the weights, the optimizer's state and the learning rate of the first; early stopping and
    /// plateaus count from 0 again. The same seed gives the same run. A target column of classes becomes what the loss needs.
    /// What takes longer than a second shows its progress.
    ///
    /// If the user interrupts the cell, the training ends before the next batch, as
    /// [`stop_reason`](TrainingHistory::stop_reason) reports. The network has the weights that it has reached, those of steps
    /// in an unfinished epoch included (with early stopping those of the best epoch, as at every other end); the history has
    /// the whole epochs only. Another `fit` continues from there.
    ///
    /// # Errors
    /// Missing or infinite values, text, other columns than before, classes that do not fit the outputs or a metric, no rows,
    /// zero epochs, an empty validation set; a loss or a weight that is not finite. After an error the network is as before.
    pub fn fit(&mut self, examples: &dyn Examples, fit: Fit) -> Result<TrainingHistory> {
        self.fit_with(examples, fit, &mut [])
    }

    /// [`fit`](Network::fit) with callbacks: logs, schedules, conditions of your own. See [`Callback`].
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let data = (array![[0.0], [1.0], [2.0]], array![1.0, 3.0, 5.0]);
    /// let mut net = Sequential::new([1]).dense(1).compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1))?;
    /// let mut print = |training: &mut Training<'_>| {
    ///     println!("epoch {}: {}", training.epoch(), training.last("loss")?);
    ///     Ok(())
    /// };
    /// net.fit_with(&data, Fit::epochs(3), &mut [&mut print])?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Network::fit); what a callback returns.
    #[doc(alias = "callbacks")]
    pub fn fit_with(
        &mut self,
        examples: &dyn Examples,
        fit: Fit,
        callbacks: &mut [&mut dyn Callback],
    ) -> Result<TrainingHistory> {
        self.train(examples, &fit.settled(), Run::default(), callbacks)
    }

    /// [`fit`](Network::fit) as long as a condition holds after each epoch.
    ///
    /// ```
    /// # use gradus::nn::{Device, Fit, Sequential};
    /// # use gradus::{loss::MeanSquaredError, optim::Sgd, prelude::*};
    /// let data = (array![[0.0], [1.0], [2.0]], array![1.0, 3.0, 5.0]);
    /// let mut net = Sequential::new([1]).dense(1).compile(Sgd::new(0.1), MeanSquaredError, Device::Cpu, Seed(1))?;
    /// let history = net.fit_while(&data, Fit::epochs(1000).batch(3), |_, so_far| {
    ///     so_far.loss().last().is_some_and(|loss| *loss > 1e-6)
    /// })?;
    /// assert!(history.epochs() < 1000);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Network::fit).
    pub fn fit_while(
        &mut self,
        examples: &dyn Examples,
        fit: Fit,
        mut condition: impl FnMut(&Network, &TrainingHistory) -> bool,
    ) -> Result<TrainingHistory> {
        let mut stop = |training: &mut Training<'_>| {
            if !condition(training.network(), training.history()) {
                training.stop("the condition of `fit_while` no longer holds");
            }
            Ok(())
        };
        self.fit_with(examples, fit, &mut [&mut stop])
    }

    /// Trains until the run ends. After an error the network is as before.
    pub(super) fn train(
        &mut self,
        examples: &dyn Examples,
        fit: &Fit,
        run: Run,
        callbacks: &mut [&mut dyn Callback],
    ) -> Result<TrainingHistory> {
        let before = self.clone();
        let outcome = self.try_train(&before, examples, fit, run, callbacks);
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }

    fn try_train(
        &mut self,
        before: &Network,
        examples: &dyn Examples,
        fit: &Fit,
        mut run: Run,
        callbacks: &mut [&mut dyn Callback],
    ) -> Result<TrainingHistory> {
        let heeding = heeding();
        let sets = self.training_sets(examples, fit)?;
        let mut trainer = Trainer::new(before, &sets, fit, &heeding, &mut run.history)?;
        let mut callbacks = Callbacks::new(self, fit, &sets, callbacks)?;
        let mut training = Training::new(self, fit, run);
        callbacks.on(Event::TrainBegin, &mut training)?;
        while !training.is_over() {
            callbacks.on(Event::EpochBegin, &mut training)?;
            if training.is_over() {
                break;
            }
            let rate = training.network.learning_rate();
            let order = training.network.order(sets.train.rows, fit);
            match trainer.epoch(training.network, &order, &mut training.run.history)? {
                ControlFlow::Continue(measured) => {
                    training.record(measured, rate);
                    callbacks.on(Event::EpochEnd, &mut training)?;
                }
                ControlFlow::Break(batches) => {
                    training.interrupt(batches, sets.batches());
                    callbacks.on(Event::Interrupt, &mut training)?;
                    break;
                }
            }
        }
        training.end();
        callbacks.on(Event::TrainEnd, &mut training)?;
        Ok(training.run.history)
    }

    /// The order of the examples in the next epoch.
    fn order(&self, rows: usize, fit: &Fit) -> Vec<usize> {
        match fit.shuffle {
            true => permutation(rows, &mut self.seed.of_epoch(self.epochs)),
            false => (0..rows).collect(),
        }
    }
}
