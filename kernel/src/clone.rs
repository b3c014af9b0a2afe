//! A fast copy of the warm build for one kernel. Compiled libraries are hard links, since no one writes into them
//! (rustc and the linkers write new files and rename them). Everything else is small and is copied, since cargo and
//! evcxr do write into it, and one kernel must not change another's files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

/// How many files are placed at the same time.
const WORKERS: usize = 4;

/// What a copy is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Purpose {
    /// A kernel: it only compiles cells, so what is needed to rebuild the library is left out.
    Kernel,
    /// The next warm build, which needs everything.
    Rebuild,
}

/// Copies the tree `from` to `to`, which does not exist yet. Files keep their modification times, because cargo relies
/// on them.
pub fn tree(from: &Path, to: &Path, purpose: Purpose) -> io::Result<()> {
    let mut files = Vec::new();
    folders(from, to, purpose, &mut files)?;
    // Each file waits for the file system, so several are placed at a time.
    let share = files.len().div_ceil(WORKERS).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> =
            files.chunks(share).map(|files| scope.spawn(|| files.iter().try_for_each(place))).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(io::Error::other("a copy failed"))))
    })
}

/// Creates the folders, and lists the files with their destinations.
fn folders(from: &Path, to: &Path, purpose: Purpose, files: &mut Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let text = name.to_string_lossy();
        if kind.is_dir() {
            if purpose == Purpose::Kernel && from.ends_with("incremental") && !text.starts_with("ctx-") {
                continue;
            }
            folders(&entry.path(), &to.join(&name), purpose, files)?;
        } else if kind.is_file() && !is_of_a_cell(&text) {
            files.push((entry.path(), to.join(&name)));
        }
    }
    Ok(())
}

/// Links files that no one writes into, and copies the rest.
fn place((source, target): &(PathBuf, PathBuf)) -> io::Result<()> {
    if is_immutable(source) && fs::hard_link(source, target).is_ok() { Ok(()) } else { copy(source, target) }
}

/// Whether the file is a compiled cell of the kernel from which the tree was copied.
fn is_of_a_cell(name: &str) -> bool {
    name.starts_with("code_") || name.starts_with("libcode_") || name == ".evcxr-execution-so"
}

fn is_immutable(file: &Path) -> bool {
    // Microsoft's linker writes into existing files, so on Windows only libraries from the registry are linked.
    let endings: &[&str] = if cfg!(windows) { &["rlib", "rmeta"] } else { &["rlib", "rmeta", "so", "dylib", "a", "o"] };
    file.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| endings.contains(&ending))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let meta = from.metadata()?;
    if let Ok(time) = meta.modified() {
        let read_only = meta.permissions().readonly();
        if !read_only {
            fs::File::options().write(true).open(to)?.set_modified(time)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("gradus-clone-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn small_files_are_copied_with_their_times_and_libraries_are_shared() {
        let base = folder("shared");
        let (from, to) = (base.join("warm"), base.join("mine"));
        fs::create_dir_all(from.join("target/deps")).unwrap();
        fs::write(from.join("target/deps/libgradus.so"), "library").unwrap();
        fs::write(from.join("target/deps/gradus.d"), "list").unwrap();
        let old = SystemTime::now() - Duration::from_secs(1000);
        fs::File::options().write(true).open(from.join("target/deps/gradus.d")).unwrap().set_modified(old).unwrap();

        tree(&from, &to, Purpose::Kernel).unwrap();
        let list = to.join("target/deps/gradus.d");
        let age = |file: &Path| file.metadata().unwrap().modified().unwrap();
        assert_eq!(age(&list), age(&from.join("target/deps/gradus.d")));
        fs::write(&list, "changed").unwrap();
        assert_eq!(fs::read_to_string(from.join("target/deps/gradus.d")).unwrap(), "list");
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let inode = |file: &Path| file.metadata().unwrap().ino();
            let library = "target/deps/libgradus.so";
            assert_eq!(inode(&to.join(library)), inode(&from.join(library)));
        }
        fs::remove_dir_all(&base).unwrap();
    }

    #[test]
    fn a_kernel_leaves_behind_what_it_does_not_need() {
        let base = folder("lean");
        let from = base.join("warm");
        for path in ["incremental/gradus-1/s", "incremental/ctx-1/s", "libcode_3.so", "src/lib.rs"] {
            let file = from.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let there = |copy: &Path, path: &str| copy.join(path).exists();
        let (kernel, rebuild) = (base.join("kernel"), base.join("rebuild"));
        tree(&from, &kernel, Purpose::Kernel).unwrap();
        tree(&from, &rebuild, Purpose::Rebuild).unwrap();
        assert!(!there(&kernel, "incremental/gradus-1/s") && there(&kernel, "incremental/ctx-1/s"));
        assert!(there(&rebuild, "incremental/gradus-1/s"));
        assert!(!there(&kernel, "libcode_3.so") && !there(&rebuild, "libcode_3.so"));
        assert!(there(&kernel, "src/lib.rs"));
        fs::remove_dir_all(&base).unwrap();
    }
}
