//! The warm build: the library and all its dependencies, compiled exactly as evcxr would compile them in a notebook's
//! first cell, so that no cell ever has to.
//!
//! It is made in `next` and replaces `warm` when it is complete. An interrupted setup leaves its work in `next` and
//! continues from there. Running kernels keep their own copies.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use crate::Failure;
use crate::process::{self, output_of, which};
use crate::project::{Kernels, Project};
use crate::recorded::{EVCXR, RUSTC_LIBRARIES, STD_SOURCES, affects_builds};
use crate::stamp::{Stamp, write_whole};
use crate::{clone, std_sources};

/// Overrides evcxr's profile, which compiles cells and libraries alike with optimization and all checks. With this one,
/// cells compile quickly and the library runs quickly. Build-time dependencies, and crates that no lecture waits for,
/// are optimized less. The library is a single codegen unit: with several, which nothing joins without link-time
/// optimization, networks train at a quarter of the speed.
fn profile() -> String {
    let mut profile = PROFILE.to_owned();
    for name in COLD_CRATES {
        profile.push_str(&format!("\n[profile.dev.package.{name}]\nopt-level = 1\n"));
    }
    profile
}

const PROFILE: &str = "\
[profile.dev]
opt-level = 3
debug-assertions = false
overflow-checks = false
lto = \"off\"

[profile.dev.build-override]
opt-level = 0

[profile.dev.package.gradus]
codegen-units = 1

[profile.dev.package.ctx]
opt-level = 0
debug-assertions = true
overflow-checks = true
";

/// Large crates in which little time is spent: optimizing them less saves setup four of fourteen minutes of CPU time.
const COLD_CRATES: [&str; 23] = [
    "ash",
    "aho-corasick",
    "chrono-tz",
    "http",
    "naga",
    "plotly",
    "polars",
    "polars-arrow",
    "polars-async",
    "polars-buffer",
    "polars-compute",
    "polars-core",
    "polars-row",
    "polars-schema",
    "polars-utils",
    "regex-automata",
    "regex-syntax",
    "rustls",
    "rustls-webpki",
    "tokio",
    "ureq",
    "wgpu-core",
    "wgpu-hal",
];

/// The library's inputs, in the folder of its sources.
pub const SOURCES: [&str; 6] = ["Cargo.toml", "build.rs", "src", "browser", "shaders", "datasets"];

/// Writes small files that kernels need besides the build. Every setup writes them, so that they always match its
/// version.
pub fn configure(project: &Project, evcxr: &Path) -> Result<(), Failure> {
    let kernels = project.kernels();
    write_if_changed(&kernels.cargo_config(), &profile())?;
    let mut lines = format!("{EVCXR}={}\nPATH={}\n", evcxr.display(), std::env::var("PATH").unwrap_or_default());
    if let Some(sources) = std_sources::prepare(project) {
        lines.push_str(&format!("{STD_SOURCES}={}\n", sources.display()));
    }
    if let Some(folder) = output_of("rustc", &["--print", "target-libdir"]) {
        lines.push_str(&format!("{RUSTC_LIBRARIES}={folder}\n"));
    }
    for (name, value) in build_variables() {
        lines.push_str(&format!("{name}={value}\n"));
    }
    write_if_changed(&kernels.recorded_environment(), &lines)
}

fn build_variables() -> Vec<(String, String)> {
    let mut variables: Vec<_> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| affects_builds(name) && !value.contains('\n'))
        .collect();
    variables.sort();
    variables
}

fn write_if_changed(file: &Path, content: &str) -> Result<(), Failure> {
    if fs::read_to_string(file).is_ok_and(|present| present == content) {
        Ok(())
    } else {
        write_whole(file, content.as_bytes())
    }
}

/// Whether the warm build, or the bundle in its place, matches the current sources.
pub fn is_ready(project: &Project) -> bool {
    is_there(&project.kernels()) && stamp(project, &build_variables()).is_in(&stamp_file(&project.kernels()))
}

/// The same for a kernel, which builds with the variables that setup has recorded.
pub fn is_ready_with(project: &Project, recorded: &BTreeMap<String, String>) -> bool {
    let variables: Vec<(String, String)> = recorded
        .iter()
        .filter(|(name, _)| affects_builds(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    is_there(&project.kernels()) && stamp(project, &variables).is_in(&stamp_file(&project.kernels()))
}

fn is_there(kernels: &Kernels) -> bool {
    kernels.bundle().is_some() || kernels.warm().is_dir() && !kernels.bundle_file().exists()
}

/// Makes kernels use the bundle in this folder, which has been checked, in place of a warm build.
pub fn use_bundle(project: &Project, bundle: &Path) -> Result<(), Failure> {
    let kernels = project.kernels();
    write_whole(&kernels.bundle_file(), bundle.to_string_lossy().as_bytes())?;
    stamp(project, &build_variables()).write_to(&stamp_file(&kernels))
}

/// Builds, and replaces the old build.
pub fn build(project: &Project, report: &dyn Fn(&str)) -> Result<(), Failure> {
    let kernels = project.kernels();
    let (warm, next) = (kernels.warm(), kernels.next());
    let failure = |error: std::io::Error| format!("cannot prepare {}: {error}", next.display());
    let before = stamp(project, &build_variables());
    write_if_changed(&kernels.cargo_config(), &profile())?;
    if !next.is_dir() && warm.is_dir() {
        let half = kernels.folder().join("next.part");
        let _ = fs::remove_dir_all(&half);
        clone::tree(&warm, &half, clone::Purpose::Rebuild).and_then(|()| fs::rename(&half, &next)).map_err(failure)?;
    }
    fs::create_dir_all(next.join("src")).map_err(failure)?;
    fs::write(next.join("Cargo.toml"), manifest(project.root())).map_err(failure)?;
    fs::write(next.join("src").join("lib.rs"), "").map_err(failure)?;
    // The versions that the library is tested with, not the newest.
    fs::copy(project.root().join("Cargo.lock"), next.join("Cargo.lock")).map_err(failure)?;

    report("compiling the library and its dependencies");
    process::run_watched(&mut cargo_as_evcxr(&next)?, "compiling the library for notebooks", |line| {
        if let Some((done, total)) = process::progress_in(line) {
            report(&format!("compiled {done} of {total} crates"));
        }
    })?;

    let lock = File::create(kernels.warm_lock()).map_err(failure)?;
    lock.lock().map_err(failure)?;
    let old = kernels.folder().join("warm.old");
    let _ = fs::remove_dir_all(&old);
    let _ = fs::remove_file(stamp_file(&kernels));
    let _ = fs::remove_dir_all(kernels.cells());
    if warm.is_dir() {
        fs::rename(&warm, &old).map_err(failure)?;
    }
    fs::rename(&next, &warm).map_err(failure)?;
    let _ = fs::remove_file(kernels.bundle_file());
    drop(lock);
    let _ = fs::remove_dir_all(&old);
    // Files edited while cargo ran are not in the build, so the stamp is the one from the start.
    before.write_to(&stamp_file(&kernels))
}

/// The command with which evcxr builds a cell, down to the last flag: a different flag would mean a different build.
pub fn cargo_as_evcxr(work: &Path) -> Result<std::process::Command, Failure> {
    let version = output_of("rustc", &["-vV"]).ok_or("`rustc -vV` failed: install Rust from rustup.rs")?;
    let target = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("`rustc -vV` names no host")?;
    let mut flags = "-Cprefer-dynamic".to_owned();
    let mut command = if !cfg!(target_os = "macos") && which("mold").is_some() {
        let mut command = process::command("mold");
        command.args(["-run", "cargo"]);
        command
    } else {
        if !cfg!(target_os = "macos") && which("lld").is_some() {
            flags.push_str(" -Clink-arg=-fuse-ld=lld");
        }
        process::command("cargo")
    };
    command.args(["build", "--target", target]).current_dir(work);
    command.env("CARGO_TARGET_DIR", "target").env("CARGO_BUILD_BUILD_DIR", "target");
    command.env("RUSTFLAGS", flags).env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTC_WRAPPER");
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    command.env("CARGO_TERM_COLOR", "never");
    Ok(command)
}

/// The library as a dependency, as evcxr writes it after `:dep gradus = { path = ".." }`.
pub fn dependency(root: &Path) -> String {
    let path = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let path = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    format!("{{ path = \"{path}\" }}")
}

/// The manifest of a cell, as evcxr 0.22 writes it.
fn manifest(root: &Path) -> String {
    let dependency = dependency(root);
    format!(
        "
[package]
name = \"ctx\"
version = \"1.0.0\"
edition = \"2024\"

[lib]
crate-type = [\"cdylib\"]
path = \"src/lib.rs\"

[profile.dev]
opt-level = 2
debug = false
strip = \"debuginfo\"
rpath = true
lto = false
debug-assertions = true
codegen-units = 16
panic = 'unwind'
incremental = true
overflow-checks = true

[dependencies]
gradus = {dependency}

"
    )
}

/// The stamp of the warm build's inputs.
pub fn stamp_file(kernels: &Kernels) -> std::path::PathBuf {
    kernels.folder().join("warm.stamp")
}

fn stamp(project: &Project, variables: &[(String, String)]) -> Stamp {
    let mut stamp = Stamp::default();
    let mut rustc = process::command("rustc");
    rustc.arg("-vV").envs(variables.iter().map(|(name, value)| (name, value)));
    stamp.add(rustc.output().map(|output| output.stdout).unwrap_or_default());
    stamp.add(profile());
    stamp.add(manifest(project.root()));
    for (name, value) in variables {
        stamp.add(format!("{name}={value}"));
    }
    // evcxr requests lld through a compiler flag, but not mold.
    stamp.add(if which("mold").is_none() && which("lld").is_some() { "lld" } else { "" });
    stamp.add_content(&project.root().join("Cargo.lock"));
    for path in SOURCES {
        stamp.add_files(&project.root().join(path));
    }
    stamp
}
