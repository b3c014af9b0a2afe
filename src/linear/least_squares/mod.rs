//! Least squares: the weights that minimize Σ ωᵢ‖yᵢ − Wᵀxᵢ − b‖² + p‖W‖², by four ways.
//!
//! | file | way | keeps digits while | cost |
//! |---|---|---|---|
//! | `normal_equations` | XᵀX w = Xᵀy as the lecture writes it | κ² is small against 10¹⁶ | n d² / 2 … n d² |
//! | `qr` | Householder triangle, block by block | κ is small against 10¹⁶ | 2 n d² |
//! | `svd` | singular values of that triangle | any κ, any rank | 2 n d² + d³ |
//! | `dual` | products of the examples, for a penalty and n < d | κ² is small against 10¹⁶, else by singular values | n² d |
//! | `automatic` | the first that is exact here, refined | any κ, any rank | as the first, mostly |
//!
//! κ is the condition number of the matrix whose columns have been scaled to length one; `condition` finds it. `refine`
//! and `doubled` bring the last digits back.

mod automatic;
mod condition;
mod doubled;
mod dual;
mod moments;
mod normal_equations;
mod problem;
mod qr;
mod refine;
mod svd;
mod triangle;

pub(super) use automatic::automatic;
pub(super) use condition::StandardErrors;
pub(super) use moments::gram;
pub(super) use normal_equations::{gram_of_examples, normal_equations};
pub(super) use problem::Problem;
pub(super) use qr::qr;
pub(super) use refine::Precise;
pub(super) use svd::svd;

use ndarray::{Array1, Array2};

pub(in crate::linear) use crate::lapack::failed as lapack;

/// What every solver returns.
pub(super) struct Solved {
    /// d × k.
    pub weights: Array2<f64>,
    /// k.
    pub intercepts: Array1<f64>,
    /// The weights and intercepts before they were rounded, where they were refined.
    pub precise: Option<Precise>,
    /// κ of the matrix whose system was solved, columns scaled to length one.
    pub condition_number: f64,
    /// Rank of the features (centered where there is an intercept).
    pub rank: usize,
    /// For standard errors; `None` where there are none.
    pub standard_errors: Option<StandardErrors>,
    /// How many times the solution was refined.
    pub refinements: usize,
    /// Which solver it was.
    pub solver: &'static str,
    /// Why it was that solver, and how many digits it keeps.
    pub note: String,
}

/// A condition number as text: `6.8`, `1.3e5`.
fn shown(condition_number: f64) -> String {
    if condition_number < 1e3 { format!("{condition_number:.1}") } else { format!("{condition_number:.1e}") }
}
