//! What watches a training: one file each.

mod checkpoint;
mod early_stopping;
mod watched_layers;

pub use checkpoint::Checkpoint;
pub use early_stopping::EarlyStopping;
pub(super) use early_stopping::Watch;
pub(super) use watched_layers::LayerWatcher;
pub use watched_layers::WatchedLayers;
