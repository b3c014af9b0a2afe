//! A kernel's own copy of the warmed build, made in a moment: compiled libraries are hard links, since no one writes
//! into them (rustc and the linkers write new files and rename them); everything else is small and copied, since cargo
//! and evcxr do write into that, and one kernel's note must not become another's.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

/// How many files are placed at a time.
const WORKERS: usize = 4;

/// Whose copy it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum For {
    /// A kernel: cells are compiled there, so what serves only to rebuild the library stays behind.
    Kernel,
    /// The next warm build: everything.
    Rebuild,
}

/// Copies the tree `from` to `to`, which does not exist yet. Files keep their times: cargo goes by them.
pub fn tree(from: &Path, to: &Path, purpose: For) -> io::Result<()> {
    let mut files = Vec::new();
    folders(from, to, purpose, &mut files)?;
    // Each file is a wait for the file system: several at a time.
    let share = files.len().div_ceil(WORKERS).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> =
            files.chunks(share).map(|files| scope.spawn(|| files.iter().try_for_each(place))).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(io::Error::other("a copy failed"))))
    })
}

/// Makes the folders, and lists the files with their places.
fn folders(from: &Path, to: &Path, purpose: For, files: &mut Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let text = name.to_string_lossy();
        if kind.is_dir() {
            if purpose == For::Kernel && from.ends_with("incremental") && !text.starts_with("ctx-") {
                continue;
            }
            folders(&entry.path(), &to.join(&name), purpose, files)?;
        } else if kind.is_file() && !is_of_a_cell(&text) {
            files.push((entry.path(), to.join(&name)));
        }
    }
    Ok(())
}

/// Links what no one writes into, and copies the rest.
fn place((source, target): &(PathBuf, PathBuf)) -> io::Result<()> {
    if is_immutable(source) && fs::hard_link(source, target).is_ok() { Ok(()) } else { copy(source, target) }
}

/// Compiled cells of the kernel that made the copy's model.
fn is_of_a_cell(name: &str) -> bool {
    name.starts_with("code_") || name.starts_with("libcode_") || name == ".evcxr-execution-so"
}

fn is_immutable(file: &Path) -> bool {
    // Microsoft's linker writes into an existing file, so that there only libraries of the registry are linked.
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
    fn notes_are_copied_with_their_times_and_libraries_are_shared() {
        let base = folder("shared");
        let (from, to) = (base.join("warm"), base.join("mine"));
        fs::create_dir_all(from.join("target/deps")).unwrap();
        fs::write(from.join("target/deps/libgradus.so"), "library").unwrap();
        fs::write(from.join("target/deps/gradus.d"), "note").unwrap();
        let old = SystemTime::now() - Duration::from_secs(1000);
        fs::File::options().write(true).open(from.join("target/deps/gradus.d")).unwrap().set_modified(old).unwrap();

        tree(&from, &to, For::Kernel).unwrap();
        let note = to.join("target/deps/gradus.d");
        let age = |file: &Path| file.metadata().unwrap().modified().unwrap();
        assert_eq!(age(&note), age(&from.join("target/deps/gradus.d")));
        fs::write(&note, "changed").unwrap();
        assert_eq!(fs::read_to_string(from.join("target/deps/gradus.d")).unwrap(), "note");
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
        tree(&from, &kernel, For::Kernel).unwrap();
        tree(&from, &rebuild, For::Rebuild).unwrap();
        assert!(!there(&kernel, "incremental/gradus-1/s") && there(&kernel, "incremental/ctx-1/s"));
        assert!(there(&rebuild, "incremental/gradus-1/s"));
        assert!(!there(&kernel, "libcode_3.so") && !there(&rebuild, "libcode_3.so"));
        assert!(there(&kernel, "src/lib.rs"));
        fs::remove_dir_all(&base).unwrap();
    }
}
