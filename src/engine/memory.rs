//! The buffers of a plan, allocated once for a number of rows.

use super::plan::{Plan, Value};
use crate::error::{Error, Result};
use crate::real::Real;

/// Fewer bytes are not checked.
const SMALL: usize = 1 << 28;

/// Refuses an allocation of more bytes than there is memory for; `None` are more than can be counted. A failed allocation, or
/// one that the system promises and then cannot provide, would end the program. `what` names the purpose, `instead` a way to
/// need less.
pub(crate) fn require_room(bytes: Option<usize>, what: impl Fn() -> String, instead: &str) -> Result<()> {
    require_room_in(bytes, available, what, instead)
}

fn require_room_in(
    bytes: Option<usize>,
    available: impl Fn() -> Option<u64>,
    what: impl Fn() -> String,
    instead: &str,
) -> Result<()> {
    let refuse = |problem: String| Err(Error::Data(format!("{} {problem}; {instead}", what())));
    let Some(bytes) = bytes.filter(|bytes| isize::try_from(*bytes).is_ok()) else {
        return refuse("needs more bytes than can be counted".into());
    };
    if bytes < SMALL {
        return Ok(());
    }
    let gigabytes = |bytes: f64| format!("{:.1} GB", bytes / 1e9);
    let needs = format!("needs {} of memory", gigabytes(bytes as f64));
    if let Some(free) = available().filter(|free| bytes as u64 > *free) {
        return refuse(format!("{needs}, but {} are free", gigabytes(free as f64)));
    }
    match Vec::<u8>::new().try_reserve_exact(bytes) {
        Ok(()) => Ok(()),
        Err(_) => refuse(format!("{needs}, which the system does not provide")),
    }
}

/// How many bytes of memory are free, within the limit of a container; `None` on systems other than Linux.
fn available() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let table = read("/proc/meminfo")?;
    let entry = |name: &str| -> Option<u64> {
        let line = table.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').trim().strip_suffix("kB")?.trim().parse().ok()
    };
    let free = 1024 * (entry("MemAvailable")? + entry("SwapFree").unwrap_or(0));
    let allowed = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
    Some(allowed.map_or(free, |allowed: u64| allowed.min(free)))
}

/// Values, derivatives and gradient of a batch. Parameters are stored elsewhere, since they outlive it.
#[derive(Clone, Debug)]
pub(crate) struct Memory<F> {
    /// How many rows the buffers have room for.
    pub capacity: usize,
    /// The arena of values: the rows of one value after those of another.
    pub values: Vec<F>,
    /// The loss' derivative by each value, in the same layout; empty where nothing is trained.
    pub deltas: Vec<F>,
    /// The loss' derivative by each parameter that is trained.
    pub gradient: Vec<F>,
    /// Scratch values of the forward pass for the backward pass: batch statistics.
    pub scratch: Vec<F>,
    /// The targets of the batch, one row per example.
    pub truth: Vec<f64>,
    /// The weight of each example; 1 where none was given.
    pub weights: Vec<f64>,
    /// One row of outputs and one of slopes, in the precision of losses.
    pub row: [Vec<f64>; 2],
}

impl<F: Real> Memory<F> {
    /// Allocates buffers for this many rows, for training or only for the forward pass.
    ///
    /// # Errors
    /// [`Error::Data`] if there is not enough memory.
    pub fn new(plan: &Plan, capacity: usize, targets: usize, training: bool) -> Result<Self> {
        let arenas = if training { 2 } else { 1 };
        let kept = if training { plan.trained } else { 0 } + plan.scratch;
        let numbers = plan.width.checked_mul(capacity).and_then(|width| width.checked_mul(arenas)?.checked_add(kept));
        let wide = targets.checked_add(1).and_then(|each| each.checked_mul(capacity)?.checked_mul(size_of::<f64>()));
        let bytes = numbers.and_then(|numbers| numbers.checked_mul(size_of::<F>())?.checked_add(wide?));
        let what = || format!("a batch of {capacity} examples with {} values each", plan.width);
        require_room(bytes, what, "use smaller batches or fewer units")?;
        let zeros = |length: usize| vec![F::zero(); length];
        let if_training = |length: usize| if training { zeros(length) } else { vec![] };
        let outputs = plan.output.width;
        Ok(Memory {
            capacity,
            values: zeros(plan.width * capacity),
            deltas: if_training(plan.width * capacity),
            gradient: if_training(plan.trained),
            scratch: zeros(plan.scratch),
            truth: vec![0.0; targets * capacity],
            weights: vec![1.0; capacity],
            row: [vec![0.0; outputs], vec![0.0; outputs]],
        })
    }

    /// The rows of a value.
    pub fn value(&self, value: Value, rows: usize) -> &[F] {
        &self.values[value.range(self.capacity, rows)]
    }

    /// The rows of a value, mutably.
    pub fn value_mut(&mut self, value: Value, rows: usize) -> &mut [F] {
        &mut self.values[value.range(self.capacity, rows)]
    }

    /// The derivative by a value.
    pub fn delta(&self, value: Value, rows: usize) -> &[F] {
        &self.deltas[value.range(self.capacity, rows)]
    }
}

/// Two values of an arena at once; `later` is after `earlier`.
pub(crate) fn pair<F>(
    arena: &mut [F],
    capacity: usize,
    rows: usize,
    earlier: Value,
    later: Value,
) -> (&mut [F], &mut [F]) {
    let (front, back) = arena.split_at_mut(later.offset * capacity);
    (&mut front[earlier.range(capacity, rows)], &mut back[..later.width * rows])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allocations_beyond_the_memory_are_refused() {
        let said = |bytes, free: Option<u64>| match require_room_in(
            bytes,
            || free,
            || "a network".into(),
            "use fewer units",
        ) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        assert!(said(None, None).contains("a network needs more bytes than can be counted"));
        assert!(said(Some(usize::MAX), None).contains("can be counted"));
        assert!(
            said(Some(3 << 40), Some(1 << 34)).contains("needs 3298.5 GB of memory, but 17.2 GB are free; use fewer")
        );
        assert!(said(Some(1 << 60), None).contains("which the system does not provide"));
        assert_eq!(said(Some(1 << 29), Some(1 << 34)), "");
        assert_eq!(said(Some(1 << 20), Some(0)), "", "small allocations are not checked");
    }
}
