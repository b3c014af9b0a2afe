//! One step of training: forward, loss, backward, update.

use super::network::Network;
use super::prepare::Prepared;
use crate::data::{Examples, short};
use crate::engine::cpu;
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::error::{Error, Result};
use crate::optim::{Clip, Optimizer, Schedule};
use crate::real::sum_of;

/// The options of a step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StepOptions {
    pub clip: Option<Clip>,
    /// The lengths of the trained parameters, for clipping each separately.
    pub tensors: Vec<usize>,
    /// Whether a loss that is not finite is an error, before anything changes.
    pub terminate_on_nan: bool,
    /// Whether the outputs are needed; a loss that is fused with the last activation does without them.
    pub outputs: bool,
}

impl StepOptions {
    pub fn new(network: &Network, clip: Option<Clip>) -> Self {
        let trained = network.plan.parameters.iter().filter(|parameter| parameter.trained);
        StepOptions {
            clip,
            tensors: trained.map(|parameter| parameter.length()).collect(),
            terminate_on_nan: true,
            outputs: false,
        }
    }
}

impl Network {
    /// The learning rate of the next step: the schedule's rate, times what
    /// [`Fit::reduce_on_plateau`](super::Fit::reduce_on_plateau) has made of it so far.
    pub fn learning_rate(&self) -> f64 {
        self.scheduled_rate() * self.rate_factor
    }

    /// Sets the learning rate of the next steps, a number or a schedule. The optimizer keeps its state; what
    /// [`Fit::reduce_on_plateau`](super::Fit::reduce_on_plateau) has made of the old rate is dropped.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a rate or a schedule out of range.
    pub fn set_learning_rate(&mut self, learning_rate: impl Into<Schedule>) -> Result<()> {
        let learning_rate = learning_rate.into();
        learning_rate.check()?;
        self.optimizer.set_learning_rate(learning_rate);
        self.rate_factor = 1.0;
        Ok(())
    }

    /// The learning rate of the next step by the schedule alone.
    pub(super) fn scheduled_rate(&self) -> f64 {
        self.optimizer.learning_rate().rate(self.state.steps())
    }

    /// The seed of the masks and noises of training.
    pub(super) fn mode(&self) -> Mode {
        Mode::Train { seed: self.seed.0, step: self.steps }
    }

    /// Puts the examples of these rows into memory, with their weights.
    pub(super) fn gather(
        &self,
        examples: &Prepared,
        weights: Option<&[f64]>,
        rows: &[usize],
        memory: &mut Memory<f32>,
    ) {
        let inputs = memory.value_mut(self.plan.input, rows.len());
        for (place, row) in inputs.chunks_exact_mut(examples.inputs).zip(rows) {
            place.copy_from_slice(examples.x(*row));
        }
        for (place, row) in memory.truth.chunks_exact_mut(examples.targets).zip(rows) {
            place.copy_from_slice(examples.y(*row));
        }
        if let Some(weights) = weights {
            for (place, row) in memory.weights.iter_mut().zip(rows) {
                *place = weights[*row];
            }
        }
    }

    /// Values, loss and gradient of the batch in memory, with the `outputs` if requested; returns the loss with all
    /// penalties.
    pub(super) fn differentiate(&self, memory: &mut Memory<f32>, rows: usize, outputs: bool) -> Result<f64> {
        let (mode, fused) = (self.mode(), self.loss_at.fused);
        let operations = 0..self.plan.operations.len() - if outputs { 0 } else { fused };
        let activities = cpu::forward_through(&self.plan, &self.parameters, memory, rows, mode, operations)?;
        let loss = cpu::loss(&self.loss_at, memory, rows, true);
        cpu::backward(&self.plan, &self.parameters, memory, rows, mode, fused)?;
        let penalties = cpu::penalties(&self.plan, &self.parameters, Some(&mut memory.gradient))?;
        Ok(loss + activities + penalties)
    }

    /// One step down the gradient of the batch in memory. Returns the loss before it.
    pub(super) fn descend(&mut self, memory: &mut Memory<f32>, rows: usize, options: &StepOptions) -> Result<f64> {
        let loss = self.differentiate_checked(memory, rows, options)?;
        self.update(memory, options)?;
        Ok(loss)
    }

    /// [`differentiate`](Network::differentiate), where a loss that is not finite is an error if the options say so.
    pub(super) fn differentiate_checked(
        &self,
        memory: &mut Memory<f32>,
        rows: usize,
        options: &StepOptions,
    ) -> Result<f64> {
        let loss = self.differentiate(memory, rows, options.outputs)?;
        if options.terminate_on_nan {
            self.require_number("loss", loss)?;
        }
        Ok(loss)
    }

    /// The step along the gradient in memory.
    pub(super) fn update(&mut self, memory: &mut Memory<f32>, options: &StepOptions) -> Result<()> {
        if let Some(clip) = options.clip {
            clip.apply(&mut memory.gradient, &options.tensors)?;
        }
        let rate = self.learning_rate();
        let trained = &mut self.parameters[..self.plan.trained];
        self.optimizer.step(&mut self.state, trained, &memory.gradient, rate as f32)?;
        cpu::constrain(&self.plan, &mut self.parameters)?;
        cpu::update_statistics(&self.plan, &mut self.parameters, memory);
        self.steps += 1;
        Ok(())
    }

    /// Takes one step on these examples as one batch, for online learning, and returns the loss before the step.
    ///
    /// # Errors
    /// As [`fit`](Network::fit): a loss before the step, or weights after it, that are not finite among them. After an error
    /// the network is as before.
    #[doc(alias = "train_on_batch")]
    pub fn partial_fit(&mut self, examples: &dyn Examples) -> Result<f64> {
        let prepared = self.prepare(examples)?;
        let loss = match self.device.open()? {
            Some(gpu) => self.step_on_gpu(gpu, &prepared)?,
            None => self.step_on_cpu(&prepared)?,
        };
        self.learn_columns(examples);
        Ok(loss)
    }

    /// One step on all examples as one batch. After an error everything is as before.
    fn step_on_cpu(&mut self, examples: &Prepared) -> Result<f64> {
        let mut memory = Memory::new(&self.plan, examples.rows, examples.targets, true)?;
        let rows: Vec<usize> = (0..examples.rows).collect();
        self.gather(examples, None, &rows, &mut memory);
        let before = (self.parameters.clone(), self.state.clone(), self.steps);
        let loss = self.descend(&mut memory, examples.rows, &StepOptions::new(self, None));
        let loss = loss.and_then(|loss| self.require_finite().map(|()| loss));
        if loss.is_err() {
            (self.parameters, self.state, self.steps) = before;
        }
        loss
    }

    /// Refuses parameters and an optimizer's state that are not finite: such a state would stop the weights from changing.
    pub(super) fn require_finite(&self) -> Result<()> {
        for (what, values) in [("weights", &self.parameters[..]), ("optimizer's memory", self.state.values())] {
            // 0 · x is 0 for every finite x, and NaN otherwise: a sum without branches checks many numbers at once.
            if sum_of(values, |value| 0.0 * value) == 0.0 {
                continue;
            }
            if let Some(value) = values.iter().find(|value| !value.is_finite()) {
                return Err(self.not_finite(what, f64::from(*value), self.steps));
            }
        }
        Ok(())
    }

    /// Refuses a loss or a parameter that is not finite.
    pub(super) fn require_number(&self, what: &str, value: f64) -> Result<()> {
        if value.is_finite() { Ok(()) } else { Err(self.not_finite(what, value, self.steps + 1)) }
    }

    fn not_finite(&self, what: &str, value: f64, step: u64) -> Error {
        Error::Data(format!(
            "the {what} became {value} at step {step} of the network: lower the learning rate (now {}), scale the features \
             or clip the gradient. The network is as before",
            short(self.learning_rate())
        ))
    }
}
