//! What setup has made: where it is, and how much room it takes on disk.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use gradus_kernel::project::Project;

/// Some of what setup has made.
#[derive(Debug)]
pub struct Part {
    pub name: &'static str,
    pub what: &'static str,
    pub paths: Vec<PathBuf>,
}

/// Everything that setup has made in this project's home, and beside it in a checkout. A kernel shares most of its files
/// with the warm build, which comes first: what is shared counts there.
pub fn parts(project: &Project) -> Vec<Part> {
    let kernels = project.kernels();
    let of = |names: &[&str]| names.iter().map(|name| project.home().join(name)).collect::<Vec<_>>();
    let part = |name, what, paths| Part { name, what, paths };
    let parts = [
        part("warm build", "the library, compiled for notebooks", warm(project)),
        part("bundles", "the same, where it came compiled", vec![project.bundles()]),
        part("live kernels", "what they do not share with the warm build", vec![kernels.live()]),
        part("Python", "JupyterLab and its packages", vec![project.python()]),
        part("programs", "the kernel and evcxr", vec![project.bin()]),
        part("sources", "what the library was compiled from", of(&["sources"])),
        part("builds", "what the next setup goes on from", of(&["build", "build-kernel"])),
        part("for completion", "the standard library, as the analyzer reads it", noted(&project.unseen())),
        part(
            "small files",
            "the kernelspec, notes, programs in Python",
            of(&["jupyter", "report", "library", ".crates.toml", ".crates2.json"]),
        ),
    ];
    parts.into_iter().filter(|part| part.paths.iter().any(|path| path.exists())).collect()
}

/// What is in the kernels' folder besides the kernels that run, and the lock that they take when they start.
fn warm(project: &Project) -> Vec<PathBuf> {
    let kernels = project.kernels();
    let mut paths = entries(kernels.folder());
    paths.retain(|path| *path != kernels.live() && *path != kernels.live_lock());
    paths
}

/// `notebook-std`, `notebook-cargo`, beside cargo's own folders.
fn noted(folder: &Path) -> Vec<PathBuf> {
    let mut paths = entries(folder);
    paths.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("notebook-")));
    paths
}

/// The files and folders in a folder; none where there is no such folder.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Adds up room on disk. A file of several names counts once, as long as it is the same meter.
#[derive(Debug, Default)]
pub struct Meter {
    seen: HashSet<(u64, u64)>,
}

impl Meter {
    /// The bytes that these files and folders take beyond what was counted before.
    pub fn add(&mut self, paths: &[PathBuf]) -> u64 {
        paths.iter().map(|path| self.of(path)).sum()
    }

    fn of(&mut self, path: &Path) -> u64 {
        let Ok(meta) = path.symlink_metadata() else { return 0 };
        if let Some(identity) = identity(&meta)
            && !self.seen.insert(identity)
        {
            return 0;
        }
        let inside = if meta.is_dir() { self.add(&entries(path)) } else { 0 };
        inside + room(&meta)
    }
}

/// What tells a file with several names, where the system says it.
#[cfg(unix)]
fn identity(meta: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// The blocks that a file takes: fewer than its length says, where it has holes.
#[cfg(unix)]
fn room(meta: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    meta.blocks() * 512
}

#[cfg(not(unix))]
fn room(meta: &Metadata) -> u64 {
    meta.len()
}

/// `1.2 GB`, `24 MB`, `8 kB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        999_500_000.. => format!("{:.1} GB", bytes as f64 / 1e9),
        999_500.. => format!("{:.0} MB", bytes as f64 / 1e6),
        _ => format!("{} kB", bytes.div_ceil(1000)),
    }
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    fn sizes_read_well() {
        let read = [0, 1, 4096, 999_400, 999_500, 23_600_000, 999_499_999, 999_500_000, 1_230_000_000].map(size);
        assert_eq!(read, ["0 kB", "1 kB", "5 kB", "1000 kB", "1 MB", "24 MB", "999 MB", "1.0 GB", "1.2 GB"]);
    }

    /// A file of 100 kB that nothing compresses to less.
    fn write(file: &Path) {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, (0..100_000).map(|_| random()).collect::<Vec<u8>>()).unwrap();
        // Some file systems choose blocks only then.
        fs::File::open(file).unwrap().sync_all().unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_file_of_two_names_counts_once() {
        let home = env::temp_dir().join(format!("gradus-disk-{}", std::process::id()));
        let _ = fs::remove_dir_all(&home);
        let kernels = Project::of_home(&home).kernels();
        let (library, shared) = (kernels.warm().join("libgradus.so"), kernels.live().join("7").join("libgradus.so"));
        write(&library);
        fs::create_dir_all(shared.parent().unwrap()).unwrap();
        fs::hard_link(&library, &shared).unwrap();
        write(&kernels.live().join("7").join("cell.so"));
        // The target of a link is counted where it is.
        std::os::unix::fs::symlink(&library, kernels.live().join("7").join("link")).unwrap();

        let parts = parts(&Project::of_home(&home));
        let mut meter = Meter::default();
        let sizes: Vec<(&str, u64)> = parts.iter().map(|part| (part.name, meter.add(&part.paths))).collect();
        let [("warm build", warm), ("live kernels", live)] = sizes[..] else { panic!("{sizes:?}") };
        assert!((100_000..180_000).contains(&warm), "{warm}");
        assert!((100_000..180_000).contains(&live), "without the link, and without what is shared: {live}");
        assert_eq!(meter.add(&[kernels.live()]), 0, "everything was counted");
        fs::remove_dir_all(home).unwrap();
    }
}
