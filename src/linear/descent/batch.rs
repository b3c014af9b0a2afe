//! `Batch`: batch, mini-batch or stochastic gradient descent.

use serde::{Deserialize, Serialize};

/// The number of examples per step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Batch {
    /// All of them: batch gradient descent.
    #[default]
    Full,
    /// This number, drawn without replacement until the epoch ends: mini-batch gradient descent.
    Mini(usize),
    /// One: stochastic gradient descent.
    Stochastic,
}

impl Batch {
    /// The number of examples in one step, of `rows` in all.
    pub(super) fn size(self, rows: usize) -> usize {
        match self {
            Batch::Full => rows,
            Batch::Mini(size) => size.min(rows),
            Batch::Stochastic => 1,
        }
    }

    pub(super) fn name(self) -> String {
        match self {
            Batch::Full => "batch".into(),
            Batch::Mini(size) => format!("mini-batches of {size}"),
            Batch::Stochastic => "stochastic".into(),
        }
    }
}
