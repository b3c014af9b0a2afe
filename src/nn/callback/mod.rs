//! What watches a training: one file each.

mod checkpoint;
mod early_stopping;

pub use checkpoint::Checkpoint;
pub use early_stopping::EarlyStopping;
pub(super) use early_stopping::Watch;
