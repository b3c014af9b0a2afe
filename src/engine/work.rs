//! The work that a GPU receives, and its results: the types between a network and `gpu`.

#![cfg_attr(not(feature = "gpu"), allow(dead_code, reason = "only `gpu` constructs and reads some of them"))]

use super::cpu::LossAt;
use super::plan::{Mode, Plan};
use crate::optim::{AnyOptimizer, Clip};

/// The greatest number in `f16`.
pub(crate) const MOST_IN_HALF: f32 = 65_504.0;

/// The properties of a GPU.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AdapterInfo {
    /// Its name with the interface, `NVIDIA H200 (Vulkan)`; `#2` is appended to a second one of the same name.
    pub name: String,
    /// The driver with its version.
    pub driver: String,
    /// Whether it is software, which runs on the CPU.
    pub software: bool,
    /// The largest buffer that a kernel can access, in bytes.
    pub largest_buffer: u64,
    /// The limit behind that.
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
    /// `None`: 1 for each example.
    pub weights: Option<&'a [f64]>,
}

/// A training, an evaluation or a prediction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job<'a> {
    pub plan: &'a Plan,
    pub loss: &'a LossAt,
    /// The mode of the first step, on which its masks and its noise depend.
    pub mode: Mode,
    /// The optimizer with its clipping; `None` keeps the gradient.
    pub optimizer: Option<(&'a AnyOptimizer, Option<Clip>)>,
    pub batch: usize,
    /// Whether outputs are requested in addition to losses.
    pub outputs: bool,
}

/// The numbers that a step needs in addition to its batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StepNumbers {
    /// The number of the step since the network was made.
    pub number: u64,
    pub coefficients: [f32; 8],
}

/// Losses and outputs of examples, in the order of the pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// The losses with the penalties of activities, times the weights of the examples.
    pub losses: Vec<f32>,
    /// The penalties of parameters in each step, piece by piece.
    pub penalties: Vec<f32>,
    /// Row by row; empty where they are not requested.
    pub outputs: Vec<f32>,
}

/// The results of an epoch.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Epoch {
    pub training: Seen,
    pub validation: Option<Seen>,
    /// After how many steps it was stopped, if it was. Then losses may be missing, and nothing was evaluated.
    pub stopped_after: Option<usize>,
    /// All parameters after it.
    pub parameters: Vec<f32>,
    /// The optimizer's state after it.
    pub slots: Vec<f32>,
}

/// The work of a session so far.
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
