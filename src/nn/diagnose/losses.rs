//! The loss of each example, and what chance would give.

use ndarray::Array2;

use crate::activation::AnyActivation;
use crate::engine::cpu;
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::error::{Error, Result};
use crate::loss::{AnyLoss, BinaryCrossEntropy, Loss};
use crate::nn::Network;
use crate::nn::prepare::Prepared;

impl Network {
    /// The loss of each example, without penalties, and the outputs, as a prediction computes them.
    pub(super) fn losses_of(&self, examples: &Prepared) -> Result<(Vec<f64>, Array2<f64>)> {
        let (at, width) = (self.loss_at.value, self.plan.output.width);
        let size = examples.rows.min(self.plan.evaluated_rows());
        let mut memory = Memory::new(&self.plan, size, examples.targets, false)?;
        let (mut losses, mut outputs) = (Vec::with_capacity(examples.rows), Vec::with_capacity(examples.rows * width));
        let mut slope = vec![0.0; at.width];
        for start in (0..examples.rows).step_by(size) {
            let rows: Vec<usize> = (start..examples.rows.min(start + size)).collect();
            self.gather(examples, None, &rows, &mut memory);
            cpu::forward(&self.plan, &self.parameters, &mut memory, rows.len(), Mode::Predict)?;
            let values: Vec<f64> = memory.value(at, rows.len()).iter().map(|value| f64::from(*value)).collect();
            for (row, value) in rows.iter().zip(values.chunks_exact(at.width)) {
                let loss = self.loss_at.loss.formula(examples.y(*row), value, &mut slope);
                if !loss.is_finite() {
                    return Err(Error::Data(format!(
                        "the loss of the example in row {row} is {loss}: the network's weights or outputs have grown without \
                         end; start from smaller weights or lower the learning rate"
                    )));
                }
                losses.push(loss);
            }
            outputs.extend_from_slice(memory.value(self.plan.output, rows.len()));
        }
        Ok((losses, self.outputs_matrix(&outputs)?))
    }

    /// The mean loss of predicting by chance, and its name: of probabilities each class as likely as the
    /// others, of scores 0 for each, of numbers the mean of the targets.
    pub(super) fn chance(&self, examples: &Prepared) -> Result<(f64, String)> {
        let (rows, width) = (examples.rows, self.plan.output.width);
        let truth = examples.truth();
        let same = |value: f64| Array2::from_elem((rows, width), value);
        Ok(match self.loss {
            AnyLoss::BinaryCrossEntropy(_) => {
                let softmax = self.plan.last_activation().is_some_and(|(last, _)| last == AnyActivation::Softmax);
                let p = if softmax { 1.0 / width as f64 } else { 0.5 };
                (
                    BinaryCrossEntropy::default().value(&truth, &same(p))?,
                    if softmax { "equal shares" } else { "ln 2" }.into(),
                )
            }
            AnyLoss::CategoricalCrossEntropy(_) | AnyLoss::SparseCategoricalCrossEntropy(_) => {
                ((width as f64).ln(), format!("ln {width}"))
            }
            numbers if !numbers.is_for_classes() => {
                let mean = truth.sum_axis(ndarray::Axis(0)) / rows as f64;
                let mean = Array2::from_shape_fn((rows, width), |(_, column)| mean[column]);
                (numbers.value(&truth, &mean)?, "the mean prediction".into())
            }
            scores => (scores.value(&truth, &same(0.0))?, "scores of 0".into()),
        })
    }
}
