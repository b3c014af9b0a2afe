//! How good a network is on examples.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::metric::Metric;
use super::network::Network;
use super::predict::require_finite_outputs;
use super::prepare::Prepared;
use crate::data::{Examples, short};
use crate::engine::cpu;
use crate::engine::gpu::Seen;
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::error::Result;

/// Loss and metrics of a network on some examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The mean loss, with the penalties on weights; NaN where an output is not finite, and so are the metrics.
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

    /// Accuracy for classes ([of several labels](Metric::Accuracy) the share of the answers that is right), R² for numbers.
    ///
    /// # Errors
    /// As [`evaluate`](Network::evaluate); an output that is not finite.
    pub fn score(&self, examples: &dyn Examples) -> Result<f64> {
        let metric = if self.is_classifier() { Metric::Accuracy } else { Metric::RSquared };
        let prepared = self.prepare(examples)?;
        let outputs = self.outputs_of(&prepared.x)?;
        require_finite_outputs(&outputs)?;
        metric.of(self, &prepared.truth(), &outputs)
    }

    pub(super) fn evaluation_of(&self, examples: &Prepared, metrics: &[Metric]) -> Result<Evaluation> {
        match self.device.open()? {
            Some(gpu) => self.evaluation_from(
                examples,
                metrics,
                &self.see(gpu, examples.data(examples.weights.as_deref()), !metrics.is_empty())?,
            ),
            None => self.evaluation_on_cpu(examples, metrics),
        }
    }

    /// The evaluation from what a graphics processor has seen of the examples.
    pub(super) fn evaluation_from(&self, examples: &Prepared, metrics: &[Metric], seen: &Seen) -> Result<Evaluation> {
        let sum = seen.losses.iter().map(|loss| f64::from(*loss)).sum();
        self.evaluation(examples, metrics, sum, &seen.outputs)
    }

    pub(super) fn evaluation_on_cpu(&self, examples: &Prepared, metrics: &[Metric]) -> Result<Evaluation> {
        let (mut sum, mut values) = (0.0, vec![]);
        if !metrics.is_empty() {
            self.require_room_for_outputs(examples.rows)?;
        }
        let size = examples.rows.min(self.plan.judged_rows());
        let mut memory = Memory::new(&self.plan, size, examples.targets, false)?;
        for start in (0..examples.rows).step_by(size) {
            let rows: Vec<usize> = (start..examples.rows.min(start + size)).collect();
            self.gather(examples, examples.weights.as_deref(), &rows, &mut memory);
            let activities = cpu::forward(&self.plan, &self.parameters, &mut memory, rows.len(), Mode::Predict)?;
            sum += (cpu::loss(&self.loss_at, &mut memory, rows.len(), false) + activities) * rows.len() as f64;
            if !metrics.is_empty() {
                values.extend_from_slice(memory.value(self.plan.output, rows.len()));
            }
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
