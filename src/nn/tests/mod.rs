mod backpropagation;
mod callbacks;
mod custom_metric;
mod description;
mod diagnose;
mod finite;
mod goes_on;
#[cfg(feature = "gpu")]
mod gpu;
mod interrupted;
mod labels;
mod layers_alone;
mod layerwise;
mod multi_label;
mod training;
mod watched_layers;

use ndarray::Array2;

use super::{Device, Network, Sequential};
use crate::data::Seed;
use crate::loss::AnyLoss;
use crate::optim::Sgd;

/// A network that steps by 0.1.
fn compiled(description: &Sequential, loss: impl Into<AnyLoss>) -> Network {
    description.compile(Sgd::new(0.1), loss, Device::Cpu, Seed(3)).unwrap()
}

/// Numbers that look random and are not near any kink.
fn wavy(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(row, column)| 1.3 * ((row * columns + column) as f64 * 1.7 + 0.4).sin())
}
