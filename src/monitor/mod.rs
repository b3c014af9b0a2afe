//! What is watched while a network trains: how each layer's values are distributed, and how far its gradients carry.
//!
//! Both records keep a few numbers for each layer and time, never the values themselves, so that a long training can
//! fill them. Their figures are methods of theirs: [`LayerHistory::histogram_plot`], [`GradientFlow::norm_plot`].

mod gradient_flow;
mod layer_history;
mod value_distribution;

pub use gradient_flow::{GradientFlow, LayerSteps, Norms};
pub use layer_history::LayerHistory;
pub use value_distribution::ValueDistribution;
