//! An interrupt. The library's loops look at a file of two bytes, so that a fit stops at its next batch and everything
//! stays: the first byte says that the reader wants the cell to stop, the second that a loop is running which heeds the
//! first. Code that does not look is ended after a while, with its process.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use gradus_kernel::Failure;
use gradus_kernel::work::group_in;

/// How long a cell may go on that does not look.
const PATIENCE: Duration = Duration::from_secs(2);

/// When to look again for a compiler to end.
const AGAIN: Duration = Duration::from_millis(200);

/// What to do about an interrupt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Nothing yet: the cell is asked to stop.
    Wait,
    /// The cell is being compiled: the compiler can be ended, and nothing is lost.
    EndTheCompiler,
    /// The process must be ended.
    EndTheProcess,
}

/// The file, and what the reader asked for during the current cell.
#[derive(Debug)]
pub struct Interrupt {
    file: File,
    compiling: PathBuf,
    asked: u32,
    deadline: Option<Instant>,
}

impl Interrupt {
    /// Makes the file.
    pub fn new(path: &Path, compiling: PathBuf) -> Result<Self, Failure> {
        let said = |error| format!("cannot write {}: {error}", path.display());
        let file = File::options().create(true).truncate(true).read(true).write(true).open(path).map_err(said)?;
        file.write_all_at(b"00", 0).map_err(said)?;
        Ok(Self { file, compiling, asked: 0, deadline: None })
    }

    /// A cell begins: what was asked before is over.
    pub fn begin(&mut self) {
        let _ = self.file.write_all_at(b"0", 0);
        (self.asked, self.deadline) = (0, None);
    }

    /// The reader asks the cell to stop.
    pub fn ask(&mut self, is_running: bool) -> Measure {
        self.asked += 1;
        let _ = self.file.write_all_at(b"1", 0);
        match (is_running, self.asked) {
            (false, _) => self.end_the_compiler(),
            (true, 1) => {
                self.started();
                Measure::Wait
            }
            (true, _) => Measure::EndTheProcess,
        }
    }

    /// The cell begins to run: also one that the reader wanted to stop before.
    pub fn started(&mut self) {
        self.deadline = self.was_asked().then(|| Instant::now() + PATIENCE);
    }

    /// The cell has run to its end.
    pub fn ran(&mut self) {
        self.deadline = None;
    }

    /// evcxr may be between two calls of the compiler, so this is to be tried again.
    fn end_the_compiler(&mut self) -> Measure {
        self.deadline = Some(Instant::now() + AGAIN);
        Measure::EndTheCompiler
    }

    /// Waits until it is time to do more, if the reader has asked for an end; else for ever.
    pub async fn patience(&mut self) {
        match self.deadline {
            Some(deadline) => tokio::time::sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    }

    /// What to do when patience has ended.
    pub fn out_of_patience(&mut self, is_running: bool) -> Measure {
        if !is_running {
            return self.end_the_compiler();
        }
        self.deadline = None;
        // Its batch may be a long one; a second interrupt would still end it.
        if self.is_heeded() { Measure::Wait } else { Measure::EndTheProcess }
    }

    /// Whether the reader asked the current cell to stop.
    pub fn was_asked(&self) -> bool {
        self.asked > 0
    }

    /// The process group of the compiler that works at the moment.
    pub fn compiler(&self) -> Option<i32> {
        group_in(&self.compiling)
    }

    /// Whether a loop runs that looks at the first byte.
    fn is_heeded(&self) -> bool {
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
        assert_eq!(interrupt.ask(true), Measure::Wait);
        assert_eq!(std::fs::read(&path).unwrap(), b"10");
        assert_eq!(interrupt.ask(true), Measure::EndTheProcess);
        interrupt.begin();
        assert_eq!(std::fs::read(&path).unwrap(), b"00");
        assert_eq!(interrupt.ask(false), Measure::EndTheCompiler);
        assert_eq!(interrupt.ask(false), Measure::EndTheCompiler);
        assert_eq!(interrupt.out_of_patience(false), Measure::EndTheCompiler);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_loop_that_heeds_is_given_time() {
        let (path, mut interrupt) = interrupt("heeds");
        interrupt.ask(true);
        assert_eq!(interrupt.out_of_patience(true), Measure::EndTheProcess);
        std::fs::write(&path, "11").unwrap();
        assert_eq!(interrupt.out_of_patience(true), Measure::Wait);
        std::fs::remove_file(path).unwrap();
    }
}
