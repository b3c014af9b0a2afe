//! What a bundle says of itself: what it was made for and from, and the checksum of each of its files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use gradus_kernel::process;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Failure;

/// The manifest's name in the bundle's folder.
pub const NAME: &str = "manifest.json";

/// The version of the layout that this program writes and reads.
pub const FORMAT: u32 = 1;

/// What the library and the kernel are made from, in a checkout.
const SOURCES: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "src",
    "browser",
    "shaders",
    "datasets",
    "kernel/Cargo.toml",
    "kernel/src",
];

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Manifest {
    pub format: u32,
    /// The version of gradus.
    pub version: String,
    /// The commit that it was made from, where that is known.
    pub commit: Option<String>,
    pub rustc: Rustc,
    /// The oldest glibc that its programs run on; none where they use no glibc.
    pub glibc: Option<(u32, u32)>,
    /// Libraries that the system must have: `libopenblas.so.0`.
    pub libraries: Vec<String>,
    /// The version of evcxr_jupyter.
    pub evcxr: String,
    /// The checksum of the sources, for a checkout.
    pub sources: String,
    /// All files but the manifest.
    pub files: Vec<Entry>,
}

/// The compiler: libraries of one are of no use to another.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Rustc {
    /// `rustc 1.95.0 (59807616e 2026-04-14)`
    pub version: String,
    pub commit: String,
    /// The target triple.
    pub host: String,
}

/// One file of the bundle.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Entry {
    /// Relative to the bundle's folder, with `/` between its parts.
    pub path: String,
    pub size: u64,
    pub sha256: String,
}

impl Rustc {
    /// The compiler that compiles cells here.
    pub fn here() -> Result<Self, Failure> {
        let text = process::output_of("rustc", &["-vV"]).ok_or("rustc does not answer: install Rust from rustup.rs")?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.map(str::to_owned).ok_or(format!("rustc does not say its {name}"))
        };
        let version = text.lines().next().unwrap_or_default().to_owned();
        Ok(Self { version, commit: field("commit-hash")?, host: field("host")? })
    }

    /// `1.95.0`
    pub fn number(&self) -> &str {
        self.version.split_whitespace().nth(1).unwrap_or("unknown")
    }
}

impl Manifest {
    /// `gradus-0.1.0-x86_64-unknown-linux-gnu-rustc1.95.0`
    pub fn name(&self) -> String {
        name(&self.version, &self.rustc)
    }

    /// The manifest of the bundle in this folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let file = folder.join(NAME);
        let text = fs::read_to_string(&file)
            .map_err(|error| format!("{} is not a bundle: cannot read {NAME}: {error}", folder.display()))?;
        Self::parse(&text, &file)
    }

    /// The manifest in a text that was read from `place`.
    pub fn parse(text: &str, place: &Path) -> Result<Self, Failure> {
        let said = |error: serde_json::Error| format!("{} is damaged: {error}", place.display());
        // A later layout may have other fields.
        let format: Format = serde_json::from_str(text).map_err(said)?;
        if format.format != FORMAT {
            return Err(format!(
                "{} has format {}, and this version of gradus reads format {FORMAT}",
                place.display(),
                format.format
            ));
        }
        serde_json::from_str(text).map_err(said)
    }

    /// Compares every file in the folder with its checksum.
    pub fn check(&self, folder: &Path) -> Result<(), Failure> {
        for entry in &self.files {
            let path = inside(folder, &entry.path)?;
            let size = path.metadata().map_err(|error| format!("{}: {error}", path.display()))?.len();
            if size != entry.size {
                return Err(format!("{} is damaged: {size} bytes instead of {}", path.display(), entry.size));
            }
            let sum = sum_of(&path)?;
            if sum != entry.sha256 {
                return Err(format!(
                    "{} was altered: its SHA-256 is {sum} instead of {}",
                    path.display(),
                    entry.sha256
                ));
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// The name of the bundle of a version for a compiler and its platform.
pub fn name(version: &str, rustc: &Rustc) -> String {
    format!("gradus-{version}-{}-rustc{}", rustc.host, rustc.number())
}

/// A path of the manifest in the folder: nothing outside of it is named.
fn inside(folder: &Path, path: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(path);
    if path.components().all(|part| matches!(part, Component::Normal(_))) {
        Ok(folder.join(path))
    } else {
        Err(format!("the bundle's manifest names {}, which is not inside of the bundle", path.display()))
    }
}

/// The SHA-256 of a file, in hexadecimal digits.
pub fn sum_of(file: &Path) -> Result<String, Failure> {
    let mut hasher = Sha256::new();
    let copied = File::open(file).and_then(|file| copy(file, &mut hasher));
    copied.map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Ok(hexadecimal(&hasher.finalize()))
}

fn copy(mut file: File, hasher: &mut Sha256) -> io::Result<()> {
    let mut chunk = vec![0; 1 << 20];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            length => hasher.update(&chunk[..length]),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of the checkout's sources: their names and contents, but not their times.
pub fn sum_of_sources(root: &Path) -> Result<String, Failure> {
    let mut files = Vec::new();
    for path in SOURCES {
        list(root, Path::new(path), &mut files)?;
    }
    let mut hasher = Sha256::new();
    for path in files {
        let name = path.to_string_lossy().replace('\\', "/");
        hasher.update(format!("{name}\n{}\n", sum_of(&root.join(path))?));
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// The files at `path`, below `root`, in the order of their names.
pub fn list(root: &Path, path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let full = root.join(path);
    if !full.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let entries = fs::read_dir(&full).map_err(|error| format!("cannot read {}: {error}", full.display()))?;
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    names.iter().try_for_each(|name| list(root, &path.join(name), files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standard() {
        let file = std::env::temp_dir().join(format!("gradus-sum-{}", std::process::id()));
        fs::write(&file, "abc").unwrap();
        // The first example of FIPS 180-2.
        assert_eq!(sum_of(&file).unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_manifest_names_no_file_outside() {
        let folder = Path::new("/b");
        assert_eq!(inside(folder, "bin/evcxr_jupyter").unwrap(), folder.join("bin/evcxr_jupyter"));
        for path in ["../a", "/etc/passwd", "bin/../../a", "./a"] {
            assert!(inside(folder, path).unwrap_err().contains("not inside"), "{path}");
        }
    }

    #[test]
    fn this_compiler_names_a_bundle() {
        let rustc = Rustc::here().unwrap();
        let name = name("0.1.0", &rustc);
        assert!(name.starts_with("gradus-0.1.0-") && name.contains(&rustc.host), "{name}");
        assert!(name.rsplit_once("rustc").is_some_and(|(_, number)| number.split('.').count() == 3), "{name}");
    }
}
