//! Predictions of a network.

use ndarray::{Array1, Array2, Axis};

use super::network::{Network, last_activation};
use crate::activation::{Activation as _, AnyActivation};
use crate::data::Inputs;
use crate::engine::cpu;
use crate::engine::memory::{Memory, require_room};
use crate::engine::plan::Mode;
use crate::engine::work::Data;
use crate::error::{Error, Result};
use crate::loss::AnyLoss;
use crate::metrics::greatest;

impl Network {
    /// The last layer's values for each example, n × outputs: numbers, probabilities or scores. Nothing is dropped, and
    /// batch normalizations take their running statistics.
    ///
    /// # Errors
    /// Other columns than the network was fitted on, text, missing or infinite values.
    pub fn predict_raw(&self, inputs: &dyn Inputs) -> Result<Array2<f64>> {
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
        let at_once = rows.min(self.plan.evaluated_rows());
        let mut memory = Memory::new(&self.plan, at_once, 0, false)?;
        self.require_room_for_outputs(rows)?;
        let mut values = Vec::with_capacity(rows * outputs.width);
        for x in x.chunks(at_once * inputs.width) {
            let rows = x.len() / inputs.width;
            memory.value_mut(inputs, rows).copy_from_slice(x);
            cpu::forward(&self.plan, &self.parameters, &mut memory, rows, Mode::Predict)?;
            values.extend_from_slice(memory.value(outputs, rows));
        }
        self.outputs_matrix(&values)
    }

    /// Refuses more outputs than fit into memory, in `f32` and then in `f64`.
    pub(super) fn require_room_for_outputs(&self, rows: usize) -> Result<()> {
        let numbers = self.plan.output.width.checked_mul(rows);
        let bytes = numbers.and_then(|numbers| numbers.checked_mul(size_of::<f32>() + size_of::<f64>()));
        let what = || format!("the outputs of {rows} examples, {} each,", self.plan.output.width);
        require_room(bytes, what, "use fewer examples at a time")
    }

    /// Outputs row after row as a matrix.
    pub(super) fn outputs_matrix(&self, values: &[f32]) -> Result<Array2<f64>> {
        let width = self.plan.output.width;
        let wide = values.iter().map(|value| f64::from(*value)).collect();
        Array2::from_shape_vec((values.len() / width, width), wide).map_err(Error::library("outputs of the network"))
    }

    /// The probability of each class, n × classes, in the order of [`classes`](Network::classes). A network with one
    /// output has two classes. Of [several labels](Network::is_multi_label) it is the probability of each label, which need
    /// not add up to 1.
    ///
    /// # Errors
    /// [`Error::Data`] where the loss does not make probabilities of the outputs, or an output is not finite; as
    /// [`predict_raw`](Network::predict_raw).
    pub fn predict_proba(&self, inputs: &dyn Inputs) -> Result<Array2<f64>> {
        let outputs = self.predict_raw(inputs)?;
        require_finite_outputs(&outputs)?;
        self.probabilities_of(outputs)
    }

    /// What the loss makes of outputs, where it makes probabilities of them.
    pub(super) fn probabilities_of(&self, mut outputs: Array2<f64>) -> Result<Array2<f64>> {
        match self.loss {
            AnyLoss::BinaryCrossEntropy(loss) => {
                if loss.from_logits {
                    outputs.mapv_inplace(|z| AnyActivation::Sigmoid.value(z).unwrap_or(f64::NAN));
                }
            }
            AnyLoss::CategoricalCrossEntropy(_) | AnyLoss::SparseCategoricalCrossEntropy(_) => {
                if self.ends_in_logits() {
                    let logits = outputs.clone();
                    let width = logits.ncols();
                    if let (Some(z), Some(p)) = (logits.as_slice(), outputs.as_slice_mut()) {
                        AnyActivation::Softmax.forward(z, p, width)?;
                    }
                }
            }
            _ => {
                return Err(Error::Data(
                    "only a network trained with a cross-entropy gives probabilities; `predict_raw` gives its outputs"
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

    /// One value per example: of a classifier the number of the likeliest class, a position in
    /// [`classes`](Network::classes); else the one output.
    ///
    /// # Errors
    /// [`Error::Data`] for a regression with several outputs, which [`predict_raw`](Network::predict_raw) gives, for
    /// a network of [several labels](Network::is_multi_label), whose answers [`predict_labels`](Network::predict_labels)
    /// gives, and for an output that is not finite; as [`predict_raw`](Network::predict_raw).
    pub fn predict(&self, inputs: &dyn Inputs) -> Result<Array1<f64>> {
        if self.is_multi_label() {
            let outputs = self.plan.output.width;
            return Err(Error::Data(format!(
                "an example has several answers, as each of the {outputs} outputs is a label of its own; \
                 `predict_labels` gives them, examples × {outputs}"
            )));
        }
        let outputs = self.predict_raw(inputs)?;
        require_finite_outputs(&outputs)?;
        if self.is_classifier() {
            return Ok(self.class_numbers(&outputs));
        }
        if outputs.ncols() > 1 {
            let problem = format!("the network has {} outputs; `predict_raw` gives them all", outputs.ncols());
            return Err(Error::Data(problem));
        }
        Ok(outputs.index_axis_move(Axis(1), 0))
    }

    /// Whether each output is a label of its own, any number of which an example can have: several outputs without a
    /// softmax, each with its own term of the binary cross-entropy or a hinge loss of two classes.
    ///
    /// A network that was fitted on one column of categories is none: its outputs are those categories, one against the
    /// rest, and an example has the one with the largest output.
    pub fn is_multi_label(&self) -> bool {
        let one_by_one =
            matches!(self.loss, AnyLoss::BinaryCrossEntropy(_) | AnyLoss::Hinge(_) | AnyLoss::SquaredHinge(_));
        let targets = self.columns.as_ref().and_then(|columns| columns.targets.as_deref());
        let one_column = matches!(targets, Some([column]) if column.categories().is_some());
        one_by_one && self.plan.output.width > 1 && !one_column && last_activation(&self.plan) != AnyActivation::Softmax
    }

    /// Whether an example has each label, n × labels: 1 where the probability is above ½ (of a hinge loss: the score above
    /// 0), else 0. A network with one output has one label.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    /// // Is any of the two on, and are both?
    /// let y = array![[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]];
    /// let net = Sequential::new([2]).dense(2).sigmoid();
    /// let mut net = net.compile(Adam::new(0.1), BinaryCrossEntropy, Device::Cpu, Seed(1))?;
    /// net.fit(&(&x, &y), Fit::epochs(300))?;
    /// assert!(net.is_multi_label());
    /// assert_eq!(net.predict_labels(&x)?, y);
    /// assert_eq!(net.score(&(&x, &y))?, 1.0); // the share of the eight answers that is right
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Data`] where an example has one class of several, or a number, which [`predict`](Network::predict) gives, and
    /// for an output that is not finite; as [`predict_raw`](Network::predict_raw).
    pub fn predict_labels(&self, inputs: &dyn Inputs) -> Result<Array2<f64>> {
        if !(self.is_multi_label() || self.is_classifier() && self.plan.output.width == 1) {
            let answer = if self.is_classifier() { "one class of several" } else { "a number, not a label" };
            return Err(Error::Data(format!("an example has {answer}; `predict` gives it")));
        }
        let outputs = self.predict_raw(inputs)?;
        require_finite_outputs(&outputs)?;
        Ok(self.labels_of(&outputs))
    }

    /// Which labels the outputs speak for: 1 or 0 each.
    pub(super) fn labels_of(&self, outputs: &Array2<f64>) -> Array2<f64> {
        let middle = self.middle();
        outputs.mapv(|value| f64::from(u8::from(value > middle)))
    }

    /// The output beyond which it speaks for its label.
    fn middle(&self) -> f64 {
        match self.loss {
            AnyLoss::BinaryCrossEntropy(loss) if !loss.from_logits => 0.5,
            _ => 0.0,
        }
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
            return self.labels_of(outputs).column(0).to_owned();
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

/// Refuses outputs that are not finite.
pub(super) fn require_finite_outputs(outputs: &Array2<f64>) -> Result<()> {
    match outputs.indexed_iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some(((row, _), value)) => Err(Error::Data(format!(
            "the network's output for row {row} is {value}: its weights have grown without end, or the features are far \
             from those that it was trained on; scale the features, or lower the learning rate and train again"
        ))),
    }
}
