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

/// Writes a file beside its place and moves it there when it is whole and on the disk: an older file is replaced in one
/// step, or stays as it was.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let folder = folder_of(path)?;
    let written = Part::new(folder, path.file_name().unwrap_or_default()).and_then(|part| {
        let mut file = File::options().write(true).open(&part.path)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part.path, path)
    });
    written.map_err(|error| Error::File { path: path.into(), problem: format!("cannot be written: {error}") })
}

/// Bytes as text, two digits each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
