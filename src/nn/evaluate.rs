//! Evaluation: loss and metrics of a network on examples.

use super::metric::Metric;
use super::network::Network;
use super::predict::require_finite_outputs;
use super::prepare::Prepared;
use crate::data::Examples;
use crate::engine::cpu;
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::engine::work::Seen;
use crate::error::Result;
use crate::metrics::Evaluation;

impl Network {
    /// The mean loss on these examples, with the penalties on weights, as training reports it; and the accuracy for classes
    /// ([of several labels](Metric::Accuracy) the share of the answers that is right), the mean absolute error and R² for
    /// numbers. Other metrics: [`evaluate_with`](Network::evaluate_with).
    ///
    /// Nothing is dropped here, so that the loss of the training data can be smaller than in its history.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let iris = datasets::iris()?;
    /// let iris = StandardScaler::fit(&iris)?.transform(&iris)?;
    /// let TrainTest { train, test } = iris.train_test_stratified([0.7, 0.3], Seed(1))?;
    /// let net = Sequential::new([4]).dense(16).relu().dense(3).softmax();
    /// let mut net = net.compile(Adam::new(0.01), CategoricalCrossEntropy, Device::Cpu, Seed(1))?;
    /// net.fit(&train, Fit::epochs(30))?;
    /// assert_eq!(net.evaluate(&test)?.get("accuracy")?, net.score(&test)?);
    /// assert_eq!(net.confusion_matrix(&test)?.accuracy(), net.score(&test)?);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them.
    pub fn evaluate(&self, examples: &dyn Examples) -> Result<Evaluation> {
        match self.is_classifier() {
            true => self.evaluate_with(examples, &[Metric::Accuracy]),
            false => self.evaluate_with(examples, &[Metric::MeanAbsoluteError, Metric::RSquared]),
        }
    }

    /// The mean loss on these examples, as [`evaluate`](Network::evaluate) has it, and these metrics.
    ///
    /// # Errors
    /// Examples as [`fit`](Network::fit) refuses them; a metric of classes for a network of numbers.
    pub fn evaluate_with(&self, examples: &dyn Examples, metrics: &[Metric]) -> Result<Evaluation> {
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

    /// The evaluation from losses and outputs that a GPU computed.
    pub(super) fn evaluation_from(&self, examples: &Prepared, metrics: &[Metric], seen: &Seen) -> Result<Evaluation> {
        let sum = seen.losses.iter().map(|loss| f64::from(*loss)).sum();
        self.evaluation(examples, metrics, sum, &seen.outputs)
    }

    pub(super) fn evaluation_on_cpu(&self, examples: &Prepared, metrics: &[Metric]) -> Result<Evaluation> {
        let (mut sum, mut values) = (0.0, vec![]);
        if !metrics.is_empty() {
            self.require_room_for_outputs(examples.rows)?;
        }
        let size = examples.rows.min(self.plan.evaluated_rows());
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
