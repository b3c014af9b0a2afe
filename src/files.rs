//! Files that are whole or not there: written beside their place, then renamed.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};

/// A file that is still being written. It is gone when this value goes, unless it was renamed before.
pub(crate) struct Part {
    pub path: PathBuf,
}

impl Part {
    /// An empty file in `folder`, where `name` shall stand.
    pub fn new(folder: &Path, name: &OsStr) -> std::io::Result<Self> {
        // Two cells, or two kernels, may write the same file at the same time.
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".{}.{}-{number}.part", name.to_string_lossy(), std::process::id()));
        File::create(&path).map(|_| Part { path })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After the rename there is nothing to remove, and a leftover does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

/// The folder that a file shall stand in, which must be there.
pub(crate) fn folder_of(path: &Path) -> Result<&Path> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if folder.is_dir() {
        return Ok(folder);
    }
    let problem = format!("the folder {} does not exist; make it first", folder.display());
    Err(Error::File { path: path.into(), problem })
}

/// Where a path leads: behind all links, also where the last one leads to no file yet.
pub(crate) fn behind_links(path: &Path) -> std::io::Result<PathBuf> {
    let mut place = path.to_path_buf();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&place) {
            // A relative link starts from its own folder.
            Ok(target) => place = place.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(std::io::Error::other("its links form a loop"))
}

/// Writes a file beside its place and moves it there when it is whole and on the disk: an older file is replaced in one
/// step, or stays as it was. The new one may be read and written by whom the older one was; links are followed.
///
/// # Errors
/// [`Error::File`] where the folder does not exist or does not accept new files, or the disk is full.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let problem = |problem: String| Error::File { path: path.into(), problem };
    let failed = |error: std::io::Error| problem(format!("cannot be written: {error}"));
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
        // A device or a pipe, such as /dev/stdout, takes what comes and is not to be replaced.
        return fs::write(path, content).map_err(failed);
    }
    let place = behind_links(path).map_err(failed)?;
    let folder = folder_of(&place).map_err(|error| match error {
        Error::File { problem: what, .. } => problem(what),
        other => other,
    })?;
    let part = Part::new(folder, place.file_name().unwrap_or_default()).map_err(|error| {
        problem(format!("cannot be written: the folder {} does not accept new files: {error}", folder.display()))
    })?;
    let mut file = File::options().write(true).open(&part.path).map_err(failed)?;
    let mut write = || {
        if let Some(old) = &old {
            // Before there is anything to read in it.
            keep_owner(old, &part.path);
            file.set_permissions(old.permissions())?;
        }
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part.path, &place)
    };
    write().map_err(failed)
}

/// Gives a file to the owner and group of the older one, so far as one may.
#[cfg(unix)]
fn keep_owner(old: &fs::Metadata, path: &Path) {
    use std::os::unix::fs::{MetadataExt, chown};
    let same = fs::metadata(path).is_ok_and(|new| (new.uid(), new.gid()) == (old.uid(), old.gid()));
    if !same {
        let _ = chown(path, Some(old.uid()), Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::Metadata, _: &Path) {}

/// Bytes as text, two digits each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(result: Result<()>) -> String {
        result.err().map(|error| error.to_string()).unwrap_or_default()
    }

    /// The names in a folder, sorted.
    fn names(folder: &Path) -> Vec<String> {
        let names =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"second".to_vec(), vec!["file".to_string()]));
        let said = message(write_whole(&folder.path().join("none").join("file"), b""));
        assert!(said.contains("none does not exist; make it first"), "{said}");
        fs::create_dir(folder.path().join("folder")).unwrap();
        assert!(message(write_whole(&folder.path().join("folder"), b"")).contains("cannot be written"));
        assert_eq!(names(folder.path()), ["file", "folder"]);
    }

    #[cfg(unix)]
    #[test]
    fn who_may_read_a_file_stays_as_it_was() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        write_whole(&path, b"first").unwrap();
        // The process' own umask decides over a new file.
        File::create(folder.path().join("other")).unwrap();
        assert_eq!(mode(), fs::metadata(folder.path().join("other")).unwrap().permissions().mode() & 0o7777);
        for wanted in [0o600, 0o640, 0o664, 0o400] {
            fs::set_permissions(&path, fs::Permissions::from_mode(wanted)).unwrap();
            write_whole(&path, b"second").unwrap();
            assert_eq!((mode(), fs::read(&path).unwrap()), (wanted, b"second".to_vec()), "{wanted:o}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("store")).unwrap();
        // A link to a link, relative both.
        symlink("inner", at("outer")).unwrap();
        symlink("store/file", at("inner")).unwrap();
        // First it leads to no file.
        write_whole(&at("outer"), b"first").unwrap();
        fs::set_permissions(at("store/file"), fs::Permissions::from_mode(0o600)).unwrap();
        write_whole(&at("outer"), b"second").unwrap();
        assert!(["outer", "inner"].iter().all(|name| fs::symlink_metadata(at(name)).unwrap().is_symlink()));
        assert_eq!(fs::read(at("store/file")).unwrap(), b"second");
        assert_eq!(fs::metadata(at("store/file")).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(&at("store")), ["file"]);
        symlink(at("nowhere/file"), at("lost")).unwrap();
        let said = message(write_whole(&at("lost"), b""));
        assert!(said.contains("lost") && said.contains("nowhere does not exist"), "{said}");
        symlink("round", at("round")).unwrap();
        let said = message(write_whole(&at("round"), b""));
        assert!(said.contains("cannot be written: its links form a loop"), "{said}");
        // A device is not replaced.
        write_whole(Path::new("/dev/null"), b"nothing").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_takes_no_file_is_named() {
        let said = message(write_whole(Path::new("/proc/self/file"), b""));
        assert!(said.contains("the folder /proc/self does not accept new files"), "{said}");
    }
}
