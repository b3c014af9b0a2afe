//! Files that are complete or absent: written under a temporary name, then renamed.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};

/// A file that is still being written; removed on drop, unless it was renamed before.
pub(crate) struct Part {
    pub path: PathBuf,
}

impl Part {
    /// Creates an empty file in `folder`, to be renamed to `name` later.
    pub fn new(folder: &Path, name: &OsStr) -> io::Result<Self> {
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

/// The folder of a file, which must exist.
pub(crate) fn folder_of(path: &Path) -> Result<&Path> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if folder.is_dir() {
        return Ok(folder);
    }
    let problem = format!("the folder {} does not exist; make it first", folder.display());
    Err(Error::file_because(path, problem, io::Error::from(io::ErrorKind::NotFound)))
}

/// The path behind all symbolic links, even if the last one leads to no file yet.
///
/// # Errors
/// [`Error::File`] where the links form a loop.
pub(crate) fn behind_links(path: &Path) -> Result<PathBuf> {
    let mut place = path.to_path_buf();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&place) {
            // A relative link starts from its own folder.
            Ok(target) => place = place.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(Error::file(path, "cannot be written: its links form a loop"))
}

/// The reason of a failure as a learner knows it, such as `permission denied`; the system's own text is the error's source.
pub(crate) fn reason(error: &io::Error) -> String {
    error.kind().to_string()
}

/// The problem of a file that cannot be read.
pub(crate) fn cannot_be_read(error: &io::Error) -> String {
    format!("cannot be read: {}", reason(error))
}

/// Writes a file under a temporary name and renames it once it is complete and on the disk: an older file is replaced in
/// one step, or stays as it was. The new file has the older one's permissions; links are followed.
///
/// # Errors
/// [`Error::File`] where the folder does not exist or does not accept new files, or the disk is full.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let failed = |error: io::Error| Error::file_because(path, format!("cannot be written: {}", reason(&error)), error);
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
        // A device or a pipe, such as /dev/stdout, takes what comes and is not to be replaced.
        return fs::write(path, content).map_err(failed);
    }
    let place = behind_links(path)?;
    let folder = folder_of(&place).map_err(|error| match error {
        Error::File { problem, source, .. } => Error::File { path: path.into(), problem, source },
        other => other,
    })?;
    let part = Part::new(folder, place.file_name().unwrap_or_default()).map_err(|error| {
        let (folder, reason) = (folder.display(), reason(&error));
        let problem = format!("cannot be written: the folder {folder} does not accept new files: {reason}");
        Error::file_because(path, problem, error)
    })?;
    let mut file = File::options().write(true).open(&part.path).map_err(failed)?;
    let mut write = || {
        if let Some(old) = &old {
            // Before the file has any content.
            keep_owner(old, &part.path);
            file.set_permissions(old.permissions())?;
        }
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part.path, &place)
    };
    write().map_err(failed)
}

/// Gives a file the owner and group of the older one, where that is permitted.
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

/// Bytes in hexadecimal, two digits each.
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
