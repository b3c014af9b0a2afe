//! How things look under a cell: tables, figures, arrays, errors in words.
//!
//! The kernel calls `evcxr_display` on a cell's last expression. [`InCell`] gives that method to everything a notebook of
//! gradus ends a cell with; [`Bundle`] is what it hands over. [`display`] shows the same in the middle of a cell.

mod arrays;
mod bundle;
mod classification_metrics;
mod data_frame;
mod dataset;
mod display;
#[cfg(feature = "plot")]
mod drawings;
#[cfg(feature = "plot")]
mod figure;
pub(crate) mod html;
mod in_cell;
mod linalg;
mod model_selection;
mod models;
mod networks;
mod preprocessing;
mod table;

pub use arrays::Element;
pub use bundle::Bundle;
pub use display::display;
pub use in_cell::InCell;
