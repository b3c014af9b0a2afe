//! What a network says of examples.

use ndarray::{Array1, Array2, Axis};

use super::network::Network;
use crate::activation::Activation;
use crate::data::Inputs;
use crate::engine::gpu::Data;
use crate::engine::memory::Memory;
use crate::engine::plan::Mode;
use crate::engine::{JUDGED_ROWS, cpu};
use crate::error::{Error, Result};
use crate::loss::AnyLoss;
use crate::metrics::greatest;

impl Network {
    /// The last layer's values for each example, n × outputs: numbers, probabilities or scores. Nothing is dropped, and
    /// batch normalizations take their running statistics.
    ///
    /// # Errors
    /// Other columns than the network was fitted on, text, missing or infinite values.
    pub fn predict_targets(&self, inputs: &dyn Inputs) -> Result<Array2<f64>> {
        self.outputs_of(&self.prepare_inputs(inputs)?)
    }

    /// The outputs for checked inputs.
    pub(super) fn outputs_of(&self, x: &[f32]) -> Result<Array2<f64>> {
        let (inputs, outputs) = (self.plan.input, self.plan.output);
        let rows = x.len() / inputs.width;
        if let Some(gpu) = self.device.open()? {
            let data = Data { rows, inputs: inputs.width, targets: 0, x, y: &[], weights: None };
            let seen = self.see(gpu, data, true)?;
            return self.outputs_matrix(&seen.outputs);
        }
        let mut memory = Memory::new(&self.plan, rows.min(JUDGED_ROWS), 0, false);
        let mut values = Vec::with_capacity(rows * outputs.width);
        for x in x.chunks(JUDGED_ROWS * inputs.width) {
            let rows = x.len() / inputs.width;
            memory.value_mut(inputs, rows).copy_from_slice(x);
            cpu::forward(&self.plan, &self.parameters, &mut memory, rows, Mode::Predict)?;
            values.extend_from_slice(memory.value(outputs, rows));
        }
        self.outputs_matrix(&values)
    }

    /// Outputs row after row as a matrix.
    pub(super) fn outputs_matrix(&self, values: &[f32]) -> Result<Array2<f64>> {
        let width = self.plan.output.width;
        let wide = values.iter().map(|value| f64::from(*value)).collect();
        Array2::from_shape_vec((values.len() / width, width), wide)
            .map_err(|error| Error::Library { context: "outputs of the network".into(), message: error.to_string() })
    }

    /// The probability of each class, n × classes, in the order of [`classes`](Network::classes). A network with one
    /// output has two classes.
    ///
    /// # Errors
    /// [`Error::Data`] where the loss does not make probabilities of the outputs; as
    /// [`predict_targets`](Network::predict_targets).
    pub fn predict_proba(&self, inputs: &dyn Inputs) -> Result<Array2<f64>> {
        self.probabilities_of(self.predict_targets(inputs)?)
    }

    /// What the loss makes of outputs, where it makes probabilities of them.
    pub(super) fn probabilities_of(&self, mut outputs: Array2<f64>) -> Result<Array2<f64>> {
        match self.loss {
            AnyLoss::BinaryCrossEntropy(loss) => {
                if loss.from_logits {
                    outputs.mapv_inplace(|z| Activation::Sigmoid.value(z).unwrap_or(f64::NAN));
                }
            }
            AnyLoss::CategoricalCrossEntropy(_) | AnyLoss::SparseCategoricalCrossEntropy(_) => {
                if self.ends_in_logits() {
                    let logits = outputs.clone();
                    let width = logits.ncols();
                    if let (Some(z), Some(p)) = (logits.as_slice(), outputs.as_slice_mut()) {
                        Activation::Softmax.forward(z, p, width)?;
                    }
                }
            }
            _ => {
                return Err(Error::Data(
                    "only a network trained with a cross-entropy gives probabilities; `predict_targets` gives its outputs"
                        .into(),
                ));
            }
        }
        if outputs.ncols() == 1 {
            let first = outputs.mapv(|p| 1.0 - p);
            outputs = ndarray::concatenate![Axis(1), first, outputs];
        }
        Ok(outputs)
    }

    /// One value an example: of a classifier the number of the likeliest class, a position in
    /// [`classes`](Network::classes); else the one output.
    ///
    /// # Errors
    /// [`Error::Data`] for a regression with several outputs, which [`predict_targets`](Network::predict_targets) gives; as
    /// that one.
    pub fn predict(&self, inputs: &dyn Inputs) -> Result<Array1<f64>> {
        let outputs = self.predict_targets(inputs)?;
        if self.is_classifier() {
            return Ok(self.class_numbers(&outputs));
        }
        if outputs.ncols() > 1 {
            let problem = format!("the network has {} outputs; `predict_targets` gives them all", outputs.ncols());
            return Err(Error::Data(problem));
        }
        Ok(outputs.index_axis_move(Axis(1), 0))
    }

    /// The classes, in the order of the outputs: the categories of the data that the network was fitted on, else numbers.
    /// A regression has none.
    pub fn classes(&self) -> Vec<String> {
        if !self.is_classifier() {
            return vec![];
        }
        let columns = self.columns.as_ref().and_then(|columns| columns.targets.as_deref()).unwrap_or_default();
        match columns {
            [column] if column.categories().is_some() => column.categories().unwrap_or_default().to_vec(),
            several if several.len() > 1 => several.iter().map(|column| column.name.clone()).collect(),
            _ => (0..self.output_count().max(2)).map(|class| class.to_string()).collect(),
        }
    }

    /// The number of the class that each row of outputs speaks for.
    pub(super) fn class_numbers(&self, outputs: &Array2<f64>) -> Array1<f64> {
        if outputs.ncols() == 1 {
            let middle = match self.loss {
                AnyLoss::BinaryCrossEntropy(loss) if !loss.from_logits => 0.5,
                _ => 0.0,
            };
            return outputs.column(0).mapv(|value| f64::from(u8::from(value > middle)));
        }
        outputs.rows().into_iter().map(|row| greatest(row) as f64).collect()
    }

    /// Whether the loss makes probabilities of the outputs.
    pub fn gives_probabilities(&self) -> bool {
        matches!(
            self.loss,
            AnyLoss::BinaryCrossEntropy(_)
                | AnyLoss::CategoricalCrossEntropy(_)
                | AnyLoss::SparseCategoricalCrossEntropy(_)
        )
    }

    fn ends_in_logits(&self) -> bool {
        match self.loss {
            AnyLoss::CategoricalCrossEntropy(loss) => loss.from_logits,
            AnyLoss::SparseCategoricalCrossEntropy(loss) => loss.from_logits,
            _ => false,
        }
    }
}
