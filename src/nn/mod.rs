//! Neural networks: described layer by layer, compiled, trained, inspected.
//!
//! | to | see |
//! |---|---|
//! | describe a network | [`Sequential`], the layers of [`layer`] |
//! | compile it, for the CPU or a GPU | [`Sequential::compile`], [`Device`] |
//! | train | [`Network::fit`], [`Fit`], [`Precision`], [`EarlyStopping`], [`Checkpoint`], [`TrainingHistory`] |
//! | run code between the epochs | [`Network::fit_with`], [`Callback`], [`Training`] |
//! | predict and evaluate | [`Network::predict`], [`Network::predict_proba`], [`Network::evaluate`], [`Network::confusion_matrix`], [`Metric`], [`CustomMetric`] |
//! | follow backpropagation number by number | [`Network::forward`], [`Network::backward`], [`Network::step`] |
//! | check gradients | [`Network::gradient_check`] |
//! | find out what is wrong | [`Network::initial_loss`], [`Network::overfit_tiny_subset`], [`Network::dead_units`], [`Network::worst_mistakes`] |
//! | watch the layers of a training | [`Fit::watch_layers`], [`TrainingHistory::layers`] |
//! | freeze layers, keep some and train others | [`Network::freeze`], [`Network::truncated`] |
//! | train layer by layer, then the whole | [`Network::fit_layerwise`], [`LayerwiseHistory`] |

mod answers;
mod callback;
mod choose_device;
mod custom_metric;
mod device;
mod diagnose;
mod evaluate;
mod fit;
mod gradient_check;
mod history;
pub mod layer;
mod layerwise;
mod metric;
mod network;
mod parameters;
mod precision;
mod predict;
mod prepare;
mod run;
mod sequential;
mod step;
mod step_through;
mod stored_network;
mod summary;
#[cfg(test)]
mod tests;
mod train;
mod train_on_cpu;
mod train_on_gpu;
mod train_setup;
mod trainer;
mod transfer;

pub use crate::metrics::Evaluation;
pub use callback::{Callback, Checkpoint, EarlyStopping, Training, WatchedLayers};
pub use custom_metric::CustomMetric;
pub use device::{Adapter, Device, DeviceUse};
pub use diagnose::{DeadUnits, InitialLoss, LayerUnits, Mistake, TinySubset, WorstMistakes};
pub use fit::Fit;
pub use gradient_check::GradientCheck;
pub use history::TrainingHistory;
pub use layerwise::LayerwiseHistory;
pub use metric::Metric;
pub(crate) use metric::present_labels;
pub use network::Network;
pub use precision::Precision;
pub use sequential::Sequential;
pub use step_through::{Backward, Forward};
