//! How activations, losses, penalties and constraints are numbered in records; the shaders of `shaders/common` have the same
//! numbers.

use crate::activation::AnyActivation;
use crate::engine::cpu::LossAt;
use crate::loss::AnyLoss;
use crate::regularize::{AnyRegularizer, Constraint};

pub(super) const SOFTMAX: u32 = 9;
pub(super) const MAXOUT: u32 = 10;

/// Kind and parameter of an activation.
pub(super) fn activation(activation: AnyActivation) -> [u32; 2] {
    let with = |kind: u32, parameter: f64| [kind, (parameter as f32).to_bits()];
    match activation {
        AnyActivation::Linear => [0, 0],
        AnyActivation::Sigmoid => [1, 0],
        AnyActivation::Tanh => [2, 0],
        AnyActivation::Relu => [3, 0],
        AnyActivation::LeakyRelu(leaky) => with(4, leaky.slope),
        AnyActivation::Elu(elu) => with(5, elu.alpha),
        AnyActivation::Softplus => [6, 0],
        AnyActivation::Gelu(gelu) => [7 + u32::from(gelu.tanh), 0],
        AnyActivation::Softmax => [SOFTMAX, 0],
        AnyActivation::Maxout(maxout) => [MAXOUT, maxout.pieces as u32],
    }
}

/// Whether an activation looks at one number at a time, and so can be part of another kernel.
pub(super) fn is_element_wise(kind: AnyActivation) -> bool {
    activation(kind)[0] < SOFTMAX
}

/// Kind and parameter of a loss.
pub(super) fn loss(loss: AnyLoss) -> [u32; 2] {
    let logits = |kind: u32, from_logits: bool| [kind + u32::from(from_logits), 0];
    match loss {
        AnyLoss::MeanSquaredError(_) => [0, 0],
        AnyLoss::HalfMeanSquaredError(_) => [1, 0],
        AnyLoss::MeanAbsoluteError(_) => [2, 0],
        AnyLoss::Huber(huber) => [3, (huber.threshold as f32).to_bits()],
        AnyLoss::BinaryCrossEntropy(loss) => logits(4, loss.from_logits),
        AnyLoss::Hinge(_) => [6, 0],
        AnyLoss::SquaredHinge(_) => [7, 0],
        AnyLoss::CategoricalCrossEntropy(loss) => logits(8, loss.from_logits),
        AnyLoss::SparseCategoricalCrossEntropy(loss) => logits(10, loss.from_logits),
        AnyLoss::WestonWatkinsHinge(_) => [12, 0],
        AnyLoss::CrammerSingerHinge(_) => [13, 0],
    }
}

/// Over how many outputs the loss of an example is a mean.
pub(super) fn mean_over(at: &LossAt) -> u32 {
    const FIRST_OF_CLASSES: u32 = 8;
    if loss(at.loss)[0] < FIRST_OF_CLASSES { at.value.width as u32 } else { 1 }
}

/// The strengths of L1 and L2, and whether that of L2 is divided by the number of values.
pub(super) fn strengths(penalty: AnyRegularizer) -> ([f64; 2], bool) {
    match penalty {
        AnyRegularizer::L1(l1) => ([l1.strength, 0.0], false),
        AnyRegularizer::L2(l2) => ([0.0, l2.strength], l2.mean),
        AnyRegularizer::L1L2(both) => ([both.l1.strength, both.l2.strength], both.l2.mean),
    }
}

/// The strengths of L1 and L2 for a parameter of so many numbers.
pub(super) fn strengths_for(penalty: Option<AnyRegularizer>, length: usize) -> [f64; 2] {
    let Some(penalty) = penalty else { return [0.0; 2] };
    let ([l1, l2], mean) = strengths(penalty);
    [l1, if mean { l2 / length.max(1) as f64 } else { l2 }]
}

/// Kind, greatest norm and axis of a constraint.
pub(super) fn constraint(constraint: Constraint) -> (u32, f64, u32) {
    match constraint {
        Constraint::NonNegative => (0, 0.0, 1),
        Constraint::MaxNorm(max) => (1, max.max, max.axis as u32),
        Constraint::UnitNorm(unit) => (2, 0.0, unit.axis as u32),
    }
}
