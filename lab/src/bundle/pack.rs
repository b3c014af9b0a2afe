//! Packs a bundle from what setup has compiled.

use std::collections::BTreeMap;
use std::env::consts::DLL_SUFFIX;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use gradus_kernel::compile::{LIBRARY_PLACEHOLDER, RecordedCall, WORK_PLACEHOLDER};
use gradus_kernel::metadata::STORED;
use gradus_kernel::process::{self, output_of, which};
use gradus_kernel::project::{Project, program};
use gradus_kernel::stamp::write_whole;
use gradus_kernel::warm;
use ruzstd::encoding::{CompressionLevel, compress as compress_stream};
use serde_json::Value;

use super::fit::{glibc_of, libraries_of};
use super::manifest::{self, Entry, FORMAT, Manifest, Rustc, list, sum_of, sum_of_sources};
use super::obtain::sum_file;
use super::{BUILD, SOURCES};
use crate::scratch::Scratch;
use crate::{Failure, evcxr, jupyter};

/// The library's own sources, and what its manifest names.
const LIBRARY_SOURCES: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "build.rs",
    "src",
    "shaders",
    "datasets",
    "browser",
    "benches",
    "CHANGELOG.md",
];

/// Where the files of a bundle are before it is packed: by their paths in it.
type Files = BTreeMap<String, PathBuf>;

/// Writes the archive, compressed at this of zstd's levels or quickly, and its checksum into the folder. Returns the
/// archive's path.
pub fn pack(project: &Project, out: &Path, level: Option<u8>, say: &dyn Fn(&str)) -> Result<PathBuf, Failure> {
    let zstd = match level {
        Some(_) => {
            Some(which("zstd").ok_or("the program zstd is missing: install it, as in `sudo apt-get install zstd`")?)
        }
        None => None,
    };
    let scratch = Scratch::new(out, "bundle")?;
    let mut files = Files::new();
    say("collecting libraries");
    let build = libraries(project, &mut files)?;
    programs(project, &scratch, &mut files)?;
    let sources = answers(project, &scratch, &mut files)?;
    notes(project, &scratch, &mut files)?;
    for (name, folder) in &sources {
        add_folder(folder, &format!("sources/{name}"), &mut files)?;
    }
    library(project, &scratch, &mut files)?;
    files.insert("cell/Cargo.lock".into(), project.kernels().warm().join("Cargo.lock"));
    files.insert("index.json".into(), project.kernels().index());

    say("computing checksums");
    let manifest = described(project, &build, &files)?;
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| error.to_string())?;
    fs::create_dir_all(out).map_err(|error| format!("cannot make {}: {error}", out.display()))?;
    let archive = out.join(format!("{}.tar.zst", manifest.name()));
    let half = scratch.file("archive");
    say("compressing, which takes a few minutes");
    match (zstd, level) {
        (Some(zstd), Some(level)) => compress(&zstd, level, &half, &text, &files)?,
        _ => compress_quickly(&half, &text, &files)?,
    }
    let sum = sum_of(&half)?;
    fs::rename(&half, &archive).map_err(|error| format!("cannot write {}: {error}", archive.display()))?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = sum_file(&archive);
    fs::write(&beside, format!("{sum}  {name}\n"))
        .map_err(|error| format!("cannot write {}: {error}", beside.display()))?;
    Ok(archive)
}

/// Writes a file of the bundle.
fn write(scratch: &Scratch, path: &str, content: &str, files: &mut Files) -> Result<(), Failure> {
    let file = scratch.file(path);
    write_whole(&file, content.as_bytes())?;
    files.insert(path.to_owned(), file);
    Ok(())
}

/// What cargo, to which all of it is fresh, says that the warm build consists of: what the compiler must read of each
/// crate, the library, and the procedural macros. Returns the library's path.
fn libraries(project: &Project, files: &mut Files) -> Result<PathBuf, Failure> {
    let warm = project.kernels().warm();
    let mut cargo = warm::cargo_as_evcxr(&warm)?;
    let output = cargo.arg("--message-format=json").stderr(Stdio::piped()).output();
    let output = output.map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo build failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let mut library = None;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let target = &message["target"];
        let is = |kind: &str| target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|each| each == kind));
        if message["reason"] != "compiler-artifact" || target["name"] == "ctx" || is("custom-build") {
            continue;
        }
        for file in message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str).map(Path::new) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let in_deps = warm_file(&warm, file, &name);
            if is("proc-macro") && name.ends_with(DLL_SUFFIX) {
                files.insert(format!("build/host/{name}"), in_deps);
            } else if target["name"] == "gradus" && name.ends_with(DLL_SUFFIX) {
                library = Some(in_deps.clone());
                files.insert(format!("build/target/{name}"), in_deps);
            } else if name.ends_with(".rmeta") && target["name"] != "gradus" && !is_of_host(&warm, file) {
                files.insert(format!("build/target/{name}"), in_deps);
            }
        }
    }
    library.ok_or_else(|| format!("there is no library in {}", warm.display()))
}

/// Cargo names a dynamic library one folder above the one in which the compiler looks for it.
fn warm_file(warm: &Path, file: &Path, name: &str) -> PathBuf {
    let file = warm.join(file);
    let in_deps = file.with_file_name("deps").join(name);
    if in_deps.is_file() { in_deps } else { file }
}

/// Whether a file was compiled for procedural macros and build scripts alone.
fn is_of_host(warm: &Path, file: &Path) -> bool {
    warm.join(file).starts_with(warm.join("target").join("debug"))
}

/// The programs, without what only a debugger reads.
fn programs(project: &Project, scratch: &Scratch, files: &mut Files) -> Result<(), Failure> {
    let evcxr = evcxr::find(project).ok_or("evcxr_jupyter is not there: run `cargo xtask setup`")?;
    for (path, name) in [(evcxr, "evcxr_jupyter"), (jupyter::launcher(project), "gradus-kernel")] {
        let place = format!("bin/{}", program(name));
        let stripped = scratch.file(&place);
        let made = stripped.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(&path, &stripped));
        made.map_err(|error| format!("cannot copy {}: {error}", path.display()))?;
        if let Some(strip) = which("strip") {
            process::run_watched(Command::new(strip).arg(&stripped), "strip", |_| ())?;
        }
        files.insert(place, stripped);
    }
    Ok(())
}

/// The kept answers of `cargo metadata`. Returns the folders of the crates that they name, with their names.
fn answers(project: &Project, scratch: &Scratch, files: &mut Files) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let mut folders = BTreeMap::new();
    let mut any = false;
    for file in cells(project, STORED)? {
        let mut text = read(&file)?;
        let answer: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        for package in answer["packages"].as_array().into_iter().flatten() {
            let manifest = package["manifest_path"].as_str().map(Path::new).and_then(Path::parent);
            let Some(folder) = manifest.filter(|folder| folder.is_absolute()) else { continue };
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            text = text.replace(&*folder.to_string_lossy(), &format!("{SOURCES}/{name}"));
            folders.insert(name, folder.to_path_buf());
        }
        any |= text.contains(LIBRARY_PLACEHOLDER);
        write(scratch, &format!("cells/{}", file_name(&file)), &text, files)?;
    }
    if any { Ok(folders) } else { Err("no kernel has asked for the library yet: run `cargo xtask setup`".into()) }
}

/// How the compiler is called for a cell.
fn notes(project: &Project, scratch: &Scratch, files: &mut Files) -> Result<(), Failure> {
    let mut any = false;
    for file in cells(project, "json")? {
        let Some(mut note) = RecordedCall::read(&file) else { continue };
        // A notebook's own crates are not in the bundle.
        if note.words.windows(2).any(|pair| pair[0] == "--extern" && !pair[1].starts_with("gradus=")) {
            continue;
        }
        any |= note.words.iter().any(|word| word == "--extern");
        note.words = portable(&note.words);
        note.sources.clear();
        let text = serde_json::to_string(&note).map_err(|error| error.to_string())?;
        write(scratch, &format!("cells/{}", file_name(&file)), &text, files)?;
    }
    if any { Ok(()) } else { Err("no cell has been compiled with the library yet: run `cargo xtask setup`".into()) }
}

/// The compiler's words with the libraries in the bundle's folder, and without what the bundle does not have: static
/// libraries, and places of libraries on the machine that packed it.
fn portable(words: &[String]) -> Vec<String> {
    let mut portable: Vec<String> = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word != "-L" && word != "--extern" {
            portable.push(word.clone());
            continue;
        }
        let Some(value) = rest.next() else { break };
        if value.starts_with("native=") || value.ends_with(".rlib") {
            continue;
        }
        let (kind, place) = value.split_once('=').unwrap_or(("", value));
        let here = Path::new(place);
        let is_host = here.strip_prefix(WORK_PLACEHOLDER).is_ok_and(|path| path.starts_with("target/debug"));
        let folder = format!("{BUILD}/{}", if is_host { "host" } else { "target" });
        let place = match here.file_name().filter(|_| word == "--extern") {
            Some(library) => format!("{folder}/{}", library.to_string_lossy()),
            None => folder,
        };
        portable.extend([word.clone(), format!("{kind}={place}")]);
    }
    portable
}

/// The library's sources, in a workspace of their own.
fn library(project: &Project, scratch: &Scratch, files: &mut Files) -> Result<(), Failure> {
    let root = project.root();
    for path in LIBRARY_SOURCES.iter().filter(|path| root.join(path).exists()) {
        let mut names = Vec::new();
        list(root, Path::new(path), &mut names)?;
        for name in names.iter().filter(|name| !is_by_the_way(name)) {
            files.insert(format!("library/{}", name.to_string_lossy().replace('\\', "/")), root.join(name));
        }
    }
    let manifest = read(&root.join("Cargo.toml"))?;
    let lines = manifest.lines().map(|line| {
        if line.starts_with("members = [") { "members = [\"browser\"]".to_owned() } else { line.to_owned() }
    });
    write(scratch, "library/Cargo.toml", &(lines.collect::<Vec<_>>().join("\n") + "\n"), files)
}

/// Comparisons with other libraries, and what a tool has left behind.
fn is_by_the_way(path: &Path) -> bool {
    path.starts_with("benches") && path.components().count() > 2 || path.iter().any(|part| part == "target")
}

fn described(project: &Project, library: &Path, files: &Files) -> Result<Manifest, Failure> {
    let mut entries = Vec::new();
    for (path, file) in files {
        let size = file.metadata().map_err(|error| format!("cannot read {}: {error}", file.display()))?.len();
        entries.push(Entry { path: path.clone(), size, sha256: sum_of(file)? });
    }
    let mut glibc = glibc_of(library)?;
    for (_, file) in files.iter().filter(|(path, _)| path.starts_with("bin/") || path.starts_with("build/host/")) {
        glibc = glibc.max(glibc_of(file)?);
    }
    let root = project.root();
    let git = |arguments: &[&str]| {
        output_of("git", &[["-C", root.to_str()?].as_slice(), arguments].concat()).filter(|text| !text.is_empty())
    };
    Ok(Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        // What is not committed belongs to no commit.
        commit: git(&["rev-parse", "HEAD"]).filter(|_| git(&["status", "--porcelain"]).is_none()),
        rustc: Rustc::here()?,
        glibc,
        libraries: libraries_of(library, "libopenblas")?,
        evcxr: evcxr::VERSION.into(),
        sources: sum_of_sources(root)?,
        files: entries,
    })
}

fn compress(zstd: &Path, level: u8, archive: &Path, manifest: &str, files: &Files) -> Result<(), Failure> {
    let mut child = Command::new(zstd)
        .arg(format!("-{level}"))
        .args(["-T0", "--quiet", "--force", "-o"])
        .arg(archive)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start zstd: {error}"))?;
    let written = child.stdin.take().ok_or("zstd does not listen".to_owned()).and_then(|input| {
        write_tar(input, manifest, files).map_err(|error| format!("cannot write {}: {error}", archive.display()))
    });
    ended(child)?;
    written
}

/// Compresses as much as the library that unpacks can, which takes seconds.
fn compress_quickly(archive: &Path, manifest: &str, files: &Files) -> Result<(), Failure> {
    let said = |error: io::Error| format!("cannot write {}: {error}", archive.display());
    let plain = archive.with_extension("tar");
    write_tar(File::create(&plain).map_err(said)?, manifest, files).map_err(said)?;
    let input = BufReader::new(File::open(&plain).map_err(said)?);
    compress_stream(input, BufWriter::new(File::create(archive).map_err(said)?), CompressionLevel::Fastest);
    Ok(())
}

fn ended(mut child: Child) -> Result<(), Failure> {
    let status = child.wait().map_err(|error| format!("zstd: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("zstd failed ({status})")) }
}

/// The same bytes for the same files: without the times and owners that they have here.
fn write_tar(out: impl Write, manifest: &str, files: &Files) -> io::Result<()> {
    let mut tar = tar::Builder::new(out);
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    header.set_size(manifest.len() as u64);
    tar.append_data(&mut header, manifest::NAME, manifest.as_bytes())?;
    for (path, file) in files {
        let file = File::open(file)?;
        let mut header = tar::Header::new_gnu();
        header.set_mode(if path.starts_with("bin/") { 0o755 } else { 0o644 });
        header.set_size(file.metadata()?.len());
        tar.append_data(&mut header, path, file)?;
    }
    tar.into_inner()?.flush()
}

fn add_folder(folder: &Path, place: &str, files: &mut Files) -> Result<(), Failure> {
    let mut names = Vec::new();
    list(folder, Path::new(""), &mut names)?;
    for name in names.iter().filter(|name| !name.starts_with("tests") && !name.starts_with("benches")) {
        files.insert(format!("{place}/{}", name.to_string_lossy().replace('\\', "/")), folder.join(name));
    }
    Ok(())
}

/// What the kernels have kept with this ending.
fn cells(project: &Project, ending: &str) -> Result<Vec<PathBuf>, Failure> {
    let folder = project.kernels().cells();
    let entries = fs::read_dir(&folder)
        .map_err(|error| format!("no kernel has run yet: cannot read {}: {error}", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|end| end == ending)).collect())
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_led_to_the_bundle() {
        let call = "--crate-name ctx --out-dir {work}/target/x/debug/deps -L dependency={work}/target/x/debug/deps -L \
                    dependency={work}/target/debug/deps --extern gradus={work}/target/x/debug/deps/libgradus.so \
                    --extern gradus={work}/target/x/debug/deps/libgradus.rlib -Cprefer-dynamic -L \
                    native=/usr/lib/openblas -L native={work}/target/x/debug/build/ring/out";
        let words: Vec<String> = call.split_whitespace().map(str::to_owned).collect();
        let expected = "--crate-name ctx --out-dir {work}/target/x/debug/deps -L dependency={build}/target -L \
                        dependency={build}/host --extern gradus={build}/target/libgradus.so -Cprefer-dynamic";
        assert_eq!(portable(&words), expected.split_whitespace().collect::<Vec<_>>());
    }
}
