//! Whether the reader asked to interrupt the running cell.
//!
//! The kernel *Rust (gradus)* names a file of two bytes in the environment variable `GRADUS_INTERRUPT`. Byte 0 is `1`
//! once the reader has asked; the kernel sets it back before each cell. Byte 1 belongs to this process: `1` while it is
//! inside a loop that heeds, so that the kernel lets the loop end by itself. Without that file nothing is ever
//! interrupted.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

const VARIABLE: &str = "GRADUS_INTERRUPT";
/// The file is looked at no more often than this: a loop may ask at every step.
const PACE: Duration = Duration::from_millis(5);

/// Whether the reader asked to interrupt the running cell: for loops of your own, which may take seconds.
///
/// Trainings, descents, searches and downloads of gradus heed it themselves. It costs a few nanoseconds, so ask as
/// often as you like, at least once in two seconds: after that the kernel ends the process, and with it all variables.
/// In a program or under another kernel it is always `false`.
///
/// ```
/// use gradus::prelude::*;
/// let mut sum = 0.0;
/// for step in 1..=1000 {
///     if interrupted() {
///         break;
///     }
///     sum += 1.0 / f64::from(step);
/// }
/// assert!(sum > 7.0);
/// ```
pub fn interrupted() -> bool {
    #[cfg(test)]
    if let Some(script) = scripted::current() {
        return scripted::is_over(&script);
    }
    Flag::of_process().is_some_and(Flag::is_raised)
}

/// Says to the kernel, as long as it lives, that the reader's wish will be heeded.
pub(crate) fn heeding() -> Heeding {
    let flag = Flag::of_process();
    if let Some(flag) = flag {
        flag.enter();
    }
    Heeding {
        flag,
        #[cfg(test)]
        script: scripted::current(),
    }
}

/// Being inside a loop that asks [`requested`](Heeding::requested) at each step, and ends where it says so.
pub(crate) struct Heeding {
    flag: Option<&'static Flag>,
    /// Loops share their work with other threads, which a test's own thread must reach.
    #[cfg(test)]
    script: Option<scripted::Script>,
}

impl Heeding {
    /// Whether the reader asked to interrupt the running cell.
    pub fn requested(&self) -> bool {
        #[cfg(test)]
        if let Some(script) = &self.script {
            return scripted::is_over(script);
        }
        self.flag.is_some_and(Flag::is_raised)
    }
}

impl Drop for Heeding {
    fn drop(&mut self) {
        if let Some(flag) = self.flag {
            flag.leave();
        }
    }
}

/// The file of two bytes.
struct Flag {
    file: File,
    opened: Instant,
    /// Microseconds from then to the last look, and one more; 0 before the first.
    looked: AtomicU64,
    raised: AtomicBool,
    /// Loops that heed, on all threads: a search fits several models at a time.
    loops: Mutex<usize>,
}

impl Flag {
    fn of_process() -> Option<&'static Flag> {
        static FLAG: OnceLock<Option<Flag>> = OnceLock::new();
        FLAG.get_or_init(|| Flag::open(Path::new(&std::env::var_os(VARIABLE)?))).as_ref()
    }

    fn open(path: &Path) -> Option<Flag> {
        let file = File::options().read(true).write(true).open(path).ok()?;
        Some(Flag {
            file,
            opened: Instant::now(),
            looked: AtomicU64::new(0),
            raised: AtomicBool::new(false),
            loops: Mutex::new(0),
        })
    }

    fn is_raised(&self) -> bool {
        let now = self.opened.elapsed().as_micros() as u64 + 1;
        let last = self.looked.load(Ordering::Relaxed);
        if last == 0 || now >= last + PACE.as_micros() as u64 {
            let mut byte = [0];
            let raised = read_at(&self.file, &mut byte, 0).is_ok_and(|count| count == 1) && byte[0] == b'1';
            self.raised.store(raised, Ordering::Relaxed);
            self.looked.store(now, Ordering::Relaxed);
        }
        self.raised.load(Ordering::Relaxed)
    }

    fn enter(&self) {
        let mut loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        *loops += 1;
        if *loops == 1 {
            // Where it cannot be written the kernel ends the process sooner, no more.
            let _ = write_at(&self.file, b"1", 1);
        }
    }

    fn leave(&self) {
        let mut loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        *loops -= 1;
        if *loops == 0 {
            let _ = write_at(&self.file, b"0", 1);
        }
    }
}

#[cfg(unix)]
use std::os::unix::fs::FileExt;
#[cfg(windows)]
use std::os::windows::fs::FileExt;

fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> std::io::Result<usize> {
    #[cfg(unix)]
    return file.read_at(bytes, offset);
    #[cfg(windows)]
    return file.seek_read(bytes, offset);
}

fn write_at(file: &File, bytes: &[u8], offset: u64) -> std::io::Result<usize> {
    #[cfg(unix)]
    return file.write_at(bytes, offset);
    #[cfg(windows)]
    return file.seek_write(bytes, offset);
}

/// Interruptions that a test decides on, for the loops that it starts.
#[cfg(test)]
pub(crate) mod scripted {
    use std::cell::RefCell;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// How many more times the answer is no.
    pub(super) type Script = Arc<AtomicUsize>;

    thread_local! {
        static SCRIPT: RefCell<Option<Script>> = const { RefCell::new(None) };
    }

    pub(super) fn current() -> Option<Script> {
        SCRIPT.with_borrow(Clone::clone)
    }

    pub(super) fn is_over(script: &Script) -> bool {
        script.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }

    /// Runs `work`, in which the first questions, as many as given, are answered with no, and all later ones with yes.
    pub(crate) fn interrupted_after<T>(questions: usize, work: impl FnOnce() -> T) -> T {
        struct Restore(Option<Script>);
        impl Drop for Restore {
            fn drop(&mut self) {
                SCRIPT.set(self.0.take());
            }
        }
        let _restore = Restore(SCRIPT.replace(Some(Arc::new(AtomicUsize::new(questions)))));
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_first_byte_is_heeded_and_the_second_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("interrupt");
        assert!(Flag::open(&path).is_none());
        fs::write(&path, "00").unwrap();
        let flag = Flag::open(&path).unwrap();
        assert!(!flag.is_raised());
        flag.enter();
        assert_eq!(fs::read(&path).unwrap(), b"01");
        // A loop inside of a loop, as of a search.
        flag.enter();
        flag.leave();
        assert_eq!(fs::read(&path).unwrap(), b"01");
        fs::write(&path, "11").unwrap();
        std::thread::sleep(2 * PACE);
        assert!(flag.is_raised() && flag.is_raised());
        flag.leave();
        assert_eq!(fs::read(&path).unwrap(), b"10");
        // Before the next cell.
        fs::write(&path, "00").unwrap();
        std::thread::sleep(2 * PACE);
        assert!(!flag.is_raised());
        // A file that was cut off says nothing.
        fs::write(&path, "").unwrap();
        std::thread::sleep(2 * PACE);
        assert!(!flag.is_raised());
    }

    #[test]
    fn the_file_is_read_seldom() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("interrupt");
        fs::write(&path, "00").unwrap();
        let flag = Flag::open(&path).unwrap();
        flag.is_raised();
        // As if the last look were far ahead: nothing is read until then.
        flag.looked.store(u64::MAX / 2, Ordering::Relaxed);
        fs::write(&path, "10").unwrap();
        assert!(!flag.is_raised());
        flag.looked.store(0, Ordering::Relaxed);
        assert!(flag.is_raised());
    }

    #[test]
    fn a_script_ends_with_its_work_and_reaches_other_threads() {
        let (first, second, elsewhere) = scripted::interrupted_after(1, || {
            let heeding = heeding();
            let first = heeding.requested();
            let elsewhere = std::thread::scope(|scope| scope.spawn(|| heeding.requested()).join());
            (first, interrupted(), elsewhere.unwrap())
        });
        assert_eq!((first, second, elsewhere), (false, true, true));
        assert!(!interrupted());
    }
}
