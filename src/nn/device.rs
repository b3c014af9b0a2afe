//! `Device`: what computes.

use serde::{Deserialize, Serialize};

/// What a network computes on.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Device {
    /// The processor.
    Cpu,
    /// The fastest that is there; today the processor.
    #[default]
    Auto,
}
