//! Interrupts. The library's loops check a file of two bytes, so that a fit stops before its next batch and nothing is
//! lost. The first byte says that the user wants the cell to stop, the second that a loop is running which checks the
//! first. Code that does not check it is ended after a while, together with its process.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use gradus_kernel::Failure;
use gradus_kernel::work::group_in;

/// How long a cell that does not check for interrupts may keep running.
const GRACE_PERIOD: Duration = Duration::from_secs(2);

/// When to look again for a compiler to end.
const RETRY: Duration = Duration::from_millis(200);

/// What to do about an interrupt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Nothing yet: the cell has been asked to stop.
    Wait,
    /// The cell is being compiled: end the compiler, and nothing is lost.
    EndTheCompiler,
    /// End the process.
    EndTheProcess,
}

/// The file, and the user's interrupts during the current cell.
#[derive(Debug)]
pub struct Interrupt {
    file: File,
    compiling: PathBuf,
    asked: u32,
    deadline: Option<Instant>,
}

impl Interrupt {
    /// Creates the file.
    pub fn new(path: &Path, compiling: PathBuf) -> Result<Self, Failure> {
        let failure = |error| format!("cannot write {}: {error}", path.display());
        let file = File::options().create(true).truncate(true).read(true).write(true).open(path).map_err(failure)?;
        file.write_all_at(b"00", 0).map_err(failure)?;
        Ok(Self { file, compiling, asked: 0, deadline: None })
    }

    /// Forgets earlier interrupts, since a new cell begins.
    pub fn begin(&mut self) {
        let _ = self.file.write_all_at(b"0", 0);
        (self.asked, self.deadline) = (0, None);
    }

    /// Asks the cell to stop, for the user.
    pub fn ask(&mut self, is_running: bool) -> Step {
        self.asked += 1;
        let _ = self.file.write_all_at(b"1", 0);
        match (is_running, self.asked) {
            (false, _) => self.end_compiler(),
            (true, 1) => {
                self.started();
                Step::Wait
            }
            (true, _) => Step::EndTheProcess,
        }
    }

    /// Records that the cell has started to run, even if it was interrupted before.
    pub fn started(&mut self) {
        self.deadline = self.was_asked().then(|| Instant::now() + GRACE_PERIOD);
    }

    /// Records that the cell has run to its end.
    pub fn ran(&mut self) {
        self.deadline = None;
    }

    /// Ends the compiler. evcxr may be between two compiler calls, so the caller must try again.
    fn end_compiler(&mut self) -> Step {
        self.deadline = Some(Instant::now() + RETRY);
        Step::EndTheCompiler
    }

    /// Waits until it is time for the next step after an interrupt; forever if there was none.
    pub async fn wait(&mut self) {
        match self.deadline {
            Some(deadline) => tokio::time::sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    }

    /// What to do when the wait is over.
    pub fn next_step(&mut self, is_running: bool) -> Step {
        if !is_running {
            return self.end_compiler();
        }
        self.deadline = None;
        // Its batch may take long; a second interrupt would still end it.
        if self.is_checked() { Step::Wait } else { Step::EndTheProcess }
    }

    /// Whether the user has interrupted the current cell.
    pub fn was_asked(&self) -> bool {
        self.asked > 0
    }

    /// The process group of the running compiler.
    pub fn compiler(&self) -> Option<i32> {
        group_in(&self.compiling)
    }

    /// Whether a loop is running that checks the first byte.
    fn is_checked(&self) -> bool {
        let mut byte = [0];
        self.file.read_exact_at(&mut byte, 1).is_ok() && byte == *b"1"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interrupt(name: &str) -> (PathBuf, Interrupt) {
        let path = std::env::temp_dir().join(format!("gradus-interrupt-{name}-{}", std::process::id()));
        (path.clone(), Interrupt::new(&path, path.with_extension("compiling")).unwrap())
    }

    #[test]
    fn the_first_asks_and_the_second_ends() {
        let (path, mut interrupt) = interrupt("twice");
        assert_eq!(interrupt.ask(true), Step::Wait);
        assert_eq!(std::fs::read(&path).unwrap(), b"10");
        assert_eq!(interrupt.ask(true), Step::EndTheProcess);
        interrupt.begin();
        assert_eq!(std::fs::read(&path).unwrap(), b"00");
        assert_eq!(interrupt.ask(false), Step::EndTheCompiler);
        assert_eq!(interrupt.ask(false), Step::EndTheCompiler);
        assert_eq!(interrupt.next_step(false), Step::EndTheCompiler);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_loop_that_checks_is_given_time() {
        let (path, mut interrupt) = interrupt("heeds");
        interrupt.ask(true);
        assert_eq!(interrupt.next_step(true), Step::EndTheProcess);
        std::fs::write(&path, "11").unwrap();
        assert_eq!(interrupt.next_step(true), Step::Wait);
        std::fs::remove_file(path).unwrap();
    }
}
