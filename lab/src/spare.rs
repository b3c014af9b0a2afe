//! The spare kernel that `lab` keeps: started in advance, with the library loaded, so that a new notebook or a restart
//! takes it and answers at once. The next one starts when the machine is idle again.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use gradus_kernel::process;
use gradus_kernel::project::Project;

use crate::{cgroup, jupyter};

/// What a spare takes, in megabytes: measured, with the library loaded.
pub const MEMORY: u64 = 450;

/// What must be free beside it, so that a notebook does not suffer.
const FREE: u64 = 3 * MEMORY;

/// After this many failures in a row, it gives up.
const TRIES: usize = 3;

/// Keeps a spare as long as it lives.
pub struct Keeper {
    stop: Arc<AtomicBool>,
    spare: Arc<Mutex<Option<Child>>>,
}

impl Keeper {
    /// Starts keeping a spare in this folder, unless `GRADUS_SPARE` is 0.
    pub fn start(project: &Project, folder: &Path) -> Option<Self> {
        if cfg!(not(unix)) || std::env::var_os("GRADUS_SPARE").is_some_and(|wanted| wanted == "0") {
            return None;
        }
        let keeper = Self { stop: Arc::default(), spare: Arc::default() };
        let (stop, spare) = (Arc::clone(&keeper.stop), Arc::clone(&keeper.spare));
        let (project, folder) = (project.clone(), folder.to_path_buf());
        thread::spawn(move || keep(&project, &folder, &stop, &spare));
        Some(keeper)
    }
}

impl Drop for Keeper {
    /// A spare that waits ends when its standard input does; one that a notebook has taken goes on.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.spare.lock().unwrap_or_else(PoisonError::into_inner).take().map(|mut spare| spare.stdin.take()));
    }
}

fn keep(project: &Project, folder: &Path, stop: &AtomicBool, kept: &Mutex<Option<Child>>) {
    let mut failures = 0;
    while failures < TRIES && !stop.load(Ordering::Relaxed) {
        if !is_idle() {
            continue;
        }
        let mut command = process::command(jupyter::launcher(project));
        command.arg("spare").current_dir(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Ctrl-C is for JupyterLab.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let Ok(mut child) = command.spawn() else { return };
        let said = child.stdout.take();
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        // It says a line when it is taken, and none when it fails.
        let mut line = String::new();
        let taken = said.is_some_and(|said| BufReader::new(said.take(64)).read_line(&mut line).is_ok_and(|n| n > 0));
        failures = if taken { 0 } else { failures + 1 };
        if let Some(mut child) = kept.lock().unwrap_or_else(PoisonError::into_inner).take() {
            thread::spawn(move || child.wait());
        }
    }
}

/// Waits a moment; says whether the machine had little to do in it, and has memory left.
fn is_idle() -> bool {
    let before = processor_times();
    thread::sleep(Duration::from_secs(2));
    let idle = match (before, processor_times()) {
        (Some((idle_before, all_before)), Some((idle, all))) => {
            2 * idle.saturating_sub(idle_before) > all.saturating_sub(all_before)
        }
        _ => true,
    };
    idle && available_memory().is_none_or(|megabytes| megabytes > FREE)
}

/// The time in which the processors had nothing to do, and all time, since the machine started.
fn processor_times() -> Option<(u64, u64)> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let times: Vec<u64> = text.lines().next()?.split_whitespace().skip(1).map_while(|word| word.parse().ok()).collect();
    Some((times.get(3)? + times.get(4)?, times.iter().sum()))
}

/// Memory that is available to this machine or container, in megabytes, where the system tells.
pub fn available_memory() -> Option<u64> {
    [of_the_machine(), cgroup::available_memory()].into_iter().flatten().min()
}

fn of_the_machine() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}
