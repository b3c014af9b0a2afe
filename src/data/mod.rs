//! Data: polars in, ndarray out.

mod column;
mod dataset;
mod examples;
mod seed;
mod table;

pub use column::{Column, Kind};
pub use dataset::Dataset;
pub use examples::{Examples, Inputs, Targets};
pub use seed::Seed;
pub use table::Table;

pub(crate) use column::short;
pub(crate) use examples::{columns_or_numbered, require_numbers};
