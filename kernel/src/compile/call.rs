//! A recorded compiler call: what it depends on, and its arguments. Paths are replaced by placeholders, so that the
//! record serves every kernel of a project, and in a bundle other machines too.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::env::consts::DLL_PREFIX;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::stamp::write_whole;

/// The placeholder for the work folder, which differs from kernel to kernel.
pub const WORK_PLACEHOLDER: &str = "{work}";

/// The placeholder for the folder with the library's sources.
pub const LIBRARY_PLACEHOLDER: &str = "{library}";

/// evcxr requests this linker if it is installed and no better one is.
const LLD: &str = "-Clink-arg=-fuse-ld=lld";

/// One recorded call.
#[derive(Debug, Deserialize, Serialize)]
pub struct RecordedCall {
    /// Everything but the sources that determines the compiler call.
    pub inputs: String,
    /// When it was recorded, in milliseconds since 1970.
    pub noted: u64,
    /// The sources that must not be newer.
    pub sources: Vec<PathBuf>,
    /// The arguments of the call, without the compiler itself.
    pub words: Vec<String>,
}

/// Everything that determines the compiler call for the cell in the folder `work`.
pub fn inputs(arguments: &[String], work: &Path, library: &str) -> String {
    let verb = arguments.iter().find(|argument| !argument.starts_with('-'));
    let mut inputs = format!("{:?}\n", arguments.iter().filter(|a| Some(*a) != verb).collect::<Vec<_>>());
    for name in ["RUSTFLAGS", "RUSTC_WRAPPER", "CARGO_TARGET_DIR"] {
        // The linker does not affect what is compiled.
        inputs += &format!("{name}={}\n", env::var(name).unwrap_or_default().replace(LLD, "").trim_end());
    }
    let read = |file: &str| fs::read_to_string(work.join(file)).unwrap_or_default();
    let manifest = read("Cargo.toml");
    inputs += &manifest;
    inputs += &read(".cargo/config.toml");
    // The versions of this library's crates are those of the warm build, whatever cargo writes to the lock file in the
    // meantime.
    if !has_no_other_crates(&manifest, library) {
        inputs += &read("Cargo.lock");
    }
    if library.is_empty() { inputs } else { inputs.replace(library, LIBRARY_PLACEHOLDER) }
}

/// Whether a manifest written by evcxr depends on this library alone, or on nothing.
pub fn has_no_other_crates(manifest: &str, library: &str) -> bool {
    if library.is_empty() {
        return false;
    }
    let Some((_, dependencies)) = manifest.split_once("[dependencies]") else { return false };
    let ours = format!("gradus = {{ path = \"{library}\" }}");
    dependencies.lines().map(str::trim).all(|line| line.is_empty() || line == ours)
}

/// The file for a record of these inputs, or of something else derived from them.
pub fn file(folder: &Path, inputs: &impl Hash, ending: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    inputs.hash(&mut hasher);
    folder.join(format!("{:016x}.{ending}", hasher.finish()))
}

impl RecordedCall {
    pub fn read(file: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(file).ok()?).ok()
    }

    /// Records a call that cargo made. Cargo names the work folder without links, whatever `work` is.
    pub fn new(inputs: &str, call: &str, work: &Path, began: SystemTime) -> Option<Self> {
        let (work, whole) = (work.to_str()?, work.canonicalize().ok()?);
        let whole = whole.to_str()?;
        let words: Vec<String> = shlex::split(call)?.into_iter().skip(1).filter(|word| word != LLD).collect();
        let folder = after(&words, "--out-dir")?;
        let listed = Path::new(folder).parent()?.join(format!("{DLL_PREFIX}ctx.d"));
        let mut sources = listed_sources(&fs::read_to_string(listed).ok()?);
        sources.retain(|source| !source.starts_with(whole) && !source.starts_with(work));
        let words = words
            .into_iter()
            .map(|word| word.replace(whole, WORK_PLACEHOLDER).replace(work, WORK_PLACEHOLDER))
            .collect();
        Some(Self { inputs: inputs.to_owned(), noted: milliseconds(began)?, sources, words })
    }

    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        write_whole(file, serde_json::to_string(self).map_err(|error| error.to_string())?.as_bytes())
    }

    /// Whether no source of a path dependency has been edited since the call was recorded.
    pub fn sources_are_older(&self) -> bool {
        let edited = |path: &PathBuf| milliseconds(fs::metadata(path).and_then(|file| file.modified()).ok()?);
        self.sources.iter().all(|path| edited(path).is_some_and(|edited| edited < self.noted))
    }

    /// The arguments of the call in a kernel's work folder.
    pub fn arguments_in(&self, work: &str) -> Vec<String> {
        let linker = env::var("RUSTFLAGS").is_ok_and(|flags| flags.contains(LLD)).then(|| LLD.to_owned());
        self.words.iter().map(|word| word.replace(WORK_PLACEHOLDER, work)).chain(linker).collect()
    }
}

/// The argument that follows `option`.
pub fn after<'a>(words: &'a [String], option: &str) -> Option<&'a str> {
    words.iter().skip_while(|word| *word != option).nth(1).map(String::as_str)
}

/// The libraries named in a compiler call.
pub fn libraries(words: &[String]) -> impl Iterator<Item = PathBuf> + '_ {
    let named = words.windows(2).filter(|pair| pair[0] == "--extern");
    named.filter_map(|pair| Some(PathBuf::from(pair[1].split_once('=')?.1)))
}

/// The files in cargo's list `target: source source …`; a space in a name is escaped with a backslash.
fn listed_sources(list: &str) -> Vec<PathBuf> {
    let sources = list.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, sources)| sources);
    let marked = sources.replace("\\ ", "\0");
    marked.split(' ').filter(|source| !source.is_empty()).map(|source| source.replace('\0', " ").into()).collect()
}

/// The manifests of the path dependencies.
pub fn manifests(manifest: &str) -> Vec<PathBuf> {
    let paths = manifest.split("path = \"").skip(1).filter_map(|rest| rest.split_once('"').map(|(path, _)| path));
    paths.map(|path| Path::new(path).join("Cargo.toml")).filter(|path| path.is_absolute()).collect()
}

pub fn milliseconds(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Vec<String> {
        let call = "--crate-name ctx src/lib.rs --emit=dep-info,link --out-dir '/a w/target/x/debug/deps' --extern \
                    'gradus=/a w/target/x/debug/deps/libgradus.so' --extern \
                    'gradus=/a w/target/x/debug/deps/libgradus.rlib' -Cprefer-dynamic";
        shlex::split(call).unwrap()
    }

    #[test]
    fn a_call_names_its_folder_and_its_libraries() {
        let deps = Path::new("/a w/target/x/debug/deps");
        assert_eq!(after(&words(), "--out-dir").map(Path::new), Some(deps));
        let names: Vec<PathBuf> = libraries(&words()).collect();
        assert_eq!(names, [deps.join("libgradus.so"), deps.join("libgradus.rlib")]);
    }

    #[test]
    fn the_sources_of_path_dependencies_are_found() {
        let list = "/w/libctx.so: /w/src/lib.rs /home/a\\ b/src/lib.rs /home/a\\ b/build.rs\n\n/w/src/lib.rs:\n";
        let expected = ["/w/src/lib.rs", "/home/a b/src/lib.rs", "/home/a b/build.rs"];
        assert_eq!(listed_sources(list), expected.map(PathBuf::from));
        let manifest = "[dependencies]\ngradus = { path = \"/home/a b\" }\nother = \"1\"\n";
        assert_eq!(manifests(manifest), [Path::new("/home/a b").join("Cargo.toml")]);
    }

    #[test]
    fn a_notebook_without_crates_of_its_own_is_recognized() {
        let manifest = |crates: &str| format!("[package]\nname = \"ctx\"\n\n[dependencies]\n{crates}\n\n");
        let ours = "gradus = { path = \"/a b\" }";
        assert!(has_no_other_crates(&manifest(ours), "/a b"));
        assert!(has_no_other_crates(&manifest(""), "/a b"));
        assert!(!has_no_other_crates(&manifest(&format!("{ours}\nrand = \"0.9\"")), "/a b"));
        assert!(!has_no_other_crates(&manifest(ours), "/elsewhere"));
        assert!(!has_no_other_crates(&manifest(ours), ""));
        assert!(!has_no_other_crates("[package]", "/a b"));
    }

    #[test]
    fn a_call_is_replayed_in_another_folder() {
        let record = RecordedCall {
            inputs: String::new(),
            noted: 1,
            sources: Vec::new(),
            words: words().into_iter().map(|word| word.replace("/a w", WORK_PLACEHOLDER)).collect(),
        };
        assert_eq!(after(&record.arguments_in("/é b"), "--out-dir"), Some("/é b/target/x/debug/deps"));
    }

    #[test]
    fn an_edited_or_missing_source_invalidates_a_call() {
        let here = PathBuf::from(file!());
        let source = [here.clone(), Path::new("..").join(here)].into_iter().find(|path| path.is_file()).unwrap();
        let record = |sources: &[&Path], noted| {
            let sources = sources.iter().map(|source| source.to_path_buf()).collect();
            RecordedCall { inputs: String::new(), noted, sources, words: Vec::new() }.sources_are_older()
        };
        assert!(record(&[&source], u64::MAX) && record(&[], 0));
        assert!(!record(&[&source], 0) && !record(&[&source, Path::new("no-such-file")], u64::MAX));
    }
}
