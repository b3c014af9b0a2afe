//! Loops in the widest vector instructions of the CPU, whatever the program was compiled for.

/// Runs `work`, whose loops are compiled to AVX2 instructions where the CPU has them: eight `f32` at a time instead of the
/// four of every x86-64. The digits are the same: nothing is fused or reordered.
#[inline(always)]
pub(crate) fn simd_dispatch<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU has the feature that the function requires.
            return unsafe { with_avx2(work) };
        }
    }
    work()
}
