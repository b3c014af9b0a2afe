//! Finds a bundle: a file, a folder, an address, or the release that belongs to this version. Nothing of it is used
//! before its checksum is right.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use gradus_kernel::process::{self, output_of};
use gradus_kernel::project::Project;
use gradus_kernel::stamp::write_whole;
use ruzstd::decoding::StreamingDecoder;

use super::Bundle;
use super::fit::misfits;
use super::manifest::{self, Manifest, Rustc};
use crate::{Failure, python};

/// Names a bundle as `--bundle` does.
const VARIABLE: &str = "GRADUS_BUNDLE";

/// The word that means no bundle at all.
const NONE: &str = "none";

/// How a failure to download something begins.
const UNREACHABLE: &str = "downloading";

const DOWNLOAD: &str = include_str!("download.py");

/// Which bundle to look for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// A file, a folder or an address.
    Given(OsString),
    /// The one that was released with this version, if it can be had.
    Release,
    /// None: everything is compiled.
    None,
}

impl Wanted {
    /// What the option asks for, or else the environment.
    pub fn new(option: Option<&OsStr>) -> Self {
        match option.map(OsStr::to_owned).or_else(|| env::var_os(VARIABLE)).filter(|text| !text.is_empty()) {
            Some(text) if text == NONE => Self::None,
            Some(text) => Self::Given(text),
            None => Self::Release,
        }
    }
}

/// What came of looking for a bundle.
#[derive(Debug)]
pub enum Found {
    Bundle(Box<Bundle>),
    /// There is one, but it cannot be used, for these reasons.
    Refused(String, Vec<String>),
    /// Nothing to look for, or no release.
    Nothing(&'static str),
}

/// Looks for the bundle, checks it, and unpacks it into the project's home.
pub fn obtain(project: &Project, wanted: &Wanted, say: &dyn Fn(&str)) -> Found {
    let (name, outcome) = match wanted {
        Wanted::None => return Found::Nothing("not wanted: everything is compiled"),
        Wanted::Release => match released(project) {
            None => return Found::Nothing("no release is known: everything is compiled"),
            Some(address) => match downloaded(project, &address, say) {
                Err(Refusal(reasons)) if reasons.iter().any(|reason| reason.starts_with(UNREACHABLE)) => {
                    return Found::Nothing("no release can be had: everything is compiled");
                }
                outcome => (address, outcome),
            },
        },
        Wanted::Given(given) => {
            let text = given.to_string_lossy().into_owned();
            let outcome = if text.starts_with("https://") || text.starts_with("http://") {
                downloaded(project, &text, say)
            } else if Path::new(given).is_dir() {
                in_folder(project, Path::new(given), say)
            } else {
                unpacked(project, Path::new(given), say)
            };
            (text, outcome)
        }
    };
    match outcome {
        Ok(bundle) => Found::Bundle(Box::new(bundle)),
        Err(Refusal(reasons)) => Found::Refused(name, reasons),
    }
}

/// Why a bundle cannot be used.
#[derive(Debug)]
struct Refusal(Vec<String>);

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self(vec![failure])
    }
}

fn must_fit(manifest: &Manifest, project: &Project) -> Result<(), Refusal> {
    let misfits = misfits(manifest, project)?;
    if misfits.is_empty() { Ok(()) } else { Err(Refusal(misfits)) }
}

/// The address of the release, beside the repository that this checkout was cloned from.
fn released(project: &Project) -> Option<String> {
    if !project.is_checkout() {
        return None;
    }
    let root = project.root().to_str()?;
    let origin = output_of("git", &["-C", root, "remote", "get-url", "origin"])?;
    let repository = origin.strip_suffix(".git").unwrap_or(&origin);
    let version = env!("CARGO_PKG_VERSION");
    let name = manifest::name(version, &Rustc::here().ok()?);
    repository
        .starts_with("https://github.com/")
        .then(|| format!("{repository}/releases/download/v{version}/{name}.tar.zst"))
}

/// The bundle at an address; its checksum is fetched first, and the archive only if it is not there already.
fn downloaded(project: &Project, address: &str, say: &dyn Fn(&str)) -> Result<Bundle, Refusal> {
    let (path, query) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
    let name = path.rsplit('/').next().filter(|name| !name.is_empty()).ok_or(format!("{address} names no file"))?;
    let archive = project.bundles().join("downloads").join(name);
    let beside = sum_file(&archive);
    download(&format!("{path}.sha256{query}"), &beside, say)?;
    if let Some(bundle) = unpacked_before(project, &written_sum(&beside)?)? {
        return Ok(bundle);
    }
    download(address, &archive, say)?;
    let bundle = unpacked(project, &archive, say);
    // Either it is unpacked, or it is of no use.
    let _ = fs::remove_file(archive);
    bundle
}

/// Fetches a file; what is there of it goes on from there.
fn download(address: &str, file: &Path, say: &dyn Fn(&str)) -> Result<(), Failure> {
    let (program, _) = python::system_python().ok_or("there is no Python to download it with")?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    say("downloading");
    let mut python = process::command(program);
    python.args(["-c", DOWNLOAD, address]).arg(file);
    process::run_watched(&mut python, &format!("{UNREACHABLE} {address}"), |line| {
        if line.ends_with("MB") {
            say(line);
        }
    })
}

/// A bundle that was unpacked already, by an administrator for example, and is used where it is.
fn in_folder(project: &Project, folder: &Path, say: &dyn Fn(&str)) -> Result<Bundle, Refusal> {
    let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
    let manifest = Manifest::read(&folder)?;
    must_fit(&manifest, project)?;
    // Read once: what is trusted with its checksums is trusted as long as its manifest is the same.
    let sum = manifest::sum_of(&folder.join(manifest::NAME))?;
    let checked = project.bundles().join(format!("{sum}.checked"));
    let place = folder.to_string_lossy();
    if fs::read_to_string(&checked).ok().as_deref() != Some(&place) {
        say("comparing checksums");
        manifest.check(&folder)?;
        write_whole(&checked, place.as_bytes())?;
    }
    Ok(Bundle { folder, manifest })
}

/// The archive, checked and unpacked into the project's home.
fn unpacked(project: &Project, archive: &Path, say: &dyn Fn(&str)) -> Result<Bundle, Refusal> {
    if !archive.is_file() {
        return Err(format!("there is no file or folder {}", archive.display()).into());
    }
    say("comparing the checksum");
    let beside = sum_file(archive);
    let wanted = written_sum(&beside)?;
    let sum = manifest::sum_of(archive)?;
    if sum != wanted {
        let said = beside.display();
        return Err(format!("it is damaged or was altered: its SHA-256 is {sum}, and {said} says {wanted}").into());
    }
    if let Some(bundle) = unpacked_before(project, &sum)? {
        return Ok(bundle);
    }
    // Before much is written: the manifest comes first.
    must_fit(&manifest_in(archive)?, project)?;
    say("unpacking");
    let folder = folder_of(project, &sum);
    let half = folder.with_extension("part");
    let _ = fs::remove_dir_all(&half);
    unpack(archive, &half)?;
    let manifest = Manifest::read(&half)?;
    manifest.check(&half)?;
    fs::rename(&half, &folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    Ok(Bundle { folder, manifest })
}

/// The bundle whose archive has this checksum, if it was unpacked before. It was checked then.
fn unpacked_before(project: &Project, sum: &str) -> Result<Option<Bundle>, Refusal> {
    let folder = folder_of(project, sum);
    if !folder.is_dir() {
        return Ok(None);
    }
    let manifest = Manifest::read(&folder)?;
    must_fit(&manifest, project)?;
    Ok(Some(Bundle { folder, manifest }))
}

fn folder_of(project: &Project, sum: &str) -> PathBuf {
    project.bundles().join(&sum[..16])
}

/// The file beside an archive that holds its checksum.
pub fn sum_file(archive: &Path) -> PathBuf {
    let mut name = archive.as_os_str().to_owned();
    name.push(".sha256");
    name.into()
}

/// The checksum that such a file holds, as `sha256sum` writes it.
fn written_sum(file: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("its checksum must be beside it, in {}: {error}", file.display()))?;
    let sum = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    let is_sum = sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_sum { Ok(sum) } else { Err(format!("{} holds no SHA-256: {text:.80?}", file.display())) }
}

type Archive = tar::Archive<BufReader<StreamingDecoder<BufReader<File>, ruzstd::decoding::FrameDecoder>>>;

fn opened(archive: &Path) -> Result<Archive, Failure> {
    let said = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", archive.display());
    let file = File::open(archive).map_err(|error| said(&error))?;
    let decoder = StreamingDecoder::new(BufReader::new(file)).map_err(|error| said(&error))?;
    Ok(tar::Archive::new(BufReader::with_capacity(1 << 20, decoder)))
}

fn manifest_in(archive: &Path) -> Result<Manifest, Failure> {
    let said = |error: std::io::Error| format!("cannot read {}: {error}", archive.display());
    let mut opened = opened(archive)?;
    let first = opened.entries().map_err(said)?.next();
    let mut first = first.ok_or(format!("{} is empty", archive.display()))?.map_err(said)?;
    let mut text = String::new();
    first.read_to_string(&mut text).map_err(said)?;
    Manifest::parse(&text, &archive.join(manifest::NAME))
}

fn unpack(archive: &Path, folder: &Path) -> Result<(), Failure> {
    let said = |error: std::io::Error| format!("cannot unpack {}: {error}", archive.display());
    // It refuses entries that lead out of the folder.
    opened(archive)?.unpack(folder).map_err(said)
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::super::manifest::{Entry, FORMAT};
    use super::*;
    use crate::evcxr;

    /// A folder of its own for a test, with a home for gradus in it.
    struct Place {
        folder: PathBuf,
        project: Project,
    }

    impl Place {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("gradus bündel {name} {}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder.join("home")).unwrap();
            let project = Project::of_home(&folder.join("home"));
            Self { folder, project }
        }

        /// Packs a small bundle with this manifest, which may lie about the one file.
        fn archive(&self, manifest: &Manifest) -> PathBuf {
            let mut tar = tar::Builder::new(Vec::new());
            let manifest = serde_json::to_string(manifest).unwrap();
            for (path, content) in [(manifest::NAME, manifest.as_str()), ("bin/program", "abc")] {
                let mut header = tar::Header::new_gnu();
                header.set_mode(0o644);
                header.set_size(content.len() as u64);
                tar.append_data(&mut header, path, content.as_bytes()).unwrap();
            }
            let bytes = tar.into_inner().unwrap();
            let archive = self.folder.join("a b.tar.zst");
            fs::write(&archive, compress_to_vec(bytes.as_slice(), CompressionLevel::Fastest)).unwrap();
            fs::write(sum_file(&archive), format!("{}  a b.tar.zst\n", manifest::sum_of(&archive).unwrap())).unwrap();
            archive
        }

        fn found(&self, given: &Path) -> Found {
            obtain(&self.project, &Wanted::Given(given.into()), &|_| ())
        }

        fn refusal(&self, given: &Path) -> String {
            match self.found(given) {
                Found::Refused(name, reasons) => {
                    assert_eq!(name, given.to_string_lossy());
                    // Nothing half-made is left.
                    let left = fs::read_dir(self.project.bundles()).into_iter().flatten().flatten();
                    assert!(left.map(|entry| entry.path()).all(|path| path.extension().is_some()), "{reasons:?}");
                    reasons.join("; ")
                }
                other => panic!("{other:?}"),
            }
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    fn fitting() -> Manifest {
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into();
        Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").into(),
            commit: None,
            rustc: Rustc::here().unwrap(),
            glibc: None,
            libraries: Vec::new(),
            evcxr: evcxr::VERSION.into(),
            sources: String::new(),
            files: vec![Entry { path: "bin/program".into(), size: 3, sha256 }],
        }
    }

    #[test]
    fn a_bundle_that_fits_is_unpacked_once() {
        let place = Place::new("fits");
        let archive = place.archive(&fitting());
        let Found::Bundle(bundle) = place.found(&archive) else { panic!("{:?}", place.found(&archive)) };
        assert_eq!(fs::read_to_string(bundle.folder.join("bin/program")).unwrap(), "abc");
        fs::write(bundle.folder.join("mark"), "").unwrap();
        assert!(matches!(place.found(&archive), Found::Bundle(again) if again == bundle));
        assert!(bundle.folder.join("mark").is_file(), "it was unpacked again");
        // An unpacked bundle is used where it is.
        let shared = place.folder.join("shared");
        fs::rename(&bundle.folder, &shared).unwrap();
        assert!(matches!(place.found(&shared), Found::Bundle(there) if there.folder == shared.canonicalize().unwrap()));
    }

    #[test]
    fn a_foreign_bundle_is_refused_by_name() {
        let place = Place::new("foreign");
        let refusal = |change: &dyn Fn(&mut Manifest)| {
            let mut manifest = fitting();
            change(&mut manifest);
            place.refusal(&place.archive(&manifest))
        };
        let text = refusal(&|manifest| {
            manifest.rustc.version = "rustc 1.94.0 (4a4ef493e 2026-03-02)".into();
            manifest.rustc.commit = "4a4ef493e3a1488c6e321570238084b38948f6db".into();
        });
        assert!(
            text.contains("needs rustc 1.94.0") && text.contains("4a4ef493e3a1") && text.contains("and this is"),
            "{text}"
        );
        let text = refusal(&|manifest| manifest.rustc.host = "riscv64gc-unknown-linux-gnu".into());
        assert!(text.contains("for the platform riscv64gc-unknown-linux-gnu, and this is"), "{text}");
        let text = refusal(&|manifest| manifest.glibc = Some((99, 1)));
        assert!(text.contains("needs glibc 99.1 or newer"), "{text}");
        let text = refusal(&|manifest| manifest.libraries = vec!["libopenblas.so.99".into()]);
        assert!(text.contains("needs libopenblas.so.99"), "{text}");
        let text = refusal(&|manifest| manifest.version = "99.0.0".into());
        assert!(text.contains("is of gradus 99.0.0, and this is"), "{text}");
        let text = refusal(&|manifest| manifest.evcxr = "0.1.0".into());
        assert!(text.contains("has evcxr_jupyter 0.1.0"), "{text}");
        let text = refusal(&|manifest| manifest.format = 99);
        assert!(text.contains("has format 99"), "{text}");
    }

    #[test]
    fn a_damaged_bundle_is_refused_by_name() {
        let place = Place::new("damaged");
        let whole = fs::read(place.archive(&fitting())).unwrap();
        let archive = place.archive(&fitting());
        fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
        assert!(place.refusal(&archive).contains("is damaged or was altered: its SHA-256 is"));
        let mut altered = whole.clone();
        altered[whole.len() / 2] ^= 1;
        fs::write(&archive, altered).unwrap();
        assert!(place.refusal(&archive).contains("is damaged or was altered"));
        fs::write(&archive, &whole).unwrap();
        fs::remove_file(sum_file(&archive)).unwrap();
        assert!(place.refusal(&archive).contains("its checksum must be beside it"));
        assert!(place.refusal(&place.folder.join("no such file")).contains("there is no file or folder"));

        // The checksum is right, and what is inside is not.
        let mut lies = fitting();
        lies.files[0].sha256.replace_range(..1, "c");
        assert!(place.refusal(&place.archive(&lies)).contains("program was altered"));
        let mut lies = fitting();
        lies.files[0].path = "../outside".into();
        assert!(place.refusal(&place.archive(&lies)).contains("not inside"));
        let archive = place.archive(&fitting());
        fs::write(&archive, "no archive").unwrap();
        fs::write(sum_file(&archive), manifest::sum_of(&archive).unwrap()).unwrap();
        assert!(place.refusal(&archive).contains("cannot read"));
    }

    #[test]
    fn an_altered_folder_is_refused_by_name() {
        let place = Place::new("folder");
        let folder = place.folder.join("unpacked");
        fs::create_dir_all(folder.join("bin")).unwrap();
        assert!(place.refusal(&folder).contains("is not a bundle"));
        fs::write(folder.join(manifest::NAME), serde_json::to_string(&fitting()).unwrap()).unwrap();
        for (content, reason) in [("abd", "was altered"), ("abcd", "4 bytes instead of 3")] {
            fs::write(folder.join("bin/program"), content).unwrap();
            assert!(place.refusal(&folder).contains(reason), "{content}");
        }
        fs::write(folder.join("bin/program"), "abc").unwrap();
        assert!(matches!(place.found(&folder), Found::Bundle(_)));
    }

    #[test]
    fn a_checksum_is_read_as_sha256sum_writes_it() {
        let file = env::temp_dir().join(format!("gradus-written-{}.sha256", std::process::id()));
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        fs::write(&file, format!("{}  gradus.tar.zst\n", sum.to_uppercase())).unwrap();
        assert_eq!(written_sum(&file).unwrap(), sum);
        for text in ["", "<html>not found</html>", &sum[1..]] {
            fs::write(&file, text).unwrap();
            assert!(written_sum(&file).unwrap_err().contains("holds no SHA-256"), "{text}");
        }
        fs::remove_file(&file).unwrap();
        assert!(written_sum(&file).unwrap_err().contains("must be beside it"));
    }

    #[test]
    fn what_is_wanted_is_an_option_or_a_variable() {
        assert_eq!(Wanted::new(Some(OsStr::new("a.tar.zst"))), Wanted::Given("a.tar.zst".into()));
        assert_eq!(Wanted::new(Some(OsStr::new("none"))), Wanted::None);
    }
}
