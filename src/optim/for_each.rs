//! One pass over parameters, gradient and what the optimizer remembers.

use crate::real::{Real, simd_dispatch};

/// From this many parameters on, the cores share them: `f32` with two slots are 1 MB, more than a core's own cache holds.
pub(crate) const SHARED: usize = 65_536;

/// Runs `one` for each parameter w, with its derivative g and its numbers in the slots. What it needs else it owns (`move`):
/// numbers behind a reference could change with w as far as the compiler knows, and would be read again each time.
pub(super) fn for_each<F: Real, const SLOTS: usize>(
    parameters: &mut [F],
    gradient: &[F],
    slots: [&mut [F]; SLOTS],
    one: impl Fn(&mut F, F, [&mut F; SLOTS]) + Copy + Send + Sync,
) {
    let length = parameters.len();
    if length < SHARED {
        return simd_dispatch(
            #[inline(always)]
            || {
                // Of equal length as the compiler sees: no index is checked.
                let (gradient, mut slots) = (&gradient[..length], slots.map(|slot| &mut slot[..length]));
                for (at, w) in parameters.iter_mut().enumerate() {
                    one(w, gradient[at], slots.each_mut().map(|slot| &mut slot[at]));
                }
            },
        );
    }
    // Pieces begin at whole cache lines.
    let middle = (length / 2).next_multiple_of(16);
    let (first, second) = parameters.split_at_mut(middle);
    let (first_gradient, second_gradient) = gradient.split_at(middle);
    let mut halves = slots.map(|slot| slot.split_at_mut(middle));
    let first_slots = halves.each_mut().map(|(slot, _)| std::mem::take(slot));
    let second_slots = halves.map(|(_, slot)| slot);
    rayon::join(
        || for_each(first, first_gradient, first_slots, one),
        || for_each(second, second_gradient, second_slots, one),
    );
}
