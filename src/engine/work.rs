//! What a graphics processor is given to do, and what comes back: the words between a network and `gpu`.

#![cfg_attr(not(feature = "gpu"), allow(dead_code, reason = "`gpu` alone makes and reads some of them"))]

use super::cpu::LossAt;
use super::plan::{Mode, Plan};
use crate::optim::{AnyOptimizer, Clip};

/// The greatest number that `f16` holds.
pub(crate) const MOST_IN_HALF: f32 = 65_504.0;

/// What is known of a graphics processor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AdapterInfo {
    /// Its name with the interface, `NVIDIA H200 (Vulkan)`; a second one of the same name is followed by `#2`.
    pub name: String,
    /// The driver with its version.
    pub driver: String,
    /// Whether it is a program on the processor.
    pub software: bool,
    /// The largest piece of memory that a kernel can see, in bytes.
    pub largest_buffer: u64,
    /// What bounds that.
    pub bound: &'static str,
}

/// Checked examples, row-major.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Data<'a> {
    pub rows: usize,
    pub inputs: usize,
    pub targets: usize,
    pub x: &'a [f32],
    pub y: &'a [f64],
    /// 1 for each example where none are given.
    pub weights: Option<&'a [f64]>,
}

/// What is to be computed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job<'a> {
    pub plan: &'a Plan,
    pub loss: &'a LossAt,
    /// What masks and noise of the first step depend on.
    pub mode: Mode,
    /// The optimizer with its clipping; none where the gradient is looked at.
    pub optimizer: Option<(&'a AnyOptimizer, Option<Clip>)>,
    pub batch: usize,
    /// Whether outputs are wanted beside losses.
    pub outputs: bool,
}

/// What a step is told beside its batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StepNumbers {
    /// Its number in the life of the network.
    pub number: u64,
    pub coefficients: [f32; 8],
}

/// Losses and outputs of examples, in the order in which they were seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// The losses with the penalties of activities, times the examples' weights.
    pub losses: Vec<f32>,
    /// What the penalties of parameters add in each step.
    pub penalties: Vec<f32>,
    /// Row after row; empty where not wanted.
    pub outputs: Vec<f32>,
}

/// What an epoch gives back.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Epoch {
    pub training: Seen,
    pub validation: Option<Seen>,
    /// Where it was stopped: after how many steps. Then losses may lack, and nothing is judged.
    pub stopped_after: Option<usize>,
    /// All parameters after it.
    pub parameters: Vec<f32>,
    /// The optimizer's memory after it.
    pub slots: Vec<f32>,
}

/// What a session has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub steps: u64,
    /// Dispatches of steps, without those of validation.
    pub dispatches: u64,
    pub submits: u64,
    pub read_backs: u64,
    /// Bytes that came back.
    pub bytes_back: u64,
}
