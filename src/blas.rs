//! BLAS' own threads, paused where all cores are busy already: two sets of threads would wait for each other.

use std::sync::{Mutex, PoisonError};

/// How many callers want BLAS to keep to one thread, and how many threads it had before the first of them.
static ALONE: Mutex<(usize, i32)> = Mutex::new((0, 1));

/// Runs `work`, whose own tasks fill the cores, with one thread for each call of BLAS.
///
/// OpenBLAS counts its own threads for the whole process; the number comes back when the last caller is done. Where it
/// runs on OpenMP's threads, each thread of ours has its own number, and Apple's Accelerate chooses on its own: both
/// are left alone.
pub(crate) fn with_one_thread<R>(work: impl FnOnce() -> R) -> R {
    let _guard = Guard::new();
    work()
}

/// Ends even when `work` panics.
struct Guard;

impl Guard {
    fn new() -> Self {
        let mut alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        if alone.0 == 0 && can_rest() {
            alone.1 = threads();
            set_threads(1);
        }
        alone.0 += 1;
        Guard
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        alone.0 -= 1;
        if alone.0 == 0 && can_rest() {
            set_threads(alone.1);
        }
    }
}

#[cfg(not(target_os = "macos"))]
mod openblas {
    use std::ffi::c_int;

    // SAFETY: OpenBLAS declares them so in its cblas.h; they take and give plain numbers.
    unsafe extern "C" {
        pub safe fn openblas_get_num_threads() -> c_int;
        pub safe fn openblas_set_num_threads(threads: c_int);
        /// 0: one thread, 1: threads of its own, 2: OpenMP's.
        pub safe fn openblas_get_parallel() -> c_int;
    }
}

/// Whether BLAS' threads can be paused.
#[cfg(not(target_os = "macos"))]
pub(crate) fn can_rest() -> bool {
    openblas::openblas_get_parallel() != 2
}

/// Whether BLAS' threads can be paused.
#[cfg(target_os = "macos")]
pub(crate) fn can_rest() -> bool {
    false
}

#[cfg(not(target_os = "macos"))]
use openblas::{openblas_get_num_threads as threads, openblas_set_num_threads as set_threads};

#[cfg(target_os = "macos")]
fn threads() -> i32 {
    1
}

#[cfg(target_os = "macos")]
fn set_threads(_threads: i32) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(target_os = "macos"))]
    fn threads_come_back_when_the_last_is_done_even_after_a_panic() {
        let before = threads();
        let inside = with_one_thread(|| {
            let panicked = std::panic::catch_unwind(|| with_one_thread(|| panic!("inside")));
            assert!(panicked.is_err());
            threads()
        });
        assert_eq!((inside, threads()), (if can_rest() { 1 } else { before }, before));
    }
}
