//! What the user sees while setup works: a line when a step ends, and how far the running ones are.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::Failure;

/// Steps that may run at the same time. On a terminal the last line shows all of them; in a log file each says how
/// far it is every half minute.
pub struct Board {
    terminal: bool,
    running: Mutex<BTreeMap<&'static str, Running>>,
}

struct Running {
    since: Instant,
    said: Instant,
    text: String,
}

const PAUSE_IN_LOG: Duration = Duration::from_secs(30);

impl Default for Board {
    fn default() -> Self {
        Self { terminal: stderr().is_terminal(), running: Mutex::default() }
    }
}

impl Board {
    pub fn new() -> Self {
        Self::default()
    }

    /// Does one step, and says what came of it and how long it took. `work` gets a function that tells its progress,
    /// and returns a few words about the result.
    pub fn step<T>(
        &self,
        name: &'static str,
        work: impl FnOnce(&dyn Fn(&str)) -> Result<(T, String), Failure>,
    ) -> Result<T, Failure> {
        let since = Instant::now();
        self.change(|running| {
            running.insert(name, Running { since, said: since, text: String::new() });
        });
        let outcome = work(&|text| self.say(name, text));
        self.change(|running| {
            running.remove(name);
        });
        let took = duration(since.elapsed());
        match outcome {
            Ok((value, detail)) => {
                self.print(&format!("  ok      {name:<20} {detail:<52} {took:>8}"));
                Ok(value)
            }
            Err(failure) => {
                self.print(&format!("  FAILED  {name:<20} {:<52} {took:>8}", ""));
                Err(failure)
            }
        }
    }

    fn say(&self, name: &'static str, text: &str) {
        let mut due = None;
        self.change(|running| {
            if let Some(step) = running.get_mut(name) {
                step.text = text.to_owned();
                if !self.terminal && step.said.elapsed() >= PAUSE_IN_LOG {
                    step.said = Instant::now();
                    due = Some(duration(step.since.elapsed()));
                }
            }
        });
        if let Some(elapsed) = due {
            eprintln!("  …       {name:<20} {text:<52} {elapsed:>8}");
        }
    }

    /// Prints a line of its own above the status line.
    pub fn print(&self, line: &str) {
        if self.terminal {
            eprintln!("\r\x1b[K{line}");
            self.change(|_| ());
        } else {
            eprintln!("{line}");
        }
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<&'static str, Running>)) {
        let mut running = self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut running);
        if self.terminal {
            let parts: Vec<String> = running
                .iter()
                .map(|(name, step)| format!("{name}: {} {}", step.text, duration(step.since.elapsed())))
                .collect();
            let line: String = parts.join("  |  ").chars().take(118).collect();
            eprint!("\r\x1b[K{line}");
            let _ = stderr().flush();
        }
    }
}

/// `0.4 s`, `12 s`, `7:05 min`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 59.5 {
        format!("{seconds:.0} s")
    } else {
        let whole = seconds.round() as u64;
        format!("{}:{:02} min", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let text = |milliseconds| duration(Duration::from_millis(milliseconds));
        assert_eq!(text(40), "0.0 s");
        assert_eq!(text(9_949), "9.9 s");
        assert_eq!(text(9_950), "10 s");
        assert_eq!(text(59_600), "1:00 min");
        assert_eq!(text(425_000), "7:05 min");
    }
}
