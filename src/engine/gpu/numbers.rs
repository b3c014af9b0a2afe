//! Kinds of activations, losses, penalties and constraints in records, and the constants that name them in WGSL.

use std::fmt::Write as _;

use crate::activation::AnyActivation;
use crate::engine::cpu::LossAt;
use crate::loss::{AnyLoss, Loss as _};
use crate::optim::AnyOptimizer;
use crate::regularize::{AnyRegularizer, Constraint};

/// A constant for each kind, which every shader begins with.
pub(super) fn constants() -> String {
    let mut text = String::new();
    for set in [AnyActivation::KINDS, AnyLoss::KINDS, AnyOptimizer::KINDS] {
        for (number, kind) in set.iter().copied().flatten().enumerate() {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "const {kind}: u32 = {number}u;");
        }
    }
    text
}

/// The number of outputs over which the loss of an example is a mean.
pub(super) fn mean_over(at: &LossAt) -> u32 {
    if at.loss.is_mean_over_outputs() { at.value.width as u32 } else { 1 }
}

/// The strengths of L1 and L2, and whether that of L2 is divided by the number of values.
pub(super) fn strengths(penalty: AnyRegularizer) -> ([f64; 2], bool) {
    match penalty {
        AnyRegularizer::L1(l1) => ([l1.strength, 0.0], false),
        AnyRegularizer::L2(l2) => ([0.0, l2.strength], l2.mean),
        AnyRegularizer::L1L2(both) => ([both.l1.strength, both.l2.strength], both.l2.mean),
    }
}

/// The strengths of L1 and L2 for a parameter of this length.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation as _;
    use crate::closed_set::Samples as _;

    const ACTIVATION: &str = include_str!("../../../shaders/common/activation.wgsl");
    const LOSS: &str = include_str!("../../../shaders/common/loss.wgsl");
    const OPTIMIZER: &str = include_str!("../../../shaders/common/optimizer.wgsl");

    /// How many cases of a switch name this constant.
    fn cases(text: &str, kind: &str) -> usize {
        let labels = text.lines().filter_map(|line| line.trim().strip_prefix("case ")?.strip_suffix(": {"));
        labels.flat_map(|labels| labels.split(", ")).filter(|label| *label == kind).count()
    }

    /// The constant of this number.
    fn named(set: &[&[&'static str]], number: u32) -> &'static str {
        set.iter().copied().flatten().nth(number as usize).unwrap()
    }

    #[test]
    fn every_kind_has_a_case() {
        for activation in AnyActivation::samples() {
            let kind = named(AnyActivation::KINDS, activation.kind_number());
            let both = if activation.is_element_wise() { 2 } else { 0 };
            assert_eq!(cases(ACTIVATION, kind), both, "{kind}");
        }
        for loss in AnyLoss::samples() {
            let kind = named(AnyLoss::KINDS, loss.kind_number());
            assert_eq!(cases(LOSS, kind), 1, "{kind}");
            let (_, rest) = LOSS.split_once("fn takes_all_outputs").unwrap();
            let (all_outputs, _) = rest.split_once("\n}\n").unwrap();
            assert_eq!(cases(all_outputs, kind) == 0, loss.is_mean_over_outputs(), "{kind}");
        }
        for kind in AnyOptimizer::KINDS.iter().copied().flatten() {
            assert_eq!(cases(OPTIMIZER, kind), 1, "{kind}");
        }
    }

    #[test]
    fn samples_cover_every_kind_and_no_two_share_a_name() {
        let covered = |numbers: Vec<u32>, set: &[&[&str]]| {
            let kinds = set.iter().copied().flatten().count() as u32;
            assert!((0..kinds).all(|kind| numbers.contains(&kind)), "{numbers:?} of {set:?}");
        };
        covered(AnyActivation::samples().iter().map(AnyActivation::kind_number).collect(), AnyActivation::KINDS);
        covered(AnyLoss::samples().iter().map(AnyLoss::kind_number).collect(), AnyLoss::KINDS);
        covered(AnyOptimizer::samples().iter().map(AnyOptimizer::kind_number).collect(), AnyOptimizer::KINDS);
        let text = constants();
        let mut names: Vec<&str> = text.lines().filter_map(|line| line.split(&[' ', ':']).nth(1)).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        assert_eq!(AnyActivation::Linear.kind_number(), 0, "records without an activation have 0");
    }
}
