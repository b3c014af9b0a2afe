//! Files that are fetched on first use: looked for, downloaded, checked against their published SHA-256, kept.

#[cfg(feature = "fetch")]
mod arriving;
#[cfg(feature = "fetch")]
mod download;
#[cfg(not(feature = "fetch"))]
mod no_download;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::files::{cannot_be_read, hexadecimal};

/// A published file: its place below the data folder, how to know it, and where it can be had.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Remote {
    /// Path below the data folder, with `/`.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Where it can be had; tried in this order.
    pub sources: Vec<Source>,
}

/// One place where a file can be had.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Source {
    /// The address.
    pub url: String,
    /// For an archive (`.tar.gz`): the path of the file in it.
    #[cfg(feature = "fetch")]
    #[serde(default)]
    pub member: Option<String>,
}

impl Remote {
    /// Path and contents of the file: from the data folder, or fetched into it first. What comes back has been checked.
    pub fn read(&self) -> Result<(PathBuf, Vec<u8>)> {
        self.read_in(&folder()?)
    }

    fn read_in(&self, root: &Path) -> Result<(PathBuf, Vec<u8>)> {
        let path = self.file.split('/').fold(root.to_path_buf(), |path, part| path.join(part));
        if !path.exists() {
            self.fetch(&path)?;
        }
        let bytes = fs::read(&path).map_err(|error| Error::file_because(&path, cannot_be_read(&error), error))?;
        let found = hexadecimal(&Sha256::digest(&bytes));
        match found == self.sha256 {
            true => Ok((path, bytes)),
            false => Err(Error::Checksum { path, expected: self.sha256.clone(), found }),
        }
    }
}

/// Names the folder of data sets.
const VARIABLE: &str = "GRADUS_DATA_DIR";

/// The folder in which gradus looks for data sets and keeps what it fetched.
///
/// The environment variable `GRADUS_DATA_DIR` names it; without it, it is `gradus` in the platform's cache folder:
/// `$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows.
///
/// # Errors
/// [`Error::Data`] where neither that variable nor the home folder is known.
pub fn folder() -> Result<PathBuf> {
    folder_on(std::env::consts::OS, |name| std::env::var_os(name))
}

/// The platform's cache folder of gradus, whatever folder data sets are in.
///
/// # Errors
/// As [`folder`].
#[cfg(feature = "gpu")]
pub(crate) fn cache_folder() -> Result<PathBuf> {
    folder_on(std::env::consts::OS, |name| if name == VARIABLE { None } else { std::env::var_os(name) })
}

fn folder_on(system: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    let path = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = path(VARIABLE) {
        return Ok(folder);
    }
    let cache = match system {
        "windows" => path("LOCALAPPDATA"),
        "macos" => path("HOME").map(|home| home.join("Library").join("Caches")),
        // The rule of freedesktop.org: a relative path there is to be ignored.
        _ => path("XDG_CACHE_HOME").filter(|path| path.is_absolute()).or_else(|| Some(path("HOME")?.join(".cache"))),
    };
    match cache {
        Some(cache) => Ok(cache.join("gradus")),
        None => Err(Error::Data(format!("no home folder is known; name a folder for data sets in {VARIABLE}"))),
    }
}

#[cfg(all(test, feature = "fetch"))]
mod tests;
