//! `Real`: the two floats that networks compute in, with elementary functions that a loop over a slice runs several at
//! a time.
//!
//! Networks train in `f32`; gradients are checked in `f64`. Everything from activations and optimizers up to the
//! engine is written once over [`Real`].

mod elementary;
mod norm;
mod sigmoid;
mod simd_dispatch;
mod sum;

pub(crate) use norm::{norm, norm_of};
pub(crate) use sigmoid::{sigmoid, sigmoid_and_log};
pub(crate) use simd_dispatch::simd_dispatch;
pub(crate) use sum::{column_sums, dot, sum_of};

use ndarray::NdFloat;
use serde::Serialize;
use serde::de::DeserializeOwned;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`. The trait is sealed.
///
/// The functions named `vector_…` have no branches for `f32`, so that the compiler turns a loop over a slice into
/// vector instructions; they are within 2 units in the last place of the exact value (`vector_erf`: 3). For `f64` they
/// are the standard library's, and libm's for erf. NaN stays NaN.
///
/// ```
/// use gradus::real::Real;
/// fn twice<F: Real>(value: F) -> F {
///     value * F::of(2.0)
/// }
/// assert_eq!((twice(1.5_f32), twice(1.5_f64)), (3.0, 3.0));
/// assert_eq!(f32::INFINITY.vector_tanh(), 1.0);
/// ```
pub trait Real: NdFloat + Serialize + DeserializeOwned + sealed::Sealed {
    /// The nearest value to this number.
    fn of(value: f64) -> Self;
    /// The same number as `f64`.
    fn as_f64(self) -> f64;
    /// eˣ: infinite from 88.73 on in `f32`, 0 below −103.98.
    fn vector_exp(self) -> Self;
    /// eˣ − 1, which keeps its digits near 0.
    fn vector_exp_m1(self) -> Self;
    /// tanh x.
    fn vector_tanh(self) -> Self;
    /// The error function (2/√π) ∫₀ˣ e^(−t²) dt.
    fn vector_erf(self) -> Self;
}

impl Real for f32 {
    #[inline]
    fn of(value: f64) -> Self {
        value as f32
    }

    #[inline]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline]
    fn vector_exp(self) -> Self {
        elementary::exp(self)
    }

    #[inline]
    fn vector_exp_m1(self) -> Self {
        elementary::exp_m1(self)
    }

    #[inline]
    fn vector_tanh(self) -> Self {
        elementary::tanh(self)
    }

    #[inline]
    fn vector_erf(self) -> Self {
        elementary::erf(self)
    }
}

impl Real for f64 {
    #[inline]
    fn of(value: f64) -> Self {
        value
    }

    #[inline]
    fn as_f64(self) -> f64 {
        self
    }

    #[inline]
    fn vector_exp(self) -> Self {
        self.exp()
    }

    #[inline]
    fn vector_exp_m1(self) -> Self {
        self.exp_m1()
    }

    #[inline]
    fn vector_tanh(self) -> Self {
        self.tanh()
    }

    #[inline]
    fn vector_erf(self) -> Self {
        libm::erf(self)
    }
}
