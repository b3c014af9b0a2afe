//! Training on a GPU: the steps of an epoch at once.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::device::DeviceUse;
use super::fit::Fit;
use super::history::Measured;
use super::network::Network;
use super::prepare::Prepared;
use super::train_setup::TrainingSets;
use super::trainer::with_validation;
use crate::engine::gpu::{Gpu, Session};
use crate::engine::plan::Mode;
use crate::engine::work::{Data, Job, MOST_IN_HALF, Seen, StepNumbers};
use crate::error::{Error, Result};
use crate::interrupt::Heeding;
use crate::optim::Clip;

impl Prepared {
    /// The examples as the engine takes them.
    pub(super) fn data<'a>(&'a self, weights: Option<&'a [f64]>) -> Data<'a> {
        Data { rows: self.rows, inputs: self.inputs, targets: self.targets, x: &self.x, y: &self.y, weights }
    }
}

/// A training on a GPU.
pub(super) struct GpuTrainer<'a> {
    pub session: Session<'a>,
    pub train: &'a Prepared,
    pub validation: Option<&'a Prepared>,
    pub fit: &'a Fit,
    /// `None` if nothing interrupts it.
    pub heeding: Option<&'a Heeding>,
}

impl<'a> GpuTrainer<'a> {
    pub fn new(
        network: &'a Network,
        gpu: Arc<Gpu>,
        sets: &'a TrainingSets,
        fit: &'a Fit,
        heeding: &'a Heeding,
    ) -> Result<Self> {
        let (train, validation) = (&sets.train, sets.validation.as_ref());
        let job = network.job(network.mode(), sets.batch, fit.clip, !fit.metrics.is_empty());
        let [data, held_back] = [Some(train), validation].map(|set| set.map(|set| set.data(set.weights.as_deref())));
        let session = Session::new(gpu, job, &network.parameters, network.state.values(), data, held_back)?;
        Ok(GpuTrainer { session, train, validation, fit, heeding: Some(heeding) })
    }

    /// As [`Trainer::epoch`](super::trainer::Trainer::epoch); `device` adds up the work.
    pub fn epoch(
        &mut self,
        network: &mut Network,
        order: &[usize],
        device: &mut DeviceUse,
    ) -> Result<ControlFlow<usize, Measured>> {
        let measured = self.steps(network, order)?;
        device.add(std::mem::take(&mut self.session.counts));
        Ok(measured)
    }

    fn steps(&mut self, network: &mut Network, order: &[usize]) -> Result<ControlFlow<usize, Measured>> {
        let batch = self.fit.batch.min(self.train.rows);
        let (before, counted) = (network.steps, network.state.counts());
        let numbers = network.numbers(self.train.rows.div_ceil(batch));
        let heeding = self.heeding;
        let epoch = self.session.epoch_until(order, &numbers, &|| heeding.is_some_and(Heeding::requested))?;
        network.parameters = epoch.parameters;
        network.state.set_values(epoch.slots);
        if let Some(steps) = epoch.stopped_after {
            // The steps of the whole epoch were counted before the first.
            network.steps = before;
            network.state.set_counts(counted);
            network.numbers(steps);
            network.require_finite_parameters(self.fit).map_err(|error| self.advised(error))?;
            return Ok(ControlFlow::Break(steps));
        }
        let sum = self.sum_of_losses(network, &epoch.training, before, numbers.len())?;
        network.require_finite_parameters(self.fit).map_err(|error| self.advised(error))?;
        network.epochs += 1;
        let measured = network.measure(self.train, order, sum, &epoch.training.outputs, self.fit)?;
        let evaluation = match (self.validation, &epoch.validation) {
            (Some(set), Some(seen)) => Some(network.evaluation_from(set, &self.fit.metrics, seen)?),
            _ => None,
        };
        Ok(ControlFlow::Continue(with_validation(measured, evaluation)))
    }

    /// The sum of the losses of all examples, with the penalties of each step.
    fn sum_of_losses(&self, network: &mut Network, training: &Seen, before: u64, steps: usize) -> Result<f64> {
        let batch = self.fit.batch.min(self.train.rows);
        let penalties = training.penalties.len() / steps;
        let mut sum = 0.0;
        for (step, losses) in training.losses.chunks(batch).enumerate() {
            let of_data = losses.iter().map(|loss| f64::from(*loss)).sum::<f64>();
            let of_weights = training.penalties[step * penalties..][..penalties].iter();
            let of_weights = of_weights.map(|penalty| f64::from(*penalty)).sum::<f64>() * losses.len() as f64;
            if self.fit.terminate_on_nan && !(of_data + of_weights).is_finite() {
                let loss = (of_data + of_weights) / losses.len() as f64;
                network.steps = before + step as u64;
                network.require_number("loss", loss).map_err(|error| self.advised(error))?;
            }
            sum += of_data + of_weights;
        }
        Ok(sum)
    }

    /// Adds the way out that mixed precision has.
    fn advised(&self, error: Error) -> Error {
        match error {
            Error::Data(problem) if self.session.is_mixed() => Error::Data(format!(
                "{problem}. In mixed precision nothing beyond {MOST_IN_HALF} enters a product: scale the targets, too, or \
                 train with `Precision::Full`"
            )),
            error => error,
        }
    }
}

impl Network {
    /// What a GPU does with this network.
    pub(super) fn job(&self, mode: Mode, batch: usize, clip: Option<Clip>, outputs: bool) -> Job<'_> {
        let optimizer = Some((&self.optimizer, clip));
        Job { plan: &self.plan, loss: &self.loss_at, mode, optimizer, batch, outputs }
    }

    /// The numbers of the next steps, which count as done.
    pub(super) fn numbers(&mut self, steps: usize) -> Vec<StepNumbers> {
        let mut next = || {
            let rate = self.learning_rate();
            let coefficients = self.optimizer.coefficients(&mut self.state, rate);
            self.steps += 1;
            StepNumbers { number: self.steps - 1, coefficients }
        };
        (0..steps).map(|_| next()).collect()
    }

    /// One step on all examples as one batch.
    pub(super) fn step_on_gpu(&mut self, gpu: Arc<Gpu>, examples: &Prepared) -> Result<f64> {
        let fit = Fit::epochs(1).batch(examples.rows);
        let order: Vec<usize> = (0..examples.rows).collect();
        let mut next = self.clone();
        let job = self.job(self.mode(), examples.rows, None, false);
        let session = Session::new(gpu, job, &self.parameters, self.state.values(), Some(examples.data(None)), None)?;
        let mut trainer = GpuTrainer { session, train: examples, validation: None, fit: &fit, heeding: None };
        let measured = trainer.steps(&mut next, &order)?.continue_value();
        // A step does not count as an epoch.
        next.epochs = self.epochs;
        drop(trainer);
        *self = next;
        Ok(measured.and_then(|values| values.into_iter().next()).map_or(f64::NAN, |(_, loss)| loss))
    }

    /// Losses and outputs of these examples, in their order.
    pub(super) fn see(&self, gpu: Arc<Gpu>, data: Data<'_>, outputs: bool) -> Result<Seen> {
        let job = Job { optimizer: None, ..self.job(Mode::Predict, 1, None, outputs) };
        Session::new(gpu, job, &self.parameters, &[], None, Some(data))?.evaluate()
    }
}
