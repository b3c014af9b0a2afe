//! Training on the CPU, step by step.

use std::ops::ControlFlow;

use super::callback::{LayerNorms, WatchedLayers};
use super::fit::Fit;
use super::history::Measured;
use super::network::Network;
use super::prepare::Prepared;
use super::step::StepOptions;
use super::train_setup::TrainingSets;
use super::trainer::with_validation;
use crate::engine::cpu;
use crate::engine::memory::Memory;
use crate::error::Result;
use crate::interrupt::Heeding;

pub(super) struct CpuTrainer<'a> {
    train: &'a Prepared,
    validation: Option<&'a Prepared>,
    fit: &'a Fit,
    heeding: &'a Heeding,
    options: StepOptions,
    memory: Memory<f32>,
    norms: Option<LayerNorms>,
}

impl<'a> CpuTrainer<'a> {
    pub fn new(network: &Network, sets: &'a TrainingSets, fit: &'a Fit, heeding: &'a Heeding) -> Result<Self> {
        let (train, validation) = (&sets.train, sets.validation.as_ref());
        let options = StepOptions {
            terminate_on_nan: fit.terminate_on_nan,
            outputs: !fit.metrics.is_empty(),
            ..StepOptions::new(network, fit.clip)
        };
        let memory = Memory::new(&network.plan, sets.batch, train.targets, true)?;
        let norms = fit.watch_layers.then(|| LayerNorms::new(network)).transpose()?;
        Ok(CpuTrainer { train, validation, fit, heeding, options, memory, norms })
    }

    /// As [`Trainer::epoch`](super::trainer::Trainer::epoch).
    pub fn epoch(
        &mut self,
        network: &mut Network,
        order: &[usize],
        watched: Option<&mut WatchedLayers>,
    ) -> Result<ControlFlow<usize, Measured>> {
        // From inside of rayon's pool work is shared out sooner; small networks do without.
        let shares = cpu::shares_work(&network.plan, self.memory.capacity);
        let steps = || self.steps(network, order, watched);
        let measured = match if shares { rayon::scope(|_| steps()) } else { steps() }? {
            ControlFlow::Continue(measured) => measured,
            ControlFlow::Break(batches) => return Ok(ControlFlow::Break(batches)),
        };
        let evaluation = self.validation.map(|set| network.evaluation_on_cpu(set, &self.fit.metrics)).transpose()?;
        Ok(ControlFlow::Continue(with_validation(measured, evaluation)))
    }

    fn steps(
        &mut self,
        network: &mut Network,
        order: &[usize],
        mut watched: Option<&mut WatchedLayers>,
    ) -> Result<ControlFlow<usize, Measured>> {
        let (train, memory, options) = (self.train, &mut self.memory, &self.options);
        let (mut outputs, mut sum) = (vec![], 0.0);
        let batches = train.rows.div_ceil(memory.capacity);
        for (step, rows) in order.chunks(memory.capacity).enumerate() {
            if self.heeding.requested() {
                network.require_finite_parameters(self.fit)?;
                return Ok(ControlFlow::Break(step));
            }
            network.gather(train, train.weights.as_deref(), rows, memory);
            let loss = match (&self.norms, &mut watched) {
                (Some(norms), Some(watched)) if LayerNorms::records(step, batches) => {
                    norms.descend(network, memory, rows.len(), options, watched)?
                }
                _ => network.descend(memory, rows.len(), options)?,
            };
            sum += loss * rows.len() as f64;
            if options.outputs {
                outputs.extend_from_slice(memory.value(network.plan.output, rows.len()));
            }
        }
        network.require_finite_parameters(self.fit)?;
        network.epochs += 1;
        network.measure(train, order, sum, &outputs, self.fit).map(ControlFlow::Continue)
    }
}
