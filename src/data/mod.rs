//! Data: polars in, ndarray out.
//!
//! | to | see |
//! |---|---|
//! | hold examples with names, meanings and units | [`Dataset`], [`Column`] |
//! | read a file, a polars `DataFrame`, a known set, a made-up set | [`Csv`], [`Dataset::from_frame`], [`sources`], [`generators`] |
//! | look at it | [`Dataset::head`], [`Dataset::describe`], [`Dataset::class_counts`], [`Dataset::missing`], [`Dataset::correlations`] |
//! | hold rows out | [`Dataset::split`], [`Dataset::split_stratified`] |
//! | fill or drop what is missing | [`Imputer`], [`Dataset::drop_missing`] |
//! | scale | [`StandardScaler`], [`MeanNormalizer`], [`MinMaxScaler`] |
//! | make, encode and drop categories | [`Dataset::categorized`], [`OneHotEncoder`], [`OrdinalEncoder`], [`Dataset::one_hot_target`], [`Dataset::drop_unused_categories`] |
//! | make powers and products | [`PolynomialFeatures`] |
//! | give classes different weights | [`ClassWeights`] |

mod categories;
mod class_weights;
mod column;
mod correlation;
mod csv;
mod dataset;
mod encoding;
mod examples;
mod fetch;
mod frame;
pub mod generators;
mod idx;
mod impute;
mod labels;
mod polynomial;
mod present;
pub(crate) mod random;
mod roles;
mod scaling;
mod seed;
pub mod sources;
mod split;
mod statistics;
mod table;
mod view;

pub use class_weights::ClassWeights;
pub use column::{Column, Kind};
pub use csv::{Csv, read_csv};
pub use dataset::Dataset;
pub use encoding::{OneHotEncoder, OrdinalEncoder};
pub use examples::{Examples, Inputs, Targets};
pub use impute::{FittedImputer, Imputer};
pub use polynomial::PolynomialFeatures;
pub use scaling::{MeanNormalizer, MinMaxScaler, Scaler, StandardScaler};
pub use seed::Seed;
pub use split::{Split, TrainTest};
pub use statistics::Statistics;
pub use table::Table;

pub(crate) use crate::format::short;
pub(crate) use column::stands_twice;
pub(crate) use examples::{columns_or_numbered, require_fitted_columns, require_numbers, require_target_order};
#[cfg(feature = "gpu")]
pub(crate) use fetch::cache_folder;
pub(crate) use labels::{Labels, class_name, distinct_labels, indicator, label_position, number_name, quoted_list};
pub(crate) use present::{Present, present};
pub(crate) use random::{below, permutation, shuffle, uniform};
pub(crate) use statistics::quantile;
