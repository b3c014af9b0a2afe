//! Downloading a file: source after source, checked on the way.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::arriving::Arriving;
use super::{Remote, Source, VARIABLE};
use crate::error::{Error, Result};
use crate::files::{Part, behind_links, hexadecimal, reason};
use crate::front;
use crate::interrupt::{Heeding, heeding};
use crate::progress::Progress;

impl Remote {
    /// Downloads beside `path` and renames when all is there and right: nobody ever sees half a file.
    pub(super) fn fetch(&self, path: &Path) -> Result<()> {
        let path = &behind_links(path)?;
        let (name, folder) = (path.file_name().unwrap_or_default(), path.parent().unwrap_or(Path::new(".")));
        let unwritable = |error: io::Error| {
            let problem = format!(
                "cannot write into this folder: {}. Name another one in the environment variable {VARIABLE}",
                reason(&error)
            );
            Error::file_because(folder, problem, error)
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
        let body = Arriving::from(&source.url, heeding).map_err(|error| error.to_string())?;
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
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
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

/// Prints a whole line. A closed stdout is no reason to fail, or to panic as `println!` does.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
