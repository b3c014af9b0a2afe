//! `kernel`: what Jupyter starts. Gives the kernel a work folder of its own, copied from the warmed build, sets its
//! environment, and becomes `evcxr_jupyter`.
//!
//! The work folder goes when the kernel has ended, however it ended. For that the kernel inherits, as its standard
//! input (which evcxr does not read), an open file that is locked: the system releases the lock when the kernel and
//! all that it started are gone. A second process waits for that lock and removes the folder. Where that process was
//! killed as well, the next kernel that starts finds the lock free and cleans up.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Failure;
use crate::analyzer;
use crate::cell;
use crate::project::{Kernels, Project, program};
use crate::stamp::write_whole;
use crate::{clone, warm};

/// Set by `report`: a folder in which the kernel notes each failure of a cell.
pub const WATCH: &str = "GRADUS_WATCH";

/// Where the recorded environment keeps the path of `evcxr_jupyter`.
pub const EVCXR: &str = "GRADUS_EVCXR_JUPYTER";

/// Where it keeps the path of the slim sources of the standard library.
pub const STD_SOURCES: &str = "GRADUS_STD_SOURCES";

/// The first cell of a person's kernel: a panic says what happened, without forty lines of backtrace.
const PRELUDE: &str = include_str!("prelude.rs.in");

/// The first cell of a kernel that `report` runs: a failure is written down where the runner finds it.
const PRELUDE_WATCHED: &str = include_str!("prelude_watched.rs.in");

/// Starts the kernel; on Unix this process becomes it.
pub fn launch(connection_file: &Path) -> Result<ExitCode, Failure> {
    let project = of_this_program()?;
    let kernels = project.kernels();
    let recorded = read_recorded(&kernels);
    let evcxr = recorded.get(EVCXR).map(PathBuf::from).filter(|path| path.is_file());
    let evcxr = evcxr
        .or_else(|| crate::process::which("evcxr_jupyter"))
        .ok_or("evcxr_jupyter is not there any more: run `cargo xtask setup`")?;

    let (work, lock) = Work::claim(&kernels)?;
    work.fill(&kernels)?;
    work.configure(&project, &recorded)?;
    let mut command = Command::new(evcxr);
    command.arg("--control_file").arg(connection_file);
    set_environment(&project, &mut command, &recorded, &work);
    work.clean_up_later()?;
    become_kernel(command, lock)
}

/// Waits until the kernel of the work folder has ended, and removes the folder.
pub fn clean_up(name: &str) -> Result<ExitCode, Failure> {
    let kernels = of_this_program()?.kernels();
    let work = Work::named(&kernels, name);
    // Until the kernel has it, the launcher holds the lock, so that this waits from the beginning.
    let lock = File::open(&work.lock).map_err(|error| format!("{}: {error}", work.lock.display()))?;
    lock.lock().map_err(|error| format!("{}: {error}", work.lock.display()))?;
    work.remove();
    Ok(ExitCode::SUCCESS)
}

/// A kernel's work folder and the lock file beside it.
struct Work {
    name: String,
    folder: PathBuf,
    lock: PathBuf,
}

impl Work {
    fn named(kernels: &Kernels, name: &str) -> Self {
        let live = kernels.live();
        Self { name: name.to_owned(), folder: live.join(name), lock: live.join(format!("{name}.lock")) }
    }

    /// Takes a new name and its lock, and clears what ended kernels have left.
    fn claim(kernels: &Kernels) -> Result<(Self, File), Failure> {
        let said =
            |error: std::io::Error| format!("cannot make a work folder in {}: {error}", kernels.live().display());
        fs::create_dir_all(kernels.live()).map_err(said)?;
        // One at a time: between a lock file's making and its locking it would look like one left behind.
        let one = File::create(kernels.live_lock()).map_err(said)?;
        one.lock().map_err(said)?;
        sweep(kernels);
        let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let work = Self::named(kernels, &format!("{}-{moment}", std::process::id()));
        let lock = File::create(&work.lock).map_err(said)?;
        lock.lock().map_err(said)?;
        Ok((work, lock))
    }

    /// Copies the warmed build; without one the kernel works all the same, and compiles in its first cell.
    fn fill(&self, kernels: &Kernels) -> Result<(), Failure> {
        let said = |error: std::io::Error| {
            let _ = fs::remove_file(&self.lock);
            let _ = fs::remove_dir_all(&self.folder);
            format!("cannot copy the warmed build to {}: {error}", self.folder.display())
        };
        let reading = File::create(kernels.warm_lock()).map_err(said)?;
        reading.lock_shared().map_err(said)?;
        if kernels.warm().is_dir() {
            clone::tree(&kernels.warm(), &self.folder, clone::For::Kernel).map_err(said)
        } else {
            eprintln!(
                "gradus: no warmed build; the first cell will compile for minutes. `cargo xtask setup` makes one."
            );
            fs::create_dir_all(&self.folder).map_err(said)
        }
    }

    /// evcxr's configuration, which it looks for here.
    fn config(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// Writes what the kernel runs before it answers: the prelude, and the library's `:dep`, so that the notebook's own
    /// finds everything loaded.
    fn configure(&self, project: &Project, recorded: &BTreeMap<String, String>) -> Result<(), Failure> {
        let watched = env::var_os(WATCH).is_some();
        write_whole(&self.config().join("prelude.rs"), if watched { PRELUDE_WATCHED } else { PRELUDE }.as_bytes())?;
        // Where the sources were edited since, the `:dep` compiles for a while: then it is better seen under a cell.
        if warm::is_ready_with(project, recorded) {
            let kept = self.folder.join("Cargo.lock.kept");
            let lock = self.folder.join("Cargo.lock");
            let _ = fs::copy(&lock, &kept);
            // evcxr begins with an empty cell, for which cargo drops all versions from the lock file. Without these the
            // `:dep` would take the newest of each crate, and compile it.
            let restore = if cfg!(unix) { format!("!cp {} {}\n", quoted(&kept), quoted(&lock)) } else { String::new() };
            // For that empty cell it need not read the standard library.
            let sources = sources(recorded).map(|path| format!(":env RUST_SRC_PATH={}\n", path.display()));
            let lines =
                [&restore, &sources.unwrap_or_default(), ":dep gradus = ", &warm::dependency(project.root()), "\n"];
            write_whole(&self.config().join("init.evcxr"), lines.concat().as_bytes())?;
        }
        Ok(())
    }

    /// Whether the kernel does the library's `:dep` before it answers.
    fn loads_the_library(&self) -> bool {
        self.config().join("init.evcxr").is_file()
    }

    fn remove(&self) {
        // The folder first: as long as there is a lock file, the next start looks after the rest.
        if fs::remove_dir_all(&self.folder).is_ok() || !self.folder.exists() {
            let _ = fs::remove_file(&self.lock);
        }
    }

    /// Starts the process that removes the folder: in a group of its own, since Jupyter kills the kernel's whole group,
    /// and without its pipes, since Jupyter waits for them to close.
    fn clean_up_later(&self) -> Result<(), Failure> {
        let this = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
        let mut cleaner = Command::new(this);
        cleaner.args(["kernel-ended", &self.name]);
        cleaner.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut cleaner, 0);
        // Where it does not start, the next kernel sweeps.
        let _ = cleaner.current_dir(self.folder.parent().unwrap_or(Path::new("."))).spawn();
        Ok(())
    }
}

/// Removes the work folders of kernels that have ended: their locks are free.
fn sweep(kernels: &Kernels) {
    for entry in fs::read_dir(kernels.live()).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = name.strip_suffix(".lock").unwrap_or(name);
        let work = Work::named(kernels, name);
        match File::open(&work.lock) {
            Ok(file) => match file.try_lock() {
                Ok(()) => work.remove(),
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
            },
            Err(_) => work.remove(),
        }
    }
}

/// The project that this program, `.gradus/bin/…`, was copied into.
fn of_this_program() -> Result<Project, Failure> {
    let this = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
    let root = this.ancestors().nth(3).filter(|root| Project::at(root).home().join("bin").is_dir());
    match root {
        Some(root) if this.parent() == Some(&Project::at(root).bin()) => Ok(Project::at(root)),
        _ => Project::find(),
    }
}

fn set_environment(project: &Project, command: &mut Command, recorded: &BTreeMap<String, String>, work: &Work) {
    // Build scripts are run again when a variable they look at has changed, and the library with them. So a kernel
    // builds in the environment of the warm build, whichever terminal or editor Jupyter was started from.
    for name in env::vars().map(|(name, _)| name).filter(|name| decides_a_build(name)) {
        if !recorded.contains_key(&name) && !recorded.is_empty() {
            command.env_remove(&name);
        }
    }
    for (name, value) in recorded.iter().filter(|(name, _)| decides_a_build(name)) {
        command.env(name, value);
    }
    command.env(
        "PATH",
        joined_path(&env::var("PATH").unwrap_or_default(), recorded.get("PATH").map_or("", String::as_str)),
    );
    command.env("EVCXR_TMPDIR", &work.folder).env("EVCXR_CONFIG_DIR", work.config());
    if let Some(sources) = sources(recorded) {
        // With the library's `:dep` evcxr loads everything anew, and then finds the sources: see `configure`.
        let nothing = work.folder.join("no-sources");
        let at_first = if work.loads_the_library() && fs::create_dir_all(nothing.join("core")).is_ok() {
            nothing
        } else {
            sources
        };
        command.env("RUST_SRC_PATH", at_first);
    }
    // Seen by `cargo metadata` alone, for rust-analyzer; evcxr sets its own flags when it builds.
    command.env("RUSTFLAGS", "--cfg gradus_analysis").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command.env(cell::NOTES, project.kernels().cells());
    if let Ok(launcher) = env::current_exe() {
        analyzer::shorten(project, command, &launcher);
    }
    // Vulkan drivers complain into the cell's output where there is no such folder.
    if cfg!(target_os = "linux") && env::var_os("XDG_RUNTIME_DIR").is_none() {
        let folder = work.folder.join("run");
        if fs::create_dir_all(&folder).is_ok() {
            only_for_the_user(&folder);
            command.env("XDG_RUNTIME_DIR", folder);
        }
    }
}

/// Variables that build scripts of the library's dependencies look at, and those that choose a toolchain.
pub fn decides_a_build(name: &str) -> bool {
    ["CC", "CXX", "AR", "CFLAGS", "CXXFLAGS", "ARFLAGS", "PKG_CONFIG", "OPENBLAS", "GRADUS_OPENBLAS"]
        .iter()
        .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
        || ["CONDA_PREFIX", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME", "GRADUS_OPENBLAS_DIR"].contains(&name)
}

/// `first`, and what of `second` is missing in it: a desktop may know nothing of cargo's folder.
fn joined_path(first: &str, second: &str) -> std::ffi::OsString {
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in env::split_paths(first).chain(env::split_paths(second)) {
        if !folder.as_os_str().is_empty() && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    env::join_paths(folders).unwrap_or_else(|_| first.into())
}

/// Reads the lines `NAME=value` that setup has written.
fn read_recorded(kernels: &Kernels) -> BTreeMap<String, String> {
    let text = fs::read_to_string(kernels.recorded_environment()).unwrap_or_default();
    text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

/// The slim sources of the standard library, unless the user has chosen some.
fn sources(recorded: &BTreeMap<String, String>) -> Option<PathBuf> {
    let folder = recorded.get(STD_SOURCES).map(PathBuf::from).filter(|folder| folder.is_dir());
    folder.filter(|_| env::var_os("RUST_SRC_PATH").is_none())
}

/// A path as one word of a shell's command line.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(unix)]
fn only_for_the_user(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
fn only_for_the_user(_: &Path) {}

/// The same process goes on as the kernel: Jupyter's signals reach it, and killing the one kills the other.
#[cfg(unix)]
fn become_kernel(mut command: Command, lock: File) -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.stdin(lock).stdout(Stdio::null()).exec();
    Err(format!("cannot start {}: {error}", program("evcxr_jupyter")))
}

/// Where a process cannot become another, this one waits and keeps the lock.
#[cfg(not(unix))]
fn become_kernel(mut command: Command, lock: File) -> Result<ExitCode, Failure> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    drop(lock);
    match status {
        Ok(status) => Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))),
        Err(error) => Err(format!("cannot start {}: {error}", program("evcxr_jupyter"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernels(name: &str) -> (PathBuf, Kernels) {
        let root = env::temp_dir().join(format!("gradus-kernel-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        (root.clone(), Project::at(&root).kernels())
    }

    #[test]
    fn a_claimed_folder_survives_a_sweep_and_an_ended_one_does_not() {
        let (root, kernels) = kernels("sweep");
        let (alive, lock) = Work::claim(&kernels).unwrap();
        fs::create_dir_all(alive.folder.join("target")).unwrap();
        let ended = Work::named(&kernels, "1-2");
        fs::create_dir_all(ended.folder.join("target")).unwrap();
        fs::write(&ended.lock, "").unwrap();
        let orphan = Work::named(&kernels, "3-4");
        fs::create_dir_all(&orphan.folder).unwrap();

        sweep(&kernels);
        assert!(alive.folder.exists() && alive.lock.exists());
        assert!(!ended.folder.exists() && !ended.lock.exists() && !orphan.folder.exists());
        drop(lock);
        sweep(&kernels);
        assert!(!alive.folder.exists() && !alive.lock.exists());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_kernel_copies_the_warm_build() {
        let (root, kernels) = kernels("fill");
        fs::create_dir_all(kernels.warm()).unwrap();
        fs::write(kernels.warm().join("Cargo.lock"), "lock").unwrap();
        let (work, _lock) = Work::claim(&kernels).unwrap();
        work.fill(&kernels).unwrap();
        assert_eq!(fs::read_to_string(work.folder.join("Cargo.lock")).unwrap(), "lock");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_path_is_one_word_for_the_shell() {
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }

    #[test]
    fn paths_are_joined_without_repeating() {
        if cfg!(unix) {
            assert_eq!(joined_path("/a:/b", "/b:/c"), "/a:/b:/c");
            assert_eq!(joined_path("", "/b"), "/b");
        }
    }

    #[test]
    fn variables_of_build_scripts_are_known() {
        for name in ["CC", "CC_x86_64_unknown_linux_gnu", "PKG_CONFIG_PATH", "CONDA_PREFIX", "GRADUS_OPENBLAS_DIR"] {
            assert!(decides_a_build(name), "{name}");
        }
        for name in ["CCACHE_DIR", "HOME", "PATH", "CARGO_TARGET_DIR"] {
            assert!(!decides_a_build(name), "{name}");
        }
    }
}
