//! A kernel's work folder: its own copy of the warm build, in which its cells are compiled.
//!
//! The folder is removed when the kernel has ended, in whatever way. Two files next to it are locked while their owners
//! live, since the system releases a lock when its last owner ends: `name.front` by the front alone, `name.lock` by the
//! front and by `evcxr_jupyter`, which inherits it as its standard input (and does not read it). A cleanup process
//! waits for both. When the front has ended, it ends what the front left behind, and when everything has ended, it
//! removes the folder. If that process was killed as well, the next kernel to start finds the locks free and cleans up.

mod cleanup;
mod contents;
mod environment;

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

pub use cleanup::{group_in, living};
pub use contents::quoted;
pub use environment::{evcxr, of_this_program};

use crate::project::Kernels;
use crate::{Failure, compile};

/// Names the socket at which the front waits for the process that runs the cells.
pub const FRONT: &str = "GRADUS_FRONT";

/// Names the file that tells the library about interrupts: see `front/interrupt.rs`.
pub const INTERRUPT: &str = "GRADUS_INTERRUPT";

/// The locks that the front holds while it lives.
#[derive(Debug)]
pub struct Locks {
    /// Shared with `evcxr_jupyter`.
    pub kernel: File,
    _front: File,
}

/// A kernel's work folder and the files next to it.
#[derive(Clone, Debug)]
pub struct Work {
    name: String,
    folder: PathBuf,
    lock: PathBuf,
    front: PathBuf,
}

impl Work {
    /// The work folder with this name.
    pub fn named(kernels: &Kernels, name: &str) -> Self {
        let live = kernels.live();
        Self {
            name: name.to_owned(),
            folder: live.join(name),
            lock: live.join(format!("{name}.lock")),
            front: live.join(format!("{name}.front")),
        }
    }

    /// Takes a new name and its locks, and removes what ended kernels have left.
    pub fn claim(kernels: &Kernels) -> Result<(Self, Locks), Failure> {
        let failure =
            |error: std::io::Error| format!("cannot make a work folder in {}: {error}", kernels.live().display());
        fs::create_dir_all(kernels.live()).map_err(failure)?;
        // It contains the key that the front and evcxr share.
        only_for_the_user(&kernels.live());
        // One kernel at a time: a lock file that exists but is not locked yet would look abandoned.
        let exclusive = File::create(kernels.live_lock()).map_err(failure)?;
        exclusive.lock().map_err(failure)?;
        cleanup::sweep(kernels);
        let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let work = Self::named(kernels, &format!("{}-{moment}", std::process::id()));
        let locked = |path: &Path| File::create(path).and_then(|file| file.lock().map(|()| file)).map_err(failure);
        let locks = Locks { kernel: locked(&work.lock)?, _front: locked(&work.front)? };
        Ok((work, locks))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The work folder under a name without spaces, since a space ends evcxr's commands to the process that runs the
    /// cells.
    fn folder_without_spaces(&self) -> PathBuf {
        if self.has_spaces() { self.link().join("work") } else { self.folder.clone() }
    }

    fn has_spaces(&self) -> bool {
        self.folder.to_string_lossy().contains(char::is_whitespace)
    }

    /// The folder with a link to the work folder, used when the latter's name has spaces.
    fn link(&self) -> PathBuf {
        env::temp_dir().join(format!("gradus-{}.link", self.name))
    }

    /// Creates the link, in a new folder that nobody else can write to.
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

    /// The socket between the front and the process that runs the cells. The system limits its name to about a hundred
    /// bytes.
    pub fn socket(&self) -> PathBuf {
        let here = self.folder.join("front");
        if here.as_os_str().len() < 100 { here } else { env::temp_dir().join(format!("gradus-{}", self.name)) }
    }

    /// Two bytes shared by the front and the library: see `front/interrupt.rs`.
    pub fn interrupt(&self) -> PathBuf {
        self.folder.join("interrupt")
    }

    /// The file in which a waiting spare kernel names its socket.
    pub fn spare(&self) -> PathBuf {
        self.lock.with_extension("spare")
    }

    /// The file with the process group of `evcxr_jupyter`, for whoever has to end it.
    pub fn group(&self) -> PathBuf {
        self.folder.join("group")
    }

    /// The file with the process group of the compiler working on a cell, for an interrupt.
    pub fn compiling(&self) -> PathBuf {
        self.folder.join(compile::COMPILING)
    }
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
    use crate::project::Project;

    /// A new folder in which kernels have their work folders.
    pub fn kernels(name: &str) -> (PathBuf, Kernels) {
        let root = env::temp_dir().join(format!("gradus-kernel-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        (root.clone(), Project::at(&root).kernels())
    }
}
