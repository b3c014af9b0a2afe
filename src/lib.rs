//! **gradus**: machine-learning lectures, slide by slide, in Rust notebooks.

// cblas-sys and ndarray-linalg declare functions that build.rs links; naming them keeps the declarations used.
use cblas_sys as _;

pub mod data;
pub mod error;
pub mod linear;
pub mod metrics;
pub mod notebook;
pub mod plot;
pub mod prelude;
pub mod progress;

pub use data::sources as datasets;
pub use error::{Error, Result};

pub use ndarray;
pub use plotly;
pub use polars;
