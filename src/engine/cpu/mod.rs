//! Runs a plan on the processor: one file a kernel, each with its way forward and its way back.
//!
//! Kernels are written once over `f32`, which trains, and `f64`, in which gradients are checked. They take plain slices,
//! row-major: m rows, one an example.

mod batch_norm;
mod dense;
mod dropout;
mod gaussian_noise;
mod loss;

use std::ops::Range;

use super::memory::{Memory, pair};
use super::plan::{Mode, Operation, Plan, Value};
use crate::activation::Activation as _;
use crate::error::Result;
use crate::loss::AnyLoss;
use crate::real::Real;
use crate::regularize::Regularizer;

/// Whether the cores share a step's work on so many rows: a product of matrices, or the optimizer's pass.
pub(crate) fn shares_work(plan: &Plan, rows: usize) -> bool {
    let large = |operation: &Operation| match operation {
        Operation::Dense { input, output, .. } => rows * input.width * output.width >= dense::PART,
        _ => false,
    };
    plan.trained >= crate::optim::SHARED || plan.operations.iter().any(large)
}

/// All values from the input, which stands in its place in memory. Gives what activity penalties add to the loss.
pub(crate) fn forward<F: Real>(
    plan: &Plan,
    parameters: &[F],
    memory: &mut Memory<F>,
    rows: usize,
    mode: Mode,
) -> Result<f64> {
    forward_through(plan, parameters, memory, rows, mode, 0..plan.operations.len())
}

/// [`forward`] through some of the operations.
pub(crate) fn forward_through<F: Real>(
    plan: &Plan,
    parameters: &[F],
    memory: &mut Memory<F>,
    rows: usize,
    mode: Mode,
    operations: Range<usize>,
) -> Result<f64> {
    let parameter = |id: usize| &parameters[plan.parameters[id].place()];
    let capacity = memory.capacity;
    let mut penalties = 0.0;
    for at in operations {
        let values = memory.values.as_mut_slice();
        match &plan.operations[at] {
            Operation::Dense { input, output, weights, bias } => {
                let (x, z) = pair(values, capacity, rows, *input, *output);
                dense::forward(x, parameter(*weights), bias.map(parameter), z, rows);
            }
            Operation::Activate { input, output, activation } => {
                let (z, a) = pair(values, capacity, rows, *input, *output);
                activation.forward(z, a, input.width)?;
            }
            Operation::Dropout { input, mask, output, rate } => {
                let (front, back) = values.split_at_mut(output.offset * capacity);
                let (x, mask) = pair(front, capacity, rows, *input, *mask);
                dropout::forward(x, mask, &mut back[..output.width * rows], *rate, mode.stream(at));
            }
            Operation::GaussianNoise { input, output, deviation } => {
                let (x, out) = pair(values, capacity, rows, *input, *output);
                gaussian_noise::forward(x, out, *deviation, mode.stream(at));
            }
            Operation::BatchNorm(normalization) => {
                let (x, out) = pair(values, capacity, rows, normalization.input, normalization.output);
                let notes = &mut memory.notes[normalization.notes..][..4 * normalization.input.width];
                batch_norm::forward(normalization, parameter, x, out, notes, mode);
            }
            Operation::ActivityPenalty { value, penalty } => {
                penalties += penalty.value(&values[value.place(capacity, rows)], rows)?.as_f64();
            }
        }
    }
    Ok(penalties)
}

/// Where the loss looks at the network, and in which form: fused with the last activation where that keeps digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LossAt {
    pub loss: AnyLoss,
    pub value: Value,
    /// How many of the last operations the loss has taken over.
    pub fused: usize,
}

/// The mean loss of the batch whose targets and weights stand in memory; its derivative goes to the value's delta.
pub(crate) fn loss<F: Real>(at: &LossAt, memory: &mut Memory<F>, rows: usize, derivative: bool) -> f64 {
    let place = at.value.place(memory.capacity, rows);
    let slopes = if derivative { Some(&mut memory.deltas[place.clone()]) } else { None };
    let targets = memory.truth.len() / memory.capacity;
    loss::mean(&at.loss, &memory.truth[..targets * rows], &memory.weights[..rows], &memory.values[place], slopes, {
        let [predicted, slope] = &mut memory.row;
        (predicted, slope)
    })
}

/// The derivatives by all values and parameters, back from the delta that [`loss`] has left.
pub(crate) fn backward<F: Real>(
    plan: &Plan,
    parameters: &[F],
    memory: &mut Memory<F>,
    rows: usize,
    mode: Mode,
    fused: usize,
) -> Result<()> {
    let operations = plan.first_trained..plan.operations.len().saturating_sub(fused);
    backward_through(plan, parameters, memory, rows, mode, operations, false)
}

/// [`backward`] through some of the operations; the first one's input has a derivative only where asked for.
pub(crate) fn backward_through<F: Real>(
    plan: &Plan,
    parameters: &[F],
    memory: &mut Memory<F>,
    rows: usize,
    mode: Mode,
    operations: Range<usize>,
    to_input: bool,
) -> Result<()> {
    let parameter = |id: usize| &parameters[plan.parameters[id].place()];
    let Memory { capacity, values, deltas, gradient, notes, .. } = memory;
    let capacity = *capacity;
    let first = operations.start;
    for at in operations.rev() {
        let operation = &plan.operations[at];
        let needs_input = to_input || at > first;
        let x = &values[operation.input().place(capacity, rows)];
        match operation {
            Operation::Dense { input, output, weights, bias } => {
                let (dx, dz) = pair(deltas, capacity, rows, *input, *output);
                if plan.parameters[*weights].trained {
                    dense::backward_weights(x, dz, &mut gradient[plan.parameters[*weights].place()], rows);
                }
                if let Some(bias) = bias.map(|bias| &plan.parameters[bias]).filter(|bias| bias.trained) {
                    dense::backward_bias(dz, &mut gradient[bias.place()]);
                }
                if needs_input {
                    dense::backward_input(dz, parameter(*weights), dx, rows);
                }
            }
            Operation::Activate { input, output, activation } => {
                let (dz, da) = pair(deltas, capacity, rows, *input, *output);
                let a = &values[output.place(capacity, rows)];
                activation.backward(x, a, da, dz, input.width)?;
            }
            Operation::Dropout { input, mask, output, .. } => {
                let (dx, dout) = pair(deltas, capacity, rows, *input, *output);
                dropout::backward(&values[mask.place(capacity, rows)], dout, dx);
            }
            Operation::GaussianNoise { input, output, .. } => {
                let (dx, dout) = pair(deltas, capacity, rows, *input, *output);
                dx.copy_from_slice(dout);
            }
            Operation::BatchNorm(normalization) => {
                let (dx, dout) = pair(deltas, capacity, rows, normalization.input, normalization.output);
                let notes = &mut notes[normalization.notes..][..4 * normalization.input.width];
                batch_norm::backward(normalization, parameter, x, dout, dx, notes, mode);
                let sums = &notes[2 * normalization.input.width..];
                let (beta_sum, gamma_sum) = sums.split_at(normalization.input.width);
                for (id, sum) in [(normalization.beta, beta_sum), (normalization.gamma, gamma_sum)] {
                    if let Some(learned) = id.map(|id| &plan.parameters[id]).filter(|learned| learned.trained) {
                        gradient[learned.place()].copy_from_slice(sum);
                    }
                }
            }
            Operation::ActivityPenalty { value, penalty } => {
                penalty.add_gradient(x, &mut deltas[value.place(capacity, rows)], rows)?;
            }
        }
    }
    Ok(())
}

/// What the penalties on parameters add to the loss; with a gradient, their share is added to it.
pub(crate) fn penalties<F: Real>(plan: &Plan, parameters: &[F], mut gradient: Option<&mut [F]>) -> Result<f64> {
    let mut sum = 0.0;
    for parameter in &plan.parameters {
        // A frozen layer's penalty is no part of the loss, as in Keras 3.
        let Some(penalty) = parameter.wanted.penalty.filter(|_| parameter.trained) else { continue };
        let weights = &parameters[parameter.place()];
        sum += penalty.value(weights).as_f64();
        if let Some(gradient) = gradient.as_deref_mut() {
            penalty.add_gradient(weights, &mut gradient[parameter.place()])?;
        }
    }
    Ok(sum)
}

/// Puts the trained parameters back inside their constraints.
pub(crate) fn constrain<F: Real>(plan: &Plan, parameters: &mut [F]) -> Result<()> {
    for parameter in plan.parameters.iter().filter(|parameter| parameter.trained) {
        if let Some(constraint) = parameter.wanted.constraint {
            constraint.apply(&mut parameters[parameter.place()], parameter.wanted.shape[1])?;
        }
    }
    Ok(())
}

/// Moves the running statistics of all batch normalizations by the batch that went forward last.
pub(crate) fn update_statistics<F: Real>(plan: &Plan, parameters: &mut [F], memory: &Memory<F>) {
    for operation in &plan.operations {
        if let Operation::BatchNorm(normalization) = operation
            && !normalization.frozen
        {
            let width = normalization.input.width;
            let notes = &memory.notes[normalization.notes..][..2 * width];
            let [mean, variance] =
                [normalization.mean, normalization.variance].map(|statistic| plan.parameters[statistic].place());
            batch_norm::update_mean(normalization, &mut parameters[mean], &notes[..width]);
            batch_norm::update_variance(normalization, &mut parameters[variance], &notes[width..]);
        }
    }
}
