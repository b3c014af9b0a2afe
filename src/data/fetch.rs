//! Files that are fetched on first use: looked for, downloaded, checked against their published SHA-256, kept.

mod arriving;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::files::{Part, behind_links, hexadecimal};
use crate::front;
use crate::interrupt::{Heeding, heeding};
use crate::progress::Progress;
use arriving::Arriving;

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
        let bytes = fs::read(&path).map_err(|error| Error::File { path: path.clone(), problem: error.to_string() })?;
        let found = hexadecimal(&Sha256::digest(&bytes));
        match found == self.sha256 {
            true => Ok((path, bytes)),
            false => Err(Error::Checksum { path, expected: self.sha256.clone(), found }),
        }
    }

    /// Downloads beside `path` and renames when all is there and right: nobody ever sees half a file.
    fn fetch(&self, path: &Path) -> Result<()> {
        let path = &behind_links(path)
            .map_err(|error| Error::File { path: path.into(), problem: format!("cannot be written: {error}") })?;
        let (name, folder) = (path.file_name().unwrap_or_default(), path.parent().unwrap_or(Path::new(".")));
        let unwritable = |error: std::io::Error| Error::File {
            path: folder.to_path_buf(),
            problem: format!(
                "cannot write into this folder: {error}. Name another one in the environment variable {VARIABLE}"
            ),
        };
        fs::create_dir_all(folder).map_err(unwritable)?;
        let heeding = heeding();
        let mut problems: Vec<String> = Vec::new();
        for source in &self.sources {
            let part = Part::new(folder, name).map_err(unwritable)?;
            match self.download(source, &part.path, &heeding) {
                Err(_) if heeding.requested() => {
                    return Err(Error::Interrupted(format!(
                        "while {} was fetched; the part that had come is removed, and the next call fetches all of it",
                        self.file
                    )));
                }
                Ok(()) => return fs::rename(&part.path, path).map_err(unwritable),
                Err(problem) if problems.is_empty() => problems.push(problem),
                Err(problem) => problems.push(format!("from {}: {problem}", source.url)),
            }
        }
        Err(Error::Fetch {
            file: name.to_string_lossy().into_owned(),
            url: self.sources.first().map_or_else(|| "nowhere".into(), |source| source.url.clone()),
            problem: match problems.is_empty() {
                true => "no source is known".into(),
                false => problems.join("; "),
            },
            folder: folder.to_path_buf(),
        })
    }

    /// Writes the file to `path`, checking it on the way.
    fn download(&self, source: &Source, path: &Path, heeding: &Heeding) -> Result<(), String> {
        say(&format!("{}: fetching {} from {}", self.file, megabytes(self.bytes), source.url));
        let body = Arriving::from(&source.url, heeding)?;
        match &source.member {
            None => self.store(body, path),
            Some(member) => {
                let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(body));
                let entries = archive.entries().map_err(|error| format!("the archive cannot be read: {error}"))?;
                for entry in entries {
                    let entry = entry.map_err(|error| format!("the archive cannot be read: {error}"))?;
                    if entry.path().is_ok_and(|path| path == Path::new(member)) {
                        return self.store(entry, path);
                    }
                }
                Err(format!("the archive holds no {member}"))
            }
        }
    }

    fn store(&self, mut from: impl Read, path: &Path) -> Result<(), String> {
        let mut to = File::create(path).map_err(|error| error.to_string())?;
        let (mut hash, mut arrived, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
        let (begin, mut last_line) = (Instant::now(), Instant::now());
        let kilobytes = |bytes: u64| usize::try_from(bytes.div_ceil(1000)).unwrap_or(usize::MAX);
        let mut progress = Progress::new(format!("{}: kB", self.file), kilobytes(self.bytes));
        loop {
            let count = match from.read(&mut buffer) {
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(format!("cut off after {arrived} of {} bytes: {error}", self.bytes)),
            };
            if count == 0 {
                break;
            }
            arrived += count as u64;
            if arrived > self.bytes {
                return Err(format!("longer than the published {} bytes", self.bytes));
            }
            hash.update(&buffer[..count]);
            to.write_all(&buffer[..count]).map_err(|error| error.to_string())?;
            if front::is_present() {
                progress.update(kilobytes(arrived), String::new);
                continue;
            }
            // Whole lines, and few: a notebook's kernel shows nothing else while a cell runs.
            if last_line.elapsed() > Duration::from_secs(1) {
                last_line = Instant::now();
                say(&format!("{}: {} of {}", self.file, megabytes(arrived), megabytes(self.bytes)));
            }
        }
        if arrived < self.bytes {
            return Err(format!("cut off after {arrived} of {} bytes", self.bytes));
        }
        let found = hexadecimal(&hash.finalize());
        if found != self.sha256 {
            return Err(format!("SHA-256 is {found}, the published file has {}; it is altered", self.sha256));
        }
        to.sync_all().map_err(|error| error.to_string())?;
        say(&format!("{}: {} in {:.1} s", self.file, megabytes(arrived), begin.elapsed().as_secs_f64()));
        Ok(())
    }
}

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

/// Prints a whole line. A closed stdout is no reason to fail, or to panic as `println!` does.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests;
