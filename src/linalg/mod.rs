//! The linear algebra that lectures write: one operation per file, named as on the slide.
//!
//! | slide | here | NumPy | file |
//! |---|---|---|---|
//! | A⁻¹ | [`inverse`] | `inv` | `inverse.rs` |
//! | x of Ax = b | [`solve`] | `solve` | `solve.rs` |
//! | det A | [`determinant`] | `det` | `determinant.rs` |
//! | λ of Av = λv | [`eigenvalues`], [`eigen`]; [`complex_eigenvalues`], [`complex_eigen`] | `eigvalsh`, `eigh`; `eigvals`, `eig` | `eigen.rs`, `complex_eigen.rs` |
//! | UΣVᵀ | [`svd`] | `svd(…, full_matrices=False)` | `svd.rs` |
//! | A⁺ | [`pseudo_inverse`] | `pinv` | `pseudo_inverse.rs` |
//! | ‖v‖, ‖A‖ | [`norm`], [`spectral_norm`] | `norm(…)`, `norm(…, 2)` | `norm.rs` |
//! | rank A | [`rank`] | `matrix_rank` | `rank.rs` |
//! | κ(A) | [`condition_number`] | `cond` | `condition_number.rs` |
//! | tr A | [`trace`] | `trace` | `trace.rs` |
//!
//! All take a reference to an array or a view, so that (XᵀX)⁻¹Xᵀy reads as on the slide, and answer with a `Result`: a
//! matrix of the wrong shape, one with a NaN or an infinite entry, and a singular one are errors.
//!
//! ```
//! use gradus::prelude::*;
//! let x = array![[1.0, 1.0], [1.0, 3.0], [1.0, 6.0], [1.0, 5.0]];
//! let y = array![4.0, 8.0, 14.0, 13.0];
//! let w = inverse(&x.t().dot(&x))?.dot(&x.t()).dot(&y);
//! assert!(norm(&(&w - &array![114.0 / 59.0, 123.0 / 59.0]))? < 1e-12);
//! # Ok::<(), gradus::Error>(())
//! ```
//!
//! What is not here, [`ndarray_linalg`] has: `use gradus::ndarray_linalg::Cholesky;`.

mod complex_eigen;
mod condition_number;
mod determinant;
mod eigen;
mod factored;
mod inverse;
mod norm;
mod pseudo_inverse;
mod rank;
mod require;
mod solve;
mod svd;
#[cfg(test)]
mod tests;
mod trace;

pub use complex_eigen::{ComplexEigen, complex_eigen, complex_eigenvalues};
pub use condition_number::condition_number;
pub use determinant::determinant;
pub use eigen::{Eigen, eigen, eigenvalues};
pub use inverse::inverse;
pub use norm::{norm, spectral_norm};
pub use pseudo_inverse::pseudo_inverse;
pub use rank::rank;
pub use solve::solve;
pub use svd::{Svd, svd};
pub use trace::trace;
