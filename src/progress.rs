//! Progress of long computations, at a reader's pace.
//!
//! In the kernel *Rust (gradus)* a loop has one bar below its cell, which moves in place and stays as it was last, also
//! in the saved notebook. Other kernels show the standard output line by line while a cell runs: bars drawn with `\r`
//! arrive in one lump at the end, and text without a line's end can stall it. There, and in programs, it prints whole
//! lines, seldom. What is quick shows nothing.

mod bar;

use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, Instant};

use crate::front;
use bar::Bar;

/// What takes less than this needs no lines.
const SILENT: Duration = Duration::from_millis(1000);
/// At most one line in this time.
const PACE: Duration = Duration::from_millis(500);

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` without the progress lines of what it calls: of many fits at once only the whole has a line.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    /// Also where `work` panics, the thread speaks again.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUIET.set(self.0);
        }
    }
    let _restore = Restore(QUIET.replace(true));
    work()
}

/// Shows how far a long computation is: `epoch 12/100 · cost 0.2130 · 1.2 s · ETA 9 s`.
///
/// In the kernel *Rust (gradus)* that is a bar, which appears after half a second, moves about ten times a second and
/// stays in the notebook: at the end `epoch 100/100 · cost 0.0213 · 12 s`, or how far it was when it was interrupted or
/// failed. Elsewhere nothing appears in the first second, then at most two lines a second; the last line appears only
/// if others did.
///
/// ```
/// use gradus::interrupted;
/// use gradus::progress::Progress;
/// let mut progress = Progress::new("epoch", 100);
/// for epoch in 1..=100 {
///     if interrupted() {
///         break; // the bar says so
///     }
///     let cost = 1.0 / epoch as f64;
///     progress.update(epoch, || format!("cost {cost:.4}")); // silent here: the loop ends at once
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Progress {
    unit: String,
    total: usize,
    start: Instant,
    last_line: Option<Duration>,
    /// In place of lines, where the kernel can show it.
    bar: Option<Bar>,
}

impl Progress {
    /// Starts the clock for `total` steps, each called `unit`.
    pub fn new(unit: impl Into<String>, total: usize) -> Self {
        let bar = front::is_present().then(Bar::default);
        Progress { unit: unit.into(), total, start: Instant::now(), last_line: None, bar }
    }

    /// Tells that `done` steps are finished; `detail` is asked for only when something is to be shown.
    pub fn update(&mut self, done: usize, detail: impl FnOnce() -> String) {
        if QUIET.get() {
            return;
        }
        let elapsed = self.start.elapsed();
        if let Some(bar) = &mut self.bar {
            let last = done >= self.total;
            if bar.is_due(elapsed, last) {
                let text = line(&self.unit, [done, self.total], elapsed, detail());
                bar.show(&mut std::io::stdout().lock(), elapsed, share([done, self.total]), text, last);
            }
        } else if let Some(line) = self.line_at(elapsed, done, detail) {
            // A closed standard output is no reason to stop a fit.
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
    }

    /// Tells that the loop ends here, though there were more steps. Lines do not say so, a bar does.
    pub(crate) fn end(&mut self, done: usize, detail: impl FnOnce() -> String) {
        if let Some(bar) = &mut self.bar
            && bar.is_moving()
            && !QUIET.get()
        {
            let elapsed = self.start.elapsed();
            let text = line(&self.unit, [done, self.total], elapsed, detail());
            bar.show(&mut std::io::stdout().lock(), elapsed, share([done, self.total]), text, true);
        }
    }

    /// The line due after `elapsed`, if one is due.
    fn line_at(&mut self, elapsed: Duration, done: usize, detail: impl FnOnce() -> String) -> Option<String> {
        let due = match self.last_line {
            None => elapsed >= SILENT,
            Some(last) => done >= self.total || elapsed >= last + PACE,
        };
        if !due {
            return None;
        }
        self.last_line = Some(elapsed);
        let (text, rest) = line(&self.unit, [done, self.total], elapsed, detail());
        Some(text + &rest)
    }
}

/// How far it is after `elapsed`, and what that lets expect of the rest, if anything.
fn line(unit: &str, [done, total]: [usize; 2], elapsed: Duration, detail: String) -> (String, String) {
    let mut parts = vec![format!("{unit} {done}/{total}")];
    // A line's end inside the detail would break the line in two.
    parts.push(detail.replace(['\n', '\r'], " "));
    parts.push(seconds(elapsed.as_secs_f64()));
    parts.retain(|part| !part.is_empty());
    let mut rest = String::new();
    if done > 0 && done < total {
        let left = elapsed.as_secs_f64() / done as f64 * (total - done) as f64;
        rest = format!(" · ETA {}", seconds(left));
    }
    (parts.join(" · "), rest)
}

/// The part that is done, from 0 to 1.
fn share([done, total]: [usize; 2]) -> f64 {
    if total == 0 { 1.0 } else { (done as f64 / total as f64).min(1.0) }
}

/// A duration as people say it: `1.2 s`, `42 s`, `3 min 5 s`, `2 h 10 min`.
fn seconds(value: f64) -> String {
    if value < 9.95 {
        return format!("{value:.1} s");
    }
    let whole = value.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(progress: &mut Progress, milliseconds: u64, done: usize) -> Option<String> {
        progress.line_at(Duration::from_millis(milliseconds), done, || "cost 0.2130".into())
    }

    #[test]
    fn quick_work_is_silent() {
        let mut progress = Progress::new("epoch", 3);
        assert_eq!(at(&mut progress, 10, 1), None);
        assert_eq!(at(&mut progress, 999, 3), None);
    }

    #[test]
    fn lines_come_at_a_readers_pace_and_the_last_one_always() {
        let mut progress = Progress::new("epoch", 100);
        assert_eq!(at(&mut progress, 1200, 12).as_deref(), Some("epoch 12/100 · cost 0.2130 · 1.2 s · ETA 8.8 s"));
        assert_eq!(at(&mut progress, 1600, 16), None);
        assert_eq!(at(&mut progress, 1700, 17).as_deref(), Some("epoch 17/100 · cost 0.2130 · 1.7 s · ETA 8.3 s"));
        assert_eq!(at(&mut progress, 1701, 100).as_deref(), Some("epoch 100/100 · cost 0.2130 · 1.7 s"));
    }

    #[test]
    fn a_line_never_breaks_and_an_empty_detail_leaves_no_gap() {
        let mut progress = Progress::new("step", 10);
        let line = progress.line_at(Duration::from_secs(100), 0, || "a\nb\rc".into());
        assert_eq!(line.as_deref(), Some("step 0/10 · a b c · 1 min 40 s"));
        let line = progress.line_at(Duration::from_secs(8000), 5, String::new);
        assert_eq!(line.as_deref(), Some("step 5/10 · 2 h 13 min · ETA 2 h 13 min"));
    }
}
