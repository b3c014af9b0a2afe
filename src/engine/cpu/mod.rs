//! Runs a plan on the CPU: one file per kernel, each with its forward and its backward pass.
//!
//! Kernels are generic over `f32`, which trains, and `f64`, in which gradients are checked. They take plain slices,
//! row-major: n rows, one per example.

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

/// Whether the cores share the work of a step on this many rows: a product of matrices, or the optimizer's pass.
pub(crate) fn shares_work(plan: &Plan, rows: usize) -> bool {
    let large = |operation: &Operation| match operation {
        Operation::Dense { input, output, .. } => rows * input.width * output.width >= dense::PART,
        _ => false,
    };
    plan.trained >= crate::optim::SHARED || plan.operations.iter().any(large)
}

/// Computes all values from the input in `memory`. Returns what activity penalties add to the loss.
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
    let parameter = |id: usize| &parameters[plan.parameters[id].range()];
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
            Operation::GaussianNoise { input, output, std } => {
                let (x, out) = pair(values, capacity, rows, *input, *output);
                gaussian_noise::forward(x, out, *std, mode.stream(at));
            }
            Operation::BatchNorm(normalization) => {
                let (x, out) = pair(values, capacity, rows, normalization.input, normalization.output);
                let scratch = &mut memory.scratch[normalization.scratch..][..4 * normalization.input.width];
                batch_norm::forward(normalization, parameter, x, out, scratch, mode);
            }
            Operation::ActivityPenalty { value, penalty } => {
                penalties += penalty.value(&values[value.range(capacity, rows)], rows)?.as_f64();
            }
        }
    }
    Ok(penalties)
}

/// The loss with the value that it observes: before the last activation, fused with it, where that keeps digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LossAt {
    pub loss: AnyLoss,
    pub value: Value,
    /// How many of the last operations the loss includes.
    pub fused: usize,
}

/// The mean loss of the batch whose targets and weights are in `memory`; its derivative is written to the value's delta.
pub(crate) fn loss<F: Real>(at: &LossAt, memory: &mut Memory<F>, rows: usize, derivative: bool) -> f64 {
    let range = at.value.range(memory.capacity, rows);
    let slopes = if derivative { Some(&mut memory.deltas[range.clone()]) } else { None };
    let targets = memory.truth.len() / memory.capacity;
    loss::mean(&at.loss, &memory.truth[..targets * rows], &memory.weights[..rows], &memory.values[range], slopes, {
        let [predicted, slope] = &mut memory.row;
        (predicted, slope)
    })
}

/// Computes the derivatives by all values and parameters, back from the delta that [`loss`] has written.
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

/// [`backward`] through some of the operations, to the input of the first one if `to_input`.
pub(crate) fn backward_through<F: Real>(
    plan: &Plan,
    parameters: &[F],
    memory: &mut Memory<F>,
    rows: usize,
    mode: Mode,
    operations: Range<usize>,
    to_input: bool,
) -> Result<()> {
    let parameter = |id: usize| &parameters[plan.parameters[id].range()];
    let Memory { capacity, values, deltas, gradient, scratch, .. } = memory;
    let capacity = *capacity;
    let first = operations.start;
    for at in operations.rev() {
        let operation = &plan.operations[at];
        let needs_input = to_input || at > first;
        let x = &values[operation.input().range(capacity, rows)];
        match operation {
            Operation::Dense { input, output, weights, bias } => {
                let (dx, dz) = pair(deltas, capacity, rows, *input, *output);
                if plan.parameters[*weights].trained {
                    dense::backward_weights(x, dz, &mut gradient[plan.parameters[*weights].range()], rows);
                }
                if let Some(bias) = bias.map(|bias| &plan.parameters[bias]).filter(|bias| bias.trained) {
                    dense::backward_bias(dz, &mut gradient[bias.range()]);
                }
                if needs_input {
                    dense::backward_input(dz, parameter(*weights), dx, rows);
                }
            }
            Operation::Activate { input, output, activation } => {
                let (dz, da) = pair(deltas, capacity, rows, *input, *output);
                let a = &values[output.range(capacity, rows)];
                activation.backward(x, a, da, dz, input.width)?;
            }
            Operation::Dropout { input, mask, output, .. } => {
                let (dx, dout) = pair(deltas, capacity, rows, *input, *output);
                dropout::backward(&values[mask.range(capacity, rows)], dout, dx);
            }
            Operation::GaussianNoise { input, output, .. } => {
                let (dx, dout) = pair(deltas, capacity, rows, *input, *output);
                dx.copy_from_slice(dout);
            }
            Operation::BatchNorm(normalization) => {
                let (dx, dout) = pair(deltas, capacity, rows, normalization.input, normalization.output);
                let scratch = &mut scratch[normalization.scratch..][..4 * normalization.input.width];
                batch_norm::backward(normalization, parameter, x, dout, dx, scratch, mode);
                let sums = &scratch[2 * normalization.input.width..];
                let (beta_sum, gamma_sum) = sums.split_at(normalization.input.width);
                for (id, sum) in [(normalization.beta, beta_sum), (normalization.gamma, gamma_sum)] {
                    if let Some(learned) = id.map(|id| &plan.parameters[id]).filter(|learned| learned.trained) {
                        gradient[learned.range()].copy_from_slice(sum);
                    }
                }
            }
            Operation::ActivityPenalty { value, penalty } => {
                penalty.add_gradient(x, &mut deltas[value.range(capacity, rows)], rows)?;
            }
        }
    }
    Ok(())
}

/// What the penalties on parameters add to the loss; their derivatives are added to the gradient, if given.
pub(crate) fn penalties<F: Real>(plan: &Plan, parameters: &[F], mut gradient: Option<&mut [F]>) -> Result<f64> {
    let mut sum = 0.0;
    for parameter in &plan.parameters {
        // The penalty of a frozen layer is not part of the loss, as in Keras 3.
        let Some(penalty) = parameter.spec.penalty.filter(|_| parameter.trained) else { continue };
        let weights = &parameters[parameter.range()];
        sum += penalty.value(weights).as_f64();
        if let Some(gradient) = gradient.as_deref_mut() {
            penalty.add_gradient(weights, &mut gradient[parameter.range()])?;
        }
    }
    Ok(sum)
}

/// Restores the constraints of the trained parameters.
pub(crate) fn constrain<F: Real>(plan: &Plan, parameters: &mut [F]) -> Result<()> {
    for parameter in plan.parameters.iter().filter(|parameter| parameter.trained) {
        if let Some(constraint) = parameter.spec.constraint {
            constraint.apply(&mut parameters[parameter.range()], parameter.spec.shape[1])?;
        }
    }
    Ok(())
}

/// Updates the running statistics of all batch normalizations by the last batch of the forward pass.
pub(crate) fn update_statistics<F: Real>(plan: &Plan, parameters: &mut [F], memory: &Memory<F>) {
    for operation in &plan.operations {
        if let Operation::BatchNorm(normalization) = operation
            && !normalization.frozen
        {
            let width = normalization.input.width;
            let scratch = &memory.scratch[normalization.scratch..][..2 * width];
            let [mean, variance] =
                [normalization.mean, normalization.variance].map(|statistic| plan.parameters[statistic].range());
            batch_norm::update_mean(normalization, &mut parameters[mean], &scratch[..width]);
            batch_norm::update_variance(normalization, &mut parameters[variance], &scratch[width..]);
        }
    }
}
