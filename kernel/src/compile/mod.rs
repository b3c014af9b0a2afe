//! Compiling a cell without cargo. Of the 0.6 s that a cell takes, cargo spends two thirds finding out that nothing but
//! the cell has changed, and arrives at the same compiler call each time. So the kernel's `cargo` (see `analyzer.rs`)
//! records that call once and replays it as long as everything it depends on is unchanged: the manifest, the lock file,
//! the flags, and the modification times of the sources of all path dependencies. Otherwise cargo runs again.
//!
//! The same call, told to stop before code generation, is `cargo check`, which evcxr runs when it cannot determine the
//! type of a variable. Cargo would first check all dependencies from scratch, which takes a minute at the first
//! mistyped name.

mod call;
mod types;

use std::env;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::time::SystemTime;

use crate::Failure;
use crate::stamp::write_whole;

pub use call::{
    LIBRARY_PLACEHOLDER, RecordedCall, WORK_PLACEHOLDER, after, file as record_file, has_no_other_crates, inputs,
    libraries, milliseconds,
};
pub use types::TYPE_OF;

/// Names the folder of recorded calls, which all kernels of a project share.
pub const CALLS: &str = "GRADUS_CELLS";

/// Names the folder with the library's sources.
pub const LIBRARY_FOLDER: &str = "GRADUS_LIBRARY";

/// Where evcxr 0.22 expects the path of the compiled cell.
const EXECUTION_SO_PATH: &str = "EVCXR_EXECUTION_SO_PATH";

/// The file in the work folder that holds the process group of the parse_line compiler.
pub const COMPILING: &str = "compiling";

/// Only the prelude's cell contains this: see `prelude/`.
const PRELUDE_MARK: &str = "mod gradus_pump";

/// Errors about libraries that are missing or do not match. Cargo then has to build something.
const LIBRARY_ERRORS: [&str; 6] = ["E0460", "E0461", "E0462", "E0463", "E0464", "E0514"];

/// Compiles or checks the cell, if these arguments request it in a kernel's work folder.
///
/// `command` builds the command of the real cargo from its arguments.
pub fn cell(arguments: &[String], command: &dyn Fn(&[String]) -> Command) -> Option<Result<ExitCode, Failure>> {
    let cell = Cell::requested(arguments)?;
    if let Some(done) = cell.replay() {
        return Some(Ok(done));
    }
    // A check records no call: it would not be the call that builds a cell.
    (!cell.is_check).then(|| cell.build_and_record(arguments, command))
}

/// One request of evcxr.
struct Cell {
    work: PathBuf,
    is_check: bool,
    /// Everything but the sources that determines the compiler call.
    inputs: String,
    record: PathBuf,
}

impl Cell {
    fn requested(arguments: &[String]) -> Option<Self> {
        let verb = arguments.iter().find(|argument| !argument.starts_with('-'))?;
        let is_check = verb == "check";
        if !(is_check || verb == "build") || !arguments.iter().any(|a| a == "--message-format=json") {
            return None;
        }
        // As evcxr names it, possibly through a link.
        let work = env::var_os("EVCXR_TMPDIR").map(PathBuf::from)?;
        if env::current_dir().ok()?.canonicalize().ok()? != work.canonicalize().ok()? {
            return None;
        }
        let inputs = inputs(arguments, &work, &library_folder());
        let record = record_file(&PathBuf::from(env::var_os(CALLS)?), &inputs, "json");
        Some(Self { work, is_check, inputs, record })
    }

    /// Replays the recorded call. `None` if there is none, or it is out of date.
    fn replay(&self) -> Option<ExitCode> {
        let record = RecordedCall::read(&self.record)?;
        if record.inputs != self.inputs || !record.sources_are_older() {
            return None;
        }
        let mut words = record.arguments_in(self.work.to_str()?);
        if !libraries(&words).all(|library| library.is_file()) {
            return None;
        }
        let deps = PathBuf::from(after(&words, "--out-dir")?);
        // A new work folder may not have one yet.
        fs::create_dir_all(&deps).ok()?;
        let compiled = deps.join(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}"));
        // The library of an earlier cell may be open under another name.
        let _ = fs::remove_file(&compiled);

        let source = fs::read_to_string(self.work.join("src/lib.rs")).unwrap_or_default();
        let wants_types = source.contains(types::TYPE_OF);
        let stored = self.stored(&source);
        if let Some(done) = stored.as_ref().and_then(|stored| self.reuse(stored, &deps, &compiled)) {
            return Some(done);
        }
        if self.is_check {
            make_check_only(&mut words);
            if wants_types {
                words.extend(["-Z".to_owned(), "trim-diagnostic-paths=no".to_owned()]);
            }
        }
        let mut call = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        call.args(words).envs(package_variables(&self.work));
        if self.is_check && wants_types {
            // The stable compiler shortens the paths of types and has no stable option to turn that off. Generated code
            // is not affected.
            call.env("RUSTC_BOOTSTRAP", "1");
        }
        let output = self.run_interruptibly(&mut call).ok()?;
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() && LIBRARY_ERRORS.iter().any(|code| messages.contains(&format!("\"{code}\""))) {
            return None;
        }
        // The output of a compiler that was killed must not be reused by another kernel.
        if let Some(stored) = stored.filter(|_| output.status.code().is_some()) {
            // If it cannot be stored, the next kernel compiles it again.
            let _ = store(&stored, &output, &compiled);
        }
        if output.status.success() && !self.is_check {
            self.publish(&deps, &compiled)?;
        }
        let messages = if wants_types { types::with_whole_types(&messages).into_bytes() } else { output.stderr };
        let _ = std::io::stderr().write_all(&messages);
        Some(ExitCode::from(u8::try_from(output.status.code().unwrap_or(1)).unwrap_or(1)))
    }

    /// Links the library one folder up, as cargo does; evcxr takes it from there.
    fn publish(&self, deps: &Path, compiled: &Path) -> Option<()> {
        let place = deps.parent()?.join(compiled.file_name()?);
        let _ = fs::remove_file(&place);
        fs::hard_link(compiled, &place).or_else(|_| fs::copy(compiled, &place).map(|_| ())).ok()?;
        fs::write(env::var_os(EXECUTION_SO_PATH)?, place.to_str()?).ok()
    }

    /// Where all kernels store the compiled prelude, which is the same for each of them; `None` for other cells.
    fn stored(&self, source: &str) -> Option<PathBuf> {
        if !source.contains(PRELUDE_MARK) {
            return None;
        }
        // evcxr writes the functions of a cell in arbitrary order.
        let mut lines: Vec<&str> = source.lines().collect();
        lines.sort_unstable();
        Some(record_file(self.record.parent()?, &(&self.inputs, lines, self.is_check), "library"))
    }

    /// Takes what another kernel has compiled.
    fn reuse(&self, stored: &Path, deps: &Path, compiled: &Path) -> Option<ExitCode> {
        let messages = fs::read(stored.with_extension("stderr")).ok()?;
        let library = stored.with_extension("library");
        let succeeded = library.is_file();
        if succeeded {
            fs::copy(library, compiled).ok()?;
            self.publish(deps, compiled)?;
        }
        let _ = std::io::stderr().write_all(&messages);
        Some(ExitCode::from(if succeeded { 0 } else { 101 }))
    }

    /// Runs the compiler in a way that lets the front stop it: interrupting a cell that is still being compiled loses
    /// nothing.
    fn run_interruptibly(&self, call: &mut Command) -> std::io::Result<Output> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(call, 0);
        let child = call.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        self.set_compiling_group(Some(child.id()));
        let output = child.wait_with_output();
        self.set_compiling_group(None);
        output
    }

    fn set_compiling_group(&self, group: Option<u32>) {
        let file = self.work.join(COMPILING);
        let _ = match group {
            Some(group) => fs::write(&file, group.to_string()),
            None => fs::remove_file(&file),
        };
    }

    /// Builds with the real cargo, and records its compiler call for the cell.
    fn build_and_record(
        &self,
        arguments: &[String],
        command: &dyn Fn(&[String]) -> Command,
    ) -> Result<ExitCode, Failure> {
        let began = SystemTime::now();
        let with_verbose = [arguments, &["--verbose".to_owned()]].concat();
        let mut cargo = command(&with_verbose);
        let program = cargo.get_program().to_string_lossy().into_owned();
        let failed = |error: std::io::Error| format!("cannot run {program}: {error}");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut cargo, 0);
        let mut child = cargo.stderr(Stdio::piped()).spawn().map_err(failed)?;
        self.set_compiling_group(Some(child.id()));
        let mut call_line = None;
        for line in child.stderr.take().into_iter().flat_map(|pipe| BufReader::new(pipe).split(b'\n')) {
            let line = line.map_err(failed)?;
            match parse_line(&String::from_utf8_lossy(&line)) {
                Line::CellCall(call) => call_line = Some(call),
                Line::VerboseOnly => {}
                Line::Ordinary => {
                    let _ = std::io::stderr().write_all(&[line, b"\n".to_vec()].concat());
                }
            }
        }
        let status = child.wait().map_err(failed)?;
        self.set_compiling_group(None);
        if status.success()
            && let Some(call_line) = call_line
        {
            // If no call is recorded, cargo builds the next cell too.
            let _ = self.record_call(&call_line, began);
            let _ = self.publish_cargos_library();
        }
        Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
    }

    /// Cargo reports the library under a path without links, which may contain spaces.
    fn publish_cargos_library(&self) -> Option<()> {
        let record = RecordedCall::read(&self.record)?;
        let words = record.arguments_in(self.work.to_str()?);
        let library = Path::new(after(&words, "--out-dir")?).with_file_name(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}"));
        library.is_file().then(|| fs::write(env::var_os(EXECUTION_SO_PATH)?, library.to_str()?).ok())?
    }

    fn record_call(&self, call: &str, began: SystemTime) -> Option<()> {
        let mut record = RecordedCall::new(&self.inputs, call, &self.work, began)?;
        record.sources.extend(call::manifests(&fs::read_to_string(self.work.join("Cargo.toml")).ok()?));
        record.write(&self.record).ok()
    }
}

/// The folder with the library's sources, as the manifest of a cell names it; empty if there is none.
pub fn library_folder() -> String {
    env::var(LIBRARY_FOLDER).unwrap_or_default()
}

/// Stores the compiled prelude. The messages come last: their presence means that everything is there.
fn store(stored: &Path, output: &Output, compiled: &Path) -> Result<(), Failure> {
    if output.status.success() {
        let library = fs::read(compiled).map_err(|error| error.to_string())?;
        write_whole(&stored.with_extension("library"), &library)?;
    }
    write_whole(&stored.with_extension("stderr"), &output.stderr)
}

/// A line of output of `cargo build --verbose`.
#[derive(Debug, PartialEq)]
enum Line {
    /// The compiler call for the cell.
    CellCall(String),
    /// A line that cargo prints only with `--verbose`.
    VerboseOnly,
    Ordinary,
}

fn parse_line(text: &str) -> Line {
    let text = text.trim();
    match text.strip_prefix("Running `").and_then(|rest| rest.strip_suffix('`')) {
        Some(call) if call.contains("--crate-name ctx ") => Line::CellCall(call.to_owned()),
        Some(_) => Line::VerboseOnly,
        None if text.starts_with("Fresh ") || text.starts_with("Dirty ") => Line::VerboseOnly,
        None => Line::Ordinary,
    }
}

/// Turns a call into one that only checks: it generates no code and leaves the incremental build's files alone.
fn make_check_only(words: &mut Vec<String>) {
    for word in words.iter_mut().filter(|word| *word == "--emit=dep-info,link") {
        *word = "--emit=metadata".to_owned();
    }
    // When an option is repeated, the compiler uses the last one.
    words.extend(["-C".to_owned(), "incremental=target/checked".to_owned()]);
}

/// The variables that cargo sets for the package: for `env!` in a cell, and for macros that look for a manifest.
fn package_variables(work: &Path) -> [(&'static str, PathBuf); 5] {
    [
        ("CARGO_MANIFEST_DIR", work.to_path_buf()),
        ("CARGO_MANIFEST_PATH", work.join("Cargo.toml")),
        ("CARGO_PKG_NAME", "ctx".into()),
        ("CARGO_PKG_VERSION", "1.0.0".into()),
        ("CARGO_CRATE_NAME", "ctx".into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = "/bin/rustc --crate-name ctx --edition=2024 src/lib.rs --emit=dep-info,link -C \
                        incremental=/w/target/incremental --out-dir /w/target/x/debug/deps --extern \
                        gradus=/w/target/x/debug/deps/libgradus.so --extern gradus=/w/target/x/debug/deps/libgradus.rlib \
                        -Cprefer-dynamic";

    #[test]
    fn the_call_for_the_cell_is_found_among_what_cargo_says() {
        assert_eq!(parse_line(&format!("     Running `{CALL}`")), Line::CellCall(CALL.into()));
        assert_eq!(parse_line("     Running `/bin/rustc --crate-name polars src/lib.rs`"), Line::VerboseOnly);
        assert_eq!(parse_line("       Fresh polars v0.55.2"), Line::VerboseOnly);
        assert_eq!(parse_line("   Compiling polars v0.55.2"), Line::Ordinary);
        assert_eq!(parse_line("error: no matching package named `x` found"), Line::Ordinary);
    }

    #[test]
    fn a_check_makes_no_code_and_keeps_its_own_incremental_files() {
        let mut words: Vec<String> = CALL.split_whitespace().map(str::to_owned).collect();
        make_check_only(&mut words);
        assert!(words.contains(&"--emit=metadata".to_owned()) && !words.iter().any(|word| word.contains("link")));
        assert!(words.ends_with(&["-C".to_owned(), "incremental=target/checked".to_owned()]));
    }

    #[test]
    fn only_a_cells_build_is_taken_over() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        // Not in a kernel's folder, or some other command.
        for line in ["build --target x --message-format=json", "metadata --message-format=json", "build", "--version"] {
            assert!(Cell::requested(&words(line)).is_none());
        }
    }
}
