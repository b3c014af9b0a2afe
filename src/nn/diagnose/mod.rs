//! What is wrong with a network? The checks of slides B25 to B27, one per file.

mod dead_units;
mod initial_loss;
mod losses;
mod tiny_subset;
mod worst_mistakes;

pub use dead_units::{DeadUnits, LayerUnits};
pub use initial_loss::InitialLoss;
pub use tiny_subset::TinySubset;
pub use worst_mistakes::{Mistake, WorstMistakes};
