//! Stamps tell whether a step is still good: a hash of what went into it, written when it ended well.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::Failure;

/// A 64-bit FNV-1a hash: the same in every version of Rust, unlike the standard library's.
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

    /// The file's content; a missing file counts as such.
    pub fn add_content(&mut self, file: &Path) {
        match fs::read(file) {
            Ok(content) => self.add(content),
            Err(_) => self.add("missing"),
        }
    }

    /// Names, lengths and times of all files in a folder. Times, because cargo goes by them as well.
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

/// Writes a file beside its place and renames it, so that no one ever sees half of it.
pub fn write_whole(file: &Path, content: &[u8]) -> Result<(), Failure> {
    let said = |error: std::io::Error| format!("cannot write {}: {error}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(said)?;
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    fs::write(&beside, content).and_then(|()| fs::rename(&beside, file)).map_err(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_sees_what_changed() {
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
        assert!(!stamp().is_in(&kept), "a longer file is another file");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn where_one_part_ends_matters() {
        let (mut left, mut right) = (Stamp::default(), Stamp::default());
        left.add("ab");
        left.add("c");
        right.add("a");
        right.add("bc");
        assert_ne!(left.text(), right.text());
    }
}
