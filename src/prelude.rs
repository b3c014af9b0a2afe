//! What a notebook needs, in one line: `use gradus::prelude::*;`

pub use crate::data::{Column, Dataset, Examples, Inputs, Kind, Seed, Table, Targets};
pub use crate::error::{Error, Result};
pub use crate::linear::{
    Batch, ClosedForm, Descent, GradientDescent, History, LeastSquares, LinearModel, LinearRegression, Solver,
    SquaredError,
};
pub use crate::notebook::InCell;
pub use crate::plot::{Figure, compare_costs, compare_paths, cost_contour, cost_surface, cost_tangent};
pub use ndarray::{self, Array1, Array2, array};
