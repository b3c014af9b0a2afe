//! Figures: interactive under a cell, exported into reports.
//!
//! [`Figure`] is what all views give: methods of what they show (`history.cost_plot()`, `data.histograms()`,
//! `model.regression_plot(&data)`), or series by series for anything else. [`Figure::row`] and [`Figure::grid`] put
//! several into one, as a cell shows one.
//!
//! | view | file | slide |
//! |---|---|---|
//! | cost curve of one or several runs | `cost.rs` | A40 |
//! | regression line with residuals | `regression_line.rs` | A11 |
//! | predicted against actual | `predicted_against_actual.rs` | B5 |
//! | cost surface, contour with the descent's path | `surface.rs`, `contour.rs` | A12 |
//! | J(w) with its tangent, step by step | `tangent.rs` | A14 |
//! | activation functions with their derivatives | `activation_functions.rs` | A35 |
//! | learning rate over the steps | `schedule.rs` | B20 |
//! | drawing of a network | `network/` | A23, A26 |
//! | computation graph with values and gradients | `computation_graph/` | A21 |
//! | gradient norms, updates beside the weights | `gradient_flow.rs` | B17, B25 |
//! | each layer's values over the epochs | `layer_histograms.rs` | B27 |
//! | histograms, scatter matrix, correlations | `histogram.rs`, `scatter_matrix.rs`, `correlation.rs` | A9 |
//! | decision boundary of any classifier of two features | `decision_boundary.rs` | |
//! | the boundary moving during a descent | `moving_boundary.rs` | A22 |
//! | confusion matrix | `confusion_matrix.rs` | |
//! | ROC and precision–recall curves | `roc.rs`, `precision_recall.rs` | |
//! | learning and validation curves | `learning_curves.rs` | |
//! | loss and metrics of a network's training | `training.rs` | B26 |
//! | images with their labels, the worst mistakes | `images.rs` | |
//!
//! The look is decided in `style.rs` and in the `house_style.json` of `gradus-browser`, which a lecturer's own file changes
//! ([`Theme`]). Figures are written in plotly.js' own words (<https://plotly.com/javascript/reference/>): the `plotly`
//! crate's builders, whose plots [`Figure::from_plotly`] takes, know neither texts inside a heat map nor subtitles nor one
//! legend for each panel, and only whole numbers for the length of a color bar. The crate gives the library that draws.

mod activation_functions;
mod classes;
mod color;
mod computation_graph;
mod confusion_matrix;
mod contour;
mod correlation;
mod cost;
mod decision_boundary;
mod downsample;
mod figure;
mod gradient_flow;
mod grid;
mod histogram;
mod house_style;
mod html;
mod image_export;
mod images;
mod layer_histograms;
mod learning_curves;
mod level_sets;
mod model_selection;
mod moving_boundary;
mod network;
mod one_feature;
mod precision_recall;
mod predicted_against_actual;
mod regression_line;
mod roc;
mod rounding;
mod save;
mod scatter;
mod scatter_matrix;
mod schedule;
mod squared_error_cost;
mod step_player;
mod style;
mod surface;
mod tangent;
mod theme;
mod training;

pub use activation_functions::{ActivationCurve, activation_functions};
pub use contour::{compare_paths, cost_contour};
pub use cost::{compare_costs, cost_curves};
pub use decision_boundary::{Answer, Decision, decision_boundary};
pub use figure::Figure;
pub use images::{images, worst_mistakes};
pub use learning_curves::{Scores, epoch_curve, learning_curve, validation_curve};
pub use network::{NetworkDrawing, NetworkLayer};
pub use precision_recall::compare_precision_recall;
pub use predicted_against_actual::predicted_against_actual;
pub use roc::compare_roc;
pub use rounding::Coordinate;
pub use style::PALETTE;
pub use surface::cost_surface;
pub use tangent::cost_tangent;
pub use theme::Theme;
