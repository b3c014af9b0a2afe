//! A kernel's work folder: its own copy of the warmed build, in which its cells are compiled.
//!
//! The folder goes when the kernel has ended, however it ended. Two files beside it are locked as long as someone
//! lives, since the system releases a lock when its last owner is gone: `name.front` by the front alone, `name.lock` by
//! the front and by `evcxr_jupyter`, which inherits it as its standard input (and does not read that). A second process
//! waits for both: when the front is gone it ends what the front left behind, and when all are gone it removes the
//! folder. Where that process was killed as well, the next kernel that starts finds the locks free and cleans up.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::process::which;
use crate::project::{Kernels, Project};
use crate::recorded::{EVCXR, RUSTC_LIBRARIES, decides_a_build, sources};
use crate::stamp::write_whole;
use crate::{Failure, analyzer, clone, compile, warm};

/// The first cell of every kernel: see there.
#[cfg(unix)]
pub const PRELUDE: &str = include_str!("prelude.rs.in");

/// A panic says what happened, without forty lines of backtrace.
#[cfg(not(unix))]
pub const PRELUDE: &str = include_str!("prelude_without_front.rs.in");

/// Names the socket at which the front waits for the process that runs the cells.
pub const FRONT: &str = "GRADUS_FRONT";

/// Names the file by which the library learns of an interrupt: see `front/interrupt.rs`.
pub const INTERRUPT: &str = "GRADUS_INTERRUPT";

/// Where the system's loader looks first.
const LIBRARY_PATH: &str = if cfg!(target_os = "macos") { "DYLD_FALLBACK_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };

/// What the front holds as long as it lives.
#[derive(Debug)]
pub struct Locks {
    /// Shared with `evcxr_jupyter`.
    pub kernel: File,
    _front: File,
}

/// A kernel's work folder and the files beside it.
#[derive(Clone, Debug)]
pub struct Work {
    name: String,
    folder: PathBuf,
    lock: PathBuf,
    front: PathBuf,
}

impl Work {
    /// The work folder of this name.
    pub fn named(kernels: &Kernels, name: &str) -> Self {
        let live = kernels.live();
        Self {
            name: name.to_owned(),
            folder: live.join(name),
            lock: live.join(format!("{name}.lock")),
            front: live.join(format!("{name}.front")),
        }
    }

    /// Takes a new name and its locks, and clears what ended kernels have left.
    pub fn claim(kernels: &Kernels) -> Result<(Self, Locks), Failure> {
        let said =
            |error: std::io::Error| format!("cannot make a work folder in {}: {error}", kernels.live().display());
        fs::create_dir_all(kernels.live()).map_err(said)?;
        // The key by which the front and evcxr know each other is in there.
        only_for_the_user(&kernels.live());
        // One at a time: between a lock file's making and its locking it would look like one left behind.
        let one = File::create(kernels.live_lock()).map_err(said)?;
        one.lock().map_err(said)?;
        sweep(kernels);
        let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let work = Self::named(kernels, &format!("{}-{moment}", std::process::id()));
        let locked = |path: &Path| File::create(path).and_then(|file| file.lock().map(|()| file)).map_err(said);
        let locks = Locks { kernel: locked(&work.lock)?, _front: locked(&work.front)? };
        Ok((work, locks))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The work folder by a name without spaces: evcxr's commands to the process that runs the cells end at one.
    fn folder_without_spaces(&self) -> PathBuf {
        if self.has_spaces() { self.link().join("work") } else { self.folder.clone() }
    }

    fn has_spaces(&self) -> bool {
        self.folder.to_string_lossy().contains(char::is_whitespace)
    }

    /// The folder with a link to the work folder, for one whose name has spaces.
    fn link(&self) -> PathBuf {
        env::temp_dir().join(format!("gradus-{}.link", self.name))
    }

    /// Makes the link, in a new folder that nobody else can write into.
    #[cfg(unix)]
    fn make_link(&self) -> std::io::Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().mode(0o700).create(self.link())?;
        std::os::unix::fs::symlink(&self.folder, self.link().join("work"))
    }

    #[cfg(not(unix))]
    fn make_link(&self) -> std::io::Result<()> {
        Err(std::io::Error::other("its name has spaces"))
    }

    /// The socket between the front and the process that runs the cells. The system allows a hundred bytes for its name.
    pub fn socket(&self) -> PathBuf {
        let here = self.folder.join("front");
        if here.as_os_str().len() < 100 { here } else { env::temp_dir().join(format!("gradus-{}", self.name)) }
    }

    /// Two bytes between the front and the library: see `front/interrupt.rs`.
    pub fn interrupt(&self) -> PathBuf {
        self.folder.join("interrupt")
    }

    /// Where a spare kernel says that it waits, and at which socket.
    pub fn spare(&self) -> PathBuf {
        self.lock.with_extension("spare")
    }

    /// The process group of `evcxr_jupyter`, for whoever has to end it.
    pub fn group(&self) -> PathBuf {
        self.folder.join("group")
    }

    /// The compiler that works on a cell at the moment: its process group, for an interrupt.
    pub fn compiling(&self) -> PathBuf {
        self.folder.join(compile::COMPILING)
    }

    /// Copies the warmed build, or what a cell needs beside a bundle; without either the kernel works all the same, and compiles in its first cell.
    pub fn fill(&self, kernels: &Kernels) -> Result<(), Failure> {
        let said = |error: std::io::Error| {
            self.remove();
            format!("cannot copy the warmed build to {}: {error}", self.folder.display())
        };
        if self.has_spaces() {
            self.make_link().map_err(said)?;
        }
        let reading = File::create(kernels.warm_lock()).map_err(said)?;
        reading.lock_shared().map_err(said)?;
        if let Some(bundle) = kernels.bundle() {
            // Cells are compiled against the bundle where it is.
            fs::create_dir_all(self.folder.join("src")).map_err(said)?;
            fs::copy(bundle.join("cell").join("Cargo.lock"), self.folder.join("Cargo.lock")).map(|_| ()).map_err(said)
        } else if kernels.warm().is_dir() {
            clone::tree(&kernels.warm(), &self.folder, clone::For::Kernel).map_err(said)
        } else {
            eprintln!(
                "gradus: no warmed build; the first cell will compile for minutes. `{} setup` makes one.",
                kernels.command()
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
    pub fn configure(&self, project: &Project, recorded: &BTreeMap<String, String>) -> Result<(), Failure> {
        write_whole(&self.config().join("prelude.rs"), PRELUDE.as_bytes())?;
        let (lock, kept) = (self.folder.join("Cargo.lock"), self.kept_lock());
        let _ = fs::copy(&lock, &kept);
        // Where the sources were edited since, the `:dep` compiles for a while: then it is better seen under a cell.
        if warm::is_ready_with(project, recorded) {
            let restore = if cfg!(unix) { format!("!cp {} {}\n", quoted(&kept), quoted(&lock)) } else { String::new() };
            // For that empty cell it need not read the standard library.
            let sources = sources(recorded).map(|path| format!(":env RUST_SRC_PATH={}\n", path.display()));
            let lines =
                [&restore, &sources.unwrap_or_default(), ":dep gradus = ", &warm::dependency(project.root()), "\n"];
            write_whole(&self.config().join("init.evcxr"), lines.concat().as_bytes())?;
        }
        Ok(())
    }

    /// A copy of the lock file. evcxr begins with an empty cell, for which cargo drops all versions from the lock file
    /// itself; without them a `:dep` would take the newest of each crate, and compile it.
    fn kept_lock(&self) -> PathBuf {
        self.folder.join("Cargo.lock.kept")
    }

    /// Puts the versions back that the library is tested with, unless it is loaded already.
    pub fn restore_lock(&self) {
        let lock = self.folder.join("Cargo.lock");
        let has_library = |text: String| text.contains("name = \"gradus\"");
        if !fs::read_to_string(&lock).is_ok_and(has_library) {
            let _ = fs::copy(self.kept_lock(), lock);
        }
    }

    /// Whether the kernel does the library's `:dep` before it answers.
    fn loads_the_library(&self) -> bool {
        self.config().join("init.evcxr").is_file()
    }

    pub fn remove(&self) {
        let _ = fs::remove_file(self.link().join("work")).and_then(|()| fs::remove_dir(self.link()));
        for file in [self.socket(), self.socket().with_extension("spare"), self.spare()] {
            let _ = fs::remove_file(file);
        }
        // The folder first: as long as there is a lock file, the next start looks after the rest.
        if fs::remove_dir_all(&self.folder).is_ok() || !self.folder.exists() {
            let _ = fs::remove_file(&self.front);
            let _ = fs::remove_file(&self.lock);
        }
    }

    /// Starts the process that cleans up: in a group of its own, since Jupyter kills the kernel's whole group, and
    /// without its pipes, since Jupyter waits for them to close.
    pub fn clean_up_later(&self) -> Result<(), Failure> {
        let this = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
        let mut cleaner = Command::new(this);
        cleaner.args(["ended", &self.name]);
        cleaner.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut cleaner, 0);
        // Where it does not start, the next kernel sweeps.
        let _ = cleaner.current_dir(self.folder.parent().unwrap_or(Path::new("."))).spawn();
        Ok(())
    }

    /// Waits until the front has ended, ends what it left behind with `end_group`, and removes the folder.
    pub fn clean_up(&self, end_group: impl Fn(i32)) -> Result<(), Failure> {
        let waited = |path: &Path| {
            let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            file.lock().map_err(|error| format!("{}: {error}", path.display()))
        };
        // The front holds its locks since before this process started.
        waited(&self.front)?;
        let alive = File::open(&self.lock).is_ok_and(|file| file.try_lock().is_err());
        if alive {
            [self.compiling(), self.group()].iter().filter_map(|file| group_in(file)).for_each(end_group);
        }
        waited(&self.lock)?;
        self.remove();
        Ok(())
    }

    /// Sets the environment in which `evcxr_jupyter` runs with this work folder.
    pub fn set_environment(&self, project: &Project, command: &mut Command, recorded: &BTreeMap<String, String>) {
        // Build scripts are run again when a variable they look at has changed, and the library with them. So a kernel
        // builds in the environment of the warm build, whichever terminal or editor Jupyter was started from.
        for name in env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| decides_a_build(name))
        {
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
        // A compiled cell names its libraries by their way from the folder in which it was compiled, and evcxr moves it.
        let libraries = [project.kernels().bundle().map(|bundle| bundle.join("build").join("target"))];
        let libraries = libraries.into_iter().flatten().chain(recorded.get(RUSTC_LIBRARIES).map(PathBuf::from));
        let user = env::var(LIBRARY_PATH).unwrap_or_default();
        if let Ok(path) =
            env::join_paths(libraries.chain(env::split_paths(&user)).filter(|path| !path.as_os_str().is_empty()))
        {
            command.env(LIBRARY_PATH, path);
        }
        command.env("EVCXR_TMPDIR", self.folder_without_spaces()).env("EVCXR_CONFIG_DIR", self.config());
        if let Some(sources) = sources(recorded) {
            // With the library's `:dep` evcxr loads everything anew, and then finds the sources: see `configure`.
            let nothing = self.folder.join("no-sources");
            let at_first = if self.loads_the_library() && fs::create_dir_all(nothing.join("core")).is_ok() {
                nothing
            } else {
                sources
            };
            command.env("RUST_SRC_PATH", at_first);
        }
        // Seen by `cargo metadata` alone, for rust-analyzer; evcxr sets its own flags when it builds.
        command.env("RUSTFLAGS", "--cfg gradus_analysis").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.env(compile::NOTES, project.kernels().cells());
        let library = project.root().canonicalize().unwrap_or_else(|_| project.root().to_path_buf());
        command.env(compile::LIBRARY_FOLDER, library);
        if let Ok(launcher) = env::current_exe() {
            analyzer::shorten(project, command, &launcher);
        }
        // Vulkan drivers complain into the cell's output where there is no such folder.
        if cfg!(target_os = "linux") && env::var_os("XDG_RUNTIME_DIR").is_none() {
            let folder = self.folder.join("run");
            if fs::create_dir_all(&folder).is_ok() {
                only_for_the_user(&folder);
                command.env("XDG_RUNTIME_DIR", folder);
            }
        }
    }
}

/// The process group that such a file names; none where the file is not there.
pub fn group_in(file: &Path) -> Option<i32> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// How many kernels run: their locks are held.
pub fn living(kernels: &Kernels) -> usize {
    let files = fs::read_dir(kernels.live()).into_iter().flatten().flatten().map(|entry| entry.path());
    let locks = files.filter(|path| path.extension().is_some_and(|ending| ending == "lock"));
    locks.filter(|lock| File::open(lock).is_ok_and(|file| file.try_lock().is_err())).count()
}

/// Removes the work folders of kernels that have ended: their locks are free.
fn sweep(kernels: &Kernels) {
    for entry in fs::read_dir(kernels.live()).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = name.split_once('.').map_or(name, |(name, _)| name);
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

/// The project that this program, `…/bin/gradus-kernel`, serves.
pub fn of_this_program() -> Result<Project, Failure> {
    let this = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
    match this.ancestors().nth(2).filter(|home| home.join("kernel").is_dir()) {
        Some(home) => Ok(Project::of_home(home)),
        None => Project::find(),
    }
}

/// The command that starts `evcxr_jupyter`.
pub fn evcxr(recorded: &BTreeMap<String, String>) -> Result<Command, Failure> {
    let setup_found = recorded.get(EVCXR).map(PathBuf::from).filter(|path| path.is_file());
    let program = setup_found.or_else(|| which("evcxr_jupyter"));
    let missing = || {
        let command = of_this_program().map_or("gradus", |project| project.command());
        format!("evcxr_jupyter is not there any more: run `{command} setup`")
    };
    Ok(Command::new(program.ok_or_else(missing)?))
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

/// A path as one word of a shell's command line.
pub fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(unix)]
fn only_for_the_user(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
fn only_for_the_user(_: &Path) {}

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

        assert_eq!(living(&kernels), 1);
        sweep(&kernels);
        assert!(alive.folder.exists() && alive.lock.exists());
        assert!(!ended.folder.exists() && !ended.lock.exists() && !orphan.folder.exists());
        drop(lock);
        assert_eq!(living(&kernels), 0);
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
