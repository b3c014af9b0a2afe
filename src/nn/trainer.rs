//! `Trainer`: what runs the steps of an epoch, on the CPU or on a GPU.

use std::ops::ControlFlow;

use ndarray::Array2;

use super::device::{Device, DeviceUse};
use super::fit::Fit;
use super::history::{Measured, TrainingHistory};
use super::network::Network;
use super::prepare::Prepared;
use super::train_on_cpu::CpuTrainer;
use super::train_on_gpu::GpuTrainer;
use super::train_setup::TrainingSets;
use crate::error::{Error, Result};
use crate::interrupt::Heeding;
use crate::metrics::Evaluation;

pub(super) enum Trainer<'a> {
    Cpu(Box<CpuTrainer<'a>>),
    Gpu(Box<GpuTrainer<'a>>),
}

impl<'a> Trainer<'a> {
    /// A trainer on the chosen device, of which the history learns. `network` is the network before the training.
    pub fn new(
        network: &'a Network,
        sets: &'a TrainingSets,
        fit: &'a Fit,
        heeding: &'a Heeding,
        history: &mut TrainingHistory,
    ) -> Result<Self> {
        history.interrupted = false;
        history.device.follow(sets.device.clone());
        if let Some(gpu) = &sets.gpu {
            match GpuTrainer::new(network, gpu.clone(), sets, fit, heeding) {
                Ok(trainer) => return Ok(Trainer::Gpu(Box::new(trainer))),
                Err(error @ Error::Device { .. }) if network.device == Device::Auto => {
                    history.device = DeviceUse::cpu(format!("since {error}"), fit.precision);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Trainer::Cpu(Box::new(CpuTrainer::new(network, sets, fit, heeding)?)))
    }

    /// Trains the network on the examples in this order and evaluates it on the validation set. Returns the loss and the
    /// metrics, or after how many batches the user interrupted it.
    pub fn epoch(
        &mut self,
        network: &mut Network,
        order: &[usize],
        history: &mut TrainingHistory,
    ) -> Result<ControlFlow<usize, Measured>> {
        match self {
            Trainer::Cpu(trainer) => trainer.epoch(network, order, history.watched.as_mut()),
            Trainer::Gpu(trainer) => trainer.epoch(network, order, &mut history.device),
        }
    }
}

/// What was measured while training, and on the validation set after it.
pub(super) fn with_validation(mut measured: Measured, evaluation: Option<Evaluation>) -> Measured {
    if let Some(Evaluation { loss, metrics }) = evaluation {
        measured.push(("validation loss".into(), loss));
        measured.extend(metrics.into_iter().map(|(name, value)| (format!("validation {name}"), value)));
    }
    measured
}

impl Network {
    /// The mean loss of an epoch from the sum of its losses, and the metrics of its outputs, row after row in this order.
    pub(super) fn measure(
        &self,
        train: &Prepared,
        order: &[usize],
        sum: f64,
        outputs: &[f32],
        fit: &Fit,
    ) -> Result<Measured> {
        let mut values = vec![("loss".to_string(), sum / train.rows as f64)];
        if !fit.metrics.is_empty() {
            let truth = Array2::from_shape_fn((train.rows, train.targets), |(at, column)| train.y(order[at])[column]);
            let outputs = self.outputs_matrix(outputs)?;
            for metric in &fit.metrics {
                values.push((metric.to_string(), metric.of(self, &truth, &outputs)?));
            }
        }
        Ok(values)
    }

    /// Checks the parameters after an epoch, since no loss follows the last step.
    pub(super) fn require_finite_parameters(&self, fit: &Fit) -> Result<()> {
        if fit.terminate_on_nan { self.require_finite() } else { Ok(()) }
    }
}
