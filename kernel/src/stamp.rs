//! Stamps show whether a step is up to date: a hash of its inputs, written when it succeeds.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::Failure;

/// A 64-bit FNV-1a hash. Unlike the standard library's, it is the same in every version of Rust.
#[derive(Clone, Debug)]
pub struct Stamp(u64);

impl Default for Stamp {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Stamp {
    pub fn add(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Adds the file's content; a missing file counts too.
    pub fn add_content(&mut self, file: &Path) {
        match fs::read(file) {
            Ok(content) => self.add(content),
            Err(_) => self.add("missing"),
        }
    }

    /// Adds names, lengths and modification times of all files in a folder. Times, because cargo relies on them too.
    pub fn add_files(&mut self, path: &Path) {
        let Ok(meta) = path.metadata() else { return self.add("missing") };
        if meta.is_dir() {
            let mut entries: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
            entries.sort();
            for entry in entries {
                self.add_files(&entry);
            }
        } else {
            let time = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
            self.add(path.to_string_lossy().as_bytes());
            self.add(meta.len().to_le_bytes());
            self.add(time.as_nanos().to_le_bytes());
        }
    }

    pub fn is_in(&self, file: &Path) -> bool {
        fs::read_to_string(file).is_ok_and(|text| text.trim() == self.text())
    }

    pub fn write_to(&self, file: &Path) -> Result<(), Failure> {
        write_whole(file, self.text().as_bytes())
    }

    fn text(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Writes a temporary file next to the destination and renames it, so that no one ever sees a partial file.
pub fn write_whole(file: &Path, content: &[u8]) -> Result<(), Failure> {
    let failure = |error: std::io::Error| format!("cannot write {}: {error}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failure)?;
    }
    let mut temporary = file.as_os_str().to_owned();
    temporary.push(format!(".{}.part", std::process::id()));
    fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, file)).map_err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_detects_changes() {
        let folder = std::env::temp_dir().join(format!("gradus-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        let file = folder.join("src").join("lib.rs");
        fs::write(&file, "a").unwrap();
        let stamp = || {
            let mut stamp = Stamp::default();
            stamp.add_files(&folder.join("src"));
            stamp
        };
        let (before, kept) = (stamp(), folder.join("stamp"));
        before.write_to(&kept).unwrap();
        assert!(stamp().is_in(&kept));
        fs::write(&file, "ab").unwrap();
        assert!(!stamp().is_in(&kept), "a longer file is a different file");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn part_boundaries_matter() {
        let (mut left, mut right) = (Stamp::default(), Stamp::default());
        left.add("ab");
        left.add("c");
        right.add("a");
        right.add("bc");
        assert_ne!(left.text(), right.text());
    }
}
