//! Loops in the widest vector instructions that the processor has, whatever the program was compiled for.

/// Runs `work`, whose loops become AVX2 instructions where the processor has them: eight `f32` at a time instead of the
/// four that every x86-64 has. The digits are the same: nothing is fused or put into another order.
#[inline(always)]
pub(crate) fn widest<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function asks for.
            return unsafe { with_avx2(work) };
        }
    }
    work()
}
