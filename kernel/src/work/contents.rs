//! The files that a new work folder starts with.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::Work;
use crate::prelude::PRELUDE;
use crate::project::{Kernels, Project};
use crate::recorded::sources;
use crate::stamp::write_whole;
use crate::{Failure, clone, warm};

impl Work {
    /// Copies the warm build, or what a cell needs besides a bundle. Without either, the kernel still works, but
    /// compiles everything in its first cell.
    pub fn fill(&self, kernels: &Kernels) -> Result<(), Failure> {
        let failure = |error: std::io::Error| {
            self.remove();
            format!("cannot copy the warm build to {}: {error}", self.folder.display())
        };
        if self.has_spaces() {
            self.make_link().map_err(failure)?;
        }
        let reading = File::create(kernels.warm_lock()).map_err(failure)?;
        reading.lock_shared().map_err(failure)?;
        if let Some(bundle) = kernels.bundle() {
            // Cells are compiled against the bundle in its own folder.
            fs::create_dir_all(self.folder.join("src")).map_err(failure)?;
            fs::copy(bundle.join("cell").join("Cargo.lock"), self.folder.join("Cargo.lock"))
                .map(|_| ())
                .map_err(failure)
        } else if kernels.warm().is_dir() {
            clone::tree(&kernels.warm(), &self.folder, clone::Purpose::Kernel).map_err(failure)
        } else {
            eprintln!(
                "gradus: there is no warm build, so the first cell will compile for minutes; `{} setup` makes one",
                kernels.command()
            );
            fs::create_dir_all(&self.folder).map_err(failure)
        }
    }

    /// The folder in which evcxr looks for its configuration.
    pub(super) fn config(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// Writes what the kernel runs before it answers: the prelude, and the library's `:dep`, so that the notebook's own
    /// `:dep` finds everything loaded.
    pub fn configure(&self, project: &Project, recorded: &BTreeMap<String, String>) -> Result<(), Failure> {
        write_whole(&self.config().join("prelude.rs"), PRELUDE.as_bytes())?;
        let (lock, kept) = (self.folder.join("Cargo.lock"), self.kept_lock());
        let _ = fs::copy(&lock, &kept);
        // If the sources have been edited since, the `:dep` compiles for a while, which is better seen under a cell.
        if warm::is_ready_with(project, recorded) {
            let restore = if cfg!(unix) { format!("!cp {} {}\n", quoted(&kept), quoted(&lock)) } else { String::new() };
            // Purpose that empty cell evcxr need not read the standard library.
            let sources = sources(recorded).map(|path| format!(":env RUST_SRC_PATH={}\n", path.display()));
            let lines =
                [&restore, &sources.unwrap_or_default(), ":dep gradus = ", &warm::dependency(project.root()), "\n"];
            write_whole(&self.config().join("init.evcxr"), lines.concat().as_bytes())?;
        }
        Ok(())
    }

    /// A copy of the lock file. evcxr starts with an empty cell, for which cargo drops all versions from the lock file
    /// itself; without them, a `:dep` would take the newest version of each crate and compile it.
    fn kept_lock(&self) -> PathBuf {
        self.folder.join("Cargo.lock.kept")
    }

    /// Restores the versions that the library is tested with, unless it is loaded already.
    pub fn restore_lock(&self) {
        let lock = self.folder.join("Cargo.lock");
        let has_library = |text: String| text.contains("name = \"gradus\"");
        if !fs::read_to_string(&lock).is_ok_and(has_library) {
            let _ = fs::copy(self.kept_lock(), lock);
        }
    }

    /// Whether the kernel runs the library's `:dep` before it answers.
    pub(super) fn loads_the_library(&self) -> bool {
        self.config().join("init.evcxr").is_file()
    }
}

/// A path as one word of a shell command.
pub fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::kernels;
    use super::*;

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
}
