//! The GPU against the CPU: values, gradients, steps, losses, whole trainings. Without an adapter these
//! tests fail: `cargo xtask setup` installs one in software where it can.

mod devices;
mod large;
mod precision;
mod training;
mod values;

use std::sync::Arc;

use ndarray::Array2;

use crate::activation::{AnyActivation, Elu, Gelu, LeakyRelu, Maxout};
use crate::data::{ClassWeights, generators};
use crate::engine::gpu::{self, Gpu, Layout, Limits, Session, Tiles};
use crate::engine::memory::Memory;
use crate::engine::plan::Operation;
use crate::engine::work::{Job, Seen, StepNumbers};
use crate::loss::{
    AnyLoss, BinaryCrossEntropy, CategoricalCrossEntropy, CrammerSingerHinge, HalfMeanSquaredError, Hinge, Huber,
    MeanAbsoluteError, MeanSquaredError, SparseCategoricalCrossEntropy, SquaredHinge, WestonWatkinsHinge,
};
use crate::nn::{DeviceUse, Metric, Network, Precision, TrainingHistory};
use crate::optim::{
    Adadelta, Adagrad, Adam, AdamW, Adamax, AmsGrad, AnyOptimizer, AveragedMomentum, Clip, Momentum, Nadam, Nesterov,
    RmsProp, Schedule, Sgd,
};
use crate::prelude::*;
use crate::regularize::{L1, L1L2, L2, MaxNorm, NonNegative, UnitNorm};

fn device() -> Arc<Gpu> {
    gpu::open(&gpu::preferred().unwrap().name, false).unwrap()
}

/// Normal numbers.
fn noise(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut generator = Seed(seed).generator();
    Array2::from_shape_fn((rows, columns), |_| crate::data::random::normal(&mut generator))
}

/// Targets that the loss takes, for this many outputs.
fn truth(loss: AnyLoss, rows: usize, outputs: usize) -> Array2<f64> {
    let class = |row: usize| (row * 7 + row / 3) % outputs.max(2);
    match loss {
        _ if loss.takes_class_numbers() => Array2::from_shape_fn((rows, 1), |(row, _)| class(row) as f64),
        AnyLoss::CategoricalCrossEntropy(_) => {
            Array2::from_shape_fn((rows, outputs), |(row, at)| f64::from(u8::from(class(row) == at)))
        }
        _ if loss.is_for_classes() => {
            Array2::from_shape_fn((rows, outputs), |(row, at)| f64::from(u8::from((row + at) % 3 == 0)))
        }
        _ => noise(rows, outputs, 77),
    }
}

fn compile(layers: Sequential, loss: impl Into<AnyLoss>, optimizer: impl Into<AnyOptimizer>) -> Network {
    layers.compile(optimizer, loss, Device::Cpu, Seed(3)).unwrap()
}

/// The largest distance of two vectors, as a share of the largest of the second.
fn distance(ours: &[f32], exact: &[f32]) -> f64 {
    distance_among(ours, exact, exact)
}

/// The largest distance of two vectors, as a share of the largest of a third.
fn distance_among(ours: &[f32], exact: &[f32], all: &[f32]) -> f64 {
    assert_eq!(ours.len(), exact.len());
    let most = all.iter().fold(1e-6_f64, |most, value| most.max(f64::from(value.abs())));
    let far = |(ours, exact): (&f32, &f32)| {
        let distance = (f64::from(*ours) - f64::from(*exact)).abs() / most;
        if distance.is_nan() { f64::INFINITY } else { distance }
    };
    ours.iter().zip(exact).map(far).fold(0.0, f64::max)
}

/// One batch on both devices, on the GPU from poisoned memory.
struct Both {
    loss: f64,
    memory: Memory<f32>,
    seen: Seen,
    gradient: Vec<f32>,
    layout: Layout,
    arena: Vec<f32>,
}

impl Both {
    fn of(gpu: Arc<Gpu>, network: &Network, (x, y): (&Array2<f64>, &Array2<f64>), tiles: Option<Tiles>) -> Self {
        let prepared = network.prepare(&(x, y)).unwrap();
        let rows = prepared.rows;
        let weights: Vec<f64> = (0..rows).map(|row| 0.5 + (row % 4) as f64).collect();
        let mut memory = Memory::new(&network.plan, rows, prepared.targets, true).unwrap();
        let order: Vec<usize> = (0..rows).map(|row| (row * 5 + 3) % rows).collect();
        let order = if rows.is_multiple_of(5) { (0..rows).collect() } else { order };
        network.gather(&prepared, Some(&weights), &order, &mut memory);
        let loss = network.differentiate(&mut memory, rows, false).unwrap();

        let job = Job { optimizer: None, ..network.job(network.mode(), rows, None, false) };
        let data = Some(prepared.data(Some(&weights)));
        let limits = Limits { tiles, ..Limits::default() };
        let mut session = Session::with(gpu, job, &network.parameters, &[], data, None, limits).unwrap();
        session.poison();
        let numbers = StepNumbers { number: network.steps, ..StepNumbers::default() };
        let seen = session.epoch(&order, &[numbers]).unwrap().training;
        let (gradient, layout, arena) = session.inside().unwrap();
        Both { loss, memory, seen, gradient, layout, arena }
    }

    /// How far the gradient of each parameter is from the processor's, with its name; of all of them, since a bias before a
    /// batch normalization has none but rounding errors.
    fn gradients<'a>(&'a self, network: &'a Network) -> impl Iterator<Item = (&'a str, f64)> {
        let trained = network.plan.parameters.iter().filter(|parameter| parameter.trained);
        trained.map(|parameter| {
            let exact = &self.memory.gradient;
            let ours = &self.gradient[parameter.range()];
            (parameter.name.as_str(), distance_among(ours, &exact[parameter.range()], exact))
        })
    }
}
