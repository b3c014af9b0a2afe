//! Training: epochs of steps over shuffled batches, judged after each.

use std::ops::ControlFlow;

use super::callback::{Checkpoint, LayerWatcher, WatchedLayers};
use super::device::{Device, DeviceUse};
use super::fit::Fit;
use super::history::{Measured, TrainingHistory};
use super::network::Network;
use super::prepare::{Prepared, require_size};
use super::run::Run;
use super::step::StepOptions;
use super::train_setup::check_sample_weights;
use crate::data::random::permutation;
use crate::data::{Examples, present};
use crate::engine::cpu;
use crate::engine::gpu::Session;
use crate::engine::memory::Memory;
use crate::engine::work::MOST_IN_HALF;
use crate::error::{Error, Result};
use crate::interrupt::{Heeding, heeding};
use crate::progress::Progress;

/// Asked after each epoch whether to go on.
type GoOn<'a> = dyn FnMut(&Network, &TrainingHistory) -> bool + 'a;

impl Network {
    /// Trains on these examples.
    ///
    /// A second call goes on from the weights, the optimizer's memory and the learning rate of the first; early stopping and
    /// plateaus begin to count anew. The same seed gives the same run. A target column of classes becomes what the loss needs.
    /// What takes longer than a second shows its progress.
    ///
    /// Where the reader interrupts the cell it ends before the next batch with what it has, which
    /// [`stop_reason`](TrainingHistory::stop_reason) says: the network has the weights it has come to (with early stopping those
    /// of the best epoch, as at every other end), steps of an epoch that is not whole included; the history has the
    /// whole epochs alone. Another `fit` goes on from there.
    ///
    /// # Errors
    /// Missing or infinite values, text, other columns than before, classes that do not fit the outputs or a metric, no rows,
    /// zero epochs, an empty validation set; a loss or a weight that is not finite. After an error the network is as before.
    pub fn fit(&mut self, examples: &dyn Examples, fit: Fit) -> Result<TrainingHistory> {
        self.fit_while(examples, fit, |_, _| true)
    }

    /// [`fit`](Network::fit) that asks after each epoch whether to go on.
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
        mut go_on: impl FnMut(&Network, &TrainingHistory) -> bool,
    ) -> Result<TrainingHistory> {
        let run = Run::new();
        self.train(examples, &fit.settled(), run, &mut go_on)
    }

    /// One step on these examples as one batch: online learning. Gives the loss before the step.
    ///
    /// # Errors
    /// As [`fit`](Network::fit): a loss before the step, or weights after it, that are not finite among them. After an error
    /// the network is as before.
    pub fn partial_fit(&mut self, examples: &dyn Examples) -> Result<f64> {
        let prepared = self.prepare(examples)?;
        let loss = match self.device.open()? {
            Some(gpu) => self.step_on_gpu(gpu, &prepared)?,
            None => self.step_on_cpu(&prepared)?,
        };
        self.learn_columns(examples);
        Ok(loss)
    }

    /// Goes on with a run until it ends.
    pub(super) fn train(
        &mut self,
        examples: &dyn Examples,
        fit: &Fit,
        run: Run,
        go_on: &mut GoOn<'_>,
    ) -> Result<TrainingHistory> {
        let heeding = heeding();
        let before = self.clone();
        let outcome = self.try_train(&heeding, examples, fit, run, go_on);
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }

    fn try_train(
        &mut self,
        heeding: &Heeding,
        examples: &dyn Examples,
        fit: &Fit,
        mut run: Run,
        go_on: &mut GoOn<'_>,
    ) -> Result<TrainingHistory> {
        self.check_fit(fit)?;
        let (all_rows, columns) = examples.inputs().dim();
        check_sample_weights(fit, all_rows)?;
        // What has a weight of 0 is not there.
        let present = present(&examples, fit.sample_weights.as_ref());
        let there: &dyn Examples = present.as_ref().map_or(examples, |present| present);
        let in_all_rows = |error| match &present {
            Some(present) => present.in_all_rows(error),
            None => error,
        };
        let all = self.prepare(there).map_err(in_all_rows)?;
        self.learn_columns(examples);
        let (train, validation) = self.divide(all, fit, all_rows)?;
        let train = self.weigh_classes(train, fit)?;
        for set in [Some(&train), validation.as_ref()].into_iter().flatten() {
            fit.metrics.iter().try_for_each(|metric| metric.check_targets(self, set))?;
        }
        let weights = train.weights.as_deref();
        let size = fit.batch.min(train.rows);
        let (gpu, device) = self.choose_device(&train, fit, size)?;
        if gpu.as_ref().is_some_and(|gpu| gpu.is_mixed()) {
            // Trained on are the first rows.
            require_size(there, &train.x, MOST_IN_HALF, 16).map_err(in_all_rows)?;
        }
        run.history.device.follow(device);
        let mut options = StepOptions::new(self, fit.clip);
        options.terminate_on_nan = fit.terminate_on_nan;
        options.outputs = !fit.metrics.is_empty();
        // What the session borrows of the network stays as it is while its weights change.
        let described = gpu.as_ref().map(|_| self.clone());
        let mut session = None;
        if let (Some(gpu), Some(described)) = (gpu, &described) {
            let job = described.job(self.mode(), size, fit.clip, options.outputs);
            let judged = validation.as_ref().map(|set| set.data(set.weights.as_deref()));
            let data = train.data(weights);
            match Session::new(gpu, job, &self.parameters, self.state.values(), Some(data), judged) {
                Ok(new) => session = Some(new),
                Err(error @ Error::Device { .. }) if self.device == Device::Auto => {
                    run.history.device = DeviceUse::cpu(format!("since {error}"), fit.precision);
                }
                Err(error) => return Err(error),
            }
        }
        let rows = if session.is_some() { 0 } else { size };
        let mut memory = Memory::new(&self.plan, rows, train.targets, true)?;
        let mut watcher = match fit.watch_layers {
            true => Some(LayerWatcher::new(self, &train)?),
            false => None,
        };
        if let Some(watcher) = &mut watcher
            && run.history.watched.is_none()
        {
            let start = run.history.watched.insert(WatchedLayers::new());
            watcher.look(self, &train, weights, 0, start)?;
        }
        run.history.interrupted = false;
        let mut progress = Progress::new("epoch", fit.epochs);
        while run.history.epochs() < fit.epochs && !run.ended {
            let rate = self.learning_rate();
            let order = match fit.shuffle {
                true => permutation(train.rows, &mut self.seed.of_epoch(self.epochs)),
                false => (0..train.rows).collect(),
            };
            let pass = match &mut session {
                Some(session) => {
                    let sets = (&train, validation.as_ref());
                    self.epoch_on_gpu(session, &order, sets, fit, &options, &|| heeding.requested())?
                }
                None => {
                    let watch = watcher.as_ref().zip(run.history.watched.as_mut());
                    let shares = cpu::shares_work(&self.plan, size);
                    let epoch = || self.epoch(&train, &order, weights, fit, &options, &mut memory, watch, heeding);
                    // From inside of rayon's pool work is shared out sooner; small networks do without.
                    match if shares { rayon::scope(|_| epoch()) } else { epoch() }? {
                        ControlFlow::Continue(values) => {
                            let evaluation = validation.as_ref().map(|set| self.evaluation_on_cpu(set, &fit.metrics));
                            ControlFlow::Continue((values, evaluation.transpose()?))
                        }
                        ControlFlow::Break(batches) => ControlFlow::Break(batches),
                    }
                }
            };
            if let Some(session) = &mut session {
                run.history.device.add(std::mem::take(&mut session.counts));
            }
            let (mut values, evaluation) = match pass {
                ControlFlow::Continue(measured) => measured,
                ControlFlow::Break(batches) => {
                    run.history.interrupt(fit.epochs, [batches, train.rows.div_ceil(size)]);
                    if let (Some((path, _)), 0) = (&fit.checkpoint, batches)
                        && run.history.epochs() > 0
                    {
                        // From between two epochs it can go on to the same end.
                        Checkpoint::write(path, self, fit, &run, [all_rows, columns])?;
                    }
                    self.end(&mut run);
                    progress.end(run.history.epochs(), || run.history.latest());
                    break;
                }
            };
            if let Some(evaluation) = evaluation {
                values.push(("validation loss".into(), evaluation.loss));
                values
                    .extend(evaluation.metrics.into_iter().map(|(name, value)| (format!("validation {name}"), value)));
            }
            run.history.record(values, rate);
            let epoch = run.history.epochs();
            if let (Some(watcher), Some(watched)) = (&mut watcher, &mut run.history.watched) {
                watcher.look(self, &train, weights, epoch, watched)?;
            }
            self.after_epoch(fit, &mut run, go_on);
            progress.update(epoch, || run.history.latest());
            let last = run.ended || epoch == fit.epochs;
            if last {
                progress.end(epoch, || run.history.latest());
                self.end(&mut run);
            }
            if let Some((path, every)) = &fit.checkpoint
                && (last || epoch.is_multiple_of(*every))
            {
                Checkpoint::write(path, self, fit, &run, [all_rows, columns])?;
            }
        }
        Ok(run.history)
    }

    /// One pass over the examples in this order; gives the mean loss and the metrics on what the batches gave, or after
    /// how many batches it was interrupted.
    #[expect(clippy::too_many_arguments, reason = "what a training holds beside the network")]
    fn epoch(
        &mut self,
        train: &Prepared,
        order: &[usize],
        weights: Option<&[f64]>,
        fit: &Fit,
        options: &StepOptions,
        memory: &mut Memory<f32>,
        mut watch: Option<(&LayerWatcher, &mut WatchedLayers)>,
        heeding: &Heeding,
    ) -> Result<ControlFlow<usize, Measured>> {
        let measures = !fit.metrics.is_empty();
        let (mut outputs, mut sum) = (vec![], 0.0);
        let batches = train.rows.div_ceil(memory.capacity);
        for (at, rows) in order.chunks(memory.capacity).enumerate() {
            if heeding.requested() {
                self.require_finite_parameters(fit)?;
                return Ok(ControlFlow::Break(at));
            }
            self.gather(train, weights, rows, memory);
            let loss = match &mut watch {
                Some((watcher, watched)) if LayerWatcher::sees(at, batches) => {
                    watcher.descend(self, memory, rows.len(), options, watched)?
                }
                _ => self.descend(memory, rows.len(), options)?,
            };
            sum += loss * rows.len() as f64;
            if measures {
                outputs.extend_from_slice(memory.value(self.plan.output, rows.len()));
            }
        }
        self.require_finite_parameters(fit)?;
        self.epochs += 1;
        self.quantities(train, order, sum, &outputs, fit).map(ControlFlow::Continue)
    }

    /// The mean loss of an epoch, and the metrics on what it put out, row after row in this order.
    pub(super) fn quantities(
        &self,
        train: &Prepared,
        order: &[usize],
        sum: f64,
        outputs: &[f32],
        fit: &Fit,
    ) -> Result<Measured> {
        let mut values = vec![("loss".to_string(), sum / train.rows as f64)];
        if !fit.metrics.is_empty() {
            let truth =
                ndarray::Array2::from_shape_fn((train.rows, train.targets), |(at, column)| train.y(order[at])[column]);
            let outputs = self.outputs_matrix(outputs)?;
            for metric in &fit.metrics {
                values.push((metric.to_string(), metric.of(self, &truth, &outputs)?));
            }
        }
        Ok(values)
    }

    /// The last step of all is seen by no further loss.
    pub(super) fn require_finite_parameters(&self, fit: &Fit) -> Result<()> {
        if fit.terminate_on_nan { self.require_finite() } else { Ok(()) }
    }

    /// What watches the training has its say.
    fn after_epoch(&mut self, fit: &Fit, run: &mut Run, go_on: &mut GoOn<'_>) {
        let epoch = run.history.epochs();
        if let Some((quantity, reduce)) = &fit.plateau {
            let value = run.history.last(quantity).unwrap_or(f64::NAN);
            let rate = self.scheduled_rate();
            let lowered = reduce.after_epoch(&mut run.plateau, value, self.learning_rate());
            if rate > 0.0 {
                self.rate_factor = lowered / rate;
            }
        }
        run.history.stop_reason = format!("all {} epochs", fit.epochs);
        if let Some(rule) = &fit.early_stopping {
            let value = run.history.last(rule.quantity()).unwrap_or(f64::NAN);
            if run.watch.after_epoch(rule, epoch, value, &self.parameters) {
                run.ended = true;
                run.history.stop_reason = format!("ended after epoch {epoch}: {} got no better", rule.quantity());
            }
        }
        if !go_on(self, &run.history) {
            run.ended = true;
            run.history.stop_reason = format!("ended by its watcher after epoch {epoch}");
        }
    }

    /// The best weights, where early stopping kept some.
    fn end(&mut self, run: &mut Run) {
        run.ended = true;
        if let Some((epoch, parameters)) = run.watch.kept.take() {
            self.parameters = parameters;
            run.history.best_epoch = Some(epoch);
            run.history.stop_reason += &format!("; weights of epoch {epoch}");
        }
    }
}
