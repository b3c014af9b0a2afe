//! Data sets by name: shipped with gradus, or fetched on first use and kept.
//!
//! | function | rows | features | target | where it is |
//! |---|---|---|---|---|
//! | [`iris`] | 150 | 4 | species, 3 classes | shipped |
//! | [`diabetes`] | 442 | 10 | progression of the disease | shipped |
//! | [`breast_cancer`] | 569 | 30 | benign or malignant | shipped |
//! | [`digits`] | 1 797 | 64 | digit, 10 classes | shipped |
//! | [`california_housing`] | 20 640 | 8 | median house value in 100 000 $ | fetched, 2.1 MB |
//! | [`california_housing_raw`] | 20 640 | 9 | median house value in $ | fetched, 1.4 MB |
//! | [`mnist`] | 60 000 and 10 000 | 784 | digit, 10 classes | fetched, 11.6 MB |
//!
//! [`folder`] says where fetched files are kept. [`list()`] shows all of this as a table in a notebook.

mod breast_cancer;
mod california_housing;
mod diabetes;
mod digits;
mod iris;
mod manifest;
mod mnist;

pub use super::fetch::folder;
pub use breast_cancer::breast_cancer;
pub use california_housing::{california_housing, california_housing_raw};
pub use diabetes::diabetes;
pub use digits::digits;
pub use iris::iris;
pub use manifest::list;
pub use mnist::mnist;
