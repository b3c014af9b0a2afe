//! How good a network is on examples.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::metric::Metric;
use super::network::Network;
use super::prepare::Prepared;
use crate::data::{Examples, short};
use crate::engine::gpu::Seen;
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::engine::{JUDGED_ROWS, cpu};
use crate::error::Result;

/// Loss and metrics of a network on some examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The mean loss, with the penalties on weights.
    pub loss: f64,
    /// The metrics by name.
    pub metrics: Vec<(String, f64)>,
}

/// `loss 0.21, accuracy 0.95`.
impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss {}", short(self.loss))?;
        self.metrics.iter().try_for_each(|(name, value)| write!(f, ", {name} {}", short(*value)))
    }
}

impl Network {
    /// The mean loss on these examples, with the penalties on weights, as training reports it, and these metrics.
    ///
    /// Nothing is dropped here, so that the loss of the training data can be smaller than in its history.
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them; a metric of classes for a network of numbers.
    pub fn evaluate(&self, examples: &dyn Examples, metrics: &[Metric]) -> Result<Evaluation> {
        metrics.iter().try_for_each(|metric| metric.check(self))?;
        self.evaluation_of(&self.prepare(examples)?, metrics)
    }

    /// Accuracy for classes, R² for numbers.
    ///
    /// # Errors
    /// As [`evaluate`](Network::evaluate).
    pub fn score(&self, examples: &dyn Examples) -> Result<f64> {
        let metric = if self.is_classifier() { Metric::Accuracy } else { Metric::RSquared };
        let prepared = self.prepare(examples)?;
        metric.of(self, &prepared.truth(), &self.outputs_of(&prepared.x)?)
    }

    pub(super) fn evaluation_of(&self, examples: &Prepared, metrics: &[Metric]) -> Result<Evaluation> {
        match self.device.open()? {
            Some(gpu) => {
                self.evaluation_from(examples, metrics, &self.see(gpu, examples.data(None), !metrics.is_empty())?)
            }
            None => self.evaluation_on_cpu(examples, metrics),
        }
    }

    /// The evaluation from what a graphics processor has seen of the examples.
    pub(super) fn evaluation_from(&self, examples: &Prepared, metrics: &[Metric], seen: &Seen) -> Result<Evaluation> {
        let sum = seen.losses.iter().map(|loss| f64::from(*loss)).sum();
        self.evaluation(examples, metrics, sum, &seen.outputs)
    }

    pub(super) fn evaluation_on_cpu(&self, examples: &Prepared, metrics: &[Metric]) -> Result<Evaluation> {
        let (mut sum, mut values) = (0.0, Vec::with_capacity(examples.rows * self.plan.output.width));
        let size = examples.rows.min(JUDGED_ROWS);
        let mut memory = Memory::new(&self.plan, size, examples.targets, false);
        for start in (0..examples.rows).step_by(size) {
            let rows: Vec<usize> = (start..examples.rows.min(start + size)).collect();
            self.gather(examples, None, &rows, &mut memory);
            let activities = cpu::forward(&self.plan, &self.parameters, &mut memory, rows.len(), Mode::Predict)?;
            sum += (cpu::loss(&self.loss_at, &mut memory, rows.len(), false) + activities) * rows.len() as f64;
            values.extend_from_slice(memory.value(self.plan.output, rows.len()));
        }
        self.evaluation(examples, metrics, sum, &values)
    }

    /// The evaluation from the sum of all losses and the outputs, row after row.
    fn evaluation(&self, examples: &Prepared, metrics: &[Metric], sum: f64, outputs: &[f32]) -> Result<Evaluation> {
        let loss = sum / examples.rows as f64 + cpu::penalties(&self.plan, &self.parameters, None)?;
        let metrics = if metrics.is_empty() {
            vec![]
        } else {
            let (truth, outputs) = (examples.truth(), self.outputs_matrix(outputs)?);
            let of = |metric: &Metric| Ok((metric.to_string(), metric.of(self, &truth, &outputs)?));
            metrics.iter().map(of).collect::<Result<Vec<_>>>()?
        };
        Ok(Evaluation { loss, metrics })
    }
}
