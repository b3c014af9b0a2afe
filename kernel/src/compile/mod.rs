//! A cell, compiled without cargo. Of the 0.6 s that a cell takes, cargo spends two thirds on finding out that nothing
//! but the cell has changed, and arrives at the same call of the compiler each time. So the kernel's `cargo` (see
//! `analyzer.rs`) notes that call once, and repeats it as long as all that led to it is as it was: the manifest, the lock
//! file, the flags, and the times of the sources of all crates that come from a path. Otherwise cargo is asked again.
//!
//! The same call, told to stop before it makes code, is `cargo check`, which evcxr asks for where it could not tell the
//! type of a variable. Cargo would check all dependencies first, from nothing: a minute, at the first mistyped name.

mod note;
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

pub use note::{LIBRARY, Note, WORK, after, file as note_file, has_no_other_crates, inputs, libraries, milliseconds};
pub use types::TYPE_OF;

/// The folder of the notes, which all kernels of a project share.
pub const NOTES: &str = "GRADUS_CELLS";

/// Names the folder with the library's sources.
pub const LIBRARY_FOLDER: &str = "GRADUS_LIBRARY";

/// Where evcxr 0.22 wants to read the place of the compiled cell.
const EXECUTION_SO_PATH: &str = "EVCXR_EXECUTION_SO_PATH";

/// The file, in the work folder, that names the process group which compiles at the moment.
pub const COMPILING: &str = "compiling";

/// The cell that mentions this is the prelude: see `prelude.rs.in`.
const PRELUDE: &str = "mod gradus_pump";

/// What the compiler says of libraries that are missing or do not fit: then cargo has to build something.
const MISFITS: [&str; 6] = ["E0460", "E0461", "E0462", "E0463", "E0464", "E0514"];

/// Compiles or checks the cell, if that is what cargo was asked for in a kernel's work folder.
///
/// `command` makes the real cargo's command from arguments.
pub fn cell(arguments: &[String], command: &dyn Fn(&[String]) -> Command) -> Option<Result<ExitCode, Failure>> {
    let cell = Cell::asked_for(arguments)?;
    if let Some(done) = cell.repeat() {
        return Some(Ok(done));
    }
    // A check leaves no note: what it would note is not how a cell is built.
    (!cell.is_check).then(|| cell.build_and_note(arguments, command))
}

/// One request of evcxr.
struct Cell {
    work: PathBuf,
    is_check: bool,
    /// Everything but the sources that decides how the compiler is called.
    inputs: String,
    note: PathBuf,
}

impl Cell {
    fn asked_for(arguments: &[String]) -> Option<Self> {
        let verb = arguments.iter().find(|argument| !argument.starts_with('-'))?;
        let is_check = verb == "check";
        if !(is_check || verb == "build") || !arguments.iter().any(|a| a == "--message-format=json") {
            return None;
        }
        // As evcxr names it, which may be by a link.
        let work = env::var_os("EVCXR_TMPDIR").map(PathBuf::from)?;
        if env::current_dir().ok()?.canonicalize().ok()? != work.canonicalize().ok()? {
            return None;
        }
        let inputs = inputs(arguments, &work, &library_folder());
        let note = note_file(&PathBuf::from(env::var_os(NOTES)?), &inputs, "json");
        Some(Self { work, is_check, inputs, note })
    }

    /// Calls the compiler as noted; `None` where there is no note, or it does not hold any more.
    fn repeat(&self) -> Option<ExitCode> {
        let note = Note::read(&self.note)?;
        if note.inputs != self.inputs || !note.sources_are_older() {
            return None;
        }
        let mut words = note.words_in(self.work.to_str()?);
        if !libraries(&words).all(|library| library.is_file()) {
            return None;
        }
        let deps = PathBuf::from(after(&words, "--out-dir")?);
        // In a new work folder there may be none yet.
        fs::create_dir_all(&deps).ok()?;
        let compiled = deps.join(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}"));
        // An earlier cell's library may be open under another name.
        let _ = fs::remove_file(&compiled);

        let source = fs::read_to_string(self.work.join("src/lib.rs")).unwrap_or_default();
        let asks_for_types = source.contains(types::TYPE_OF);
        let kept = self.kept(&source);
        if let Some(done) = kept.as_ref().and_then(|kept| self.take(kept, &deps, &compiled)) {
            return Some(done);
        }
        if self.is_check {
            checking(&mut words);
            if asks_for_types {
                words.extend(["-Z".to_owned(), "trim-diagnostic-paths=no".to_owned()]);
            }
        }
        let mut call = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        call.args(words).envs(package(&self.work));
        if self.is_check && asks_for_types {
            // The stable compiler shortens the paths of types and has no stable option not to; this changes no code.
            call.env("RUSTC_BOOTSTRAP", "1");
        }
        let output = self.watched(&mut call).ok()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() && MISFITS.iter().any(|code| said.contains(&format!("\"{code}\""))) {
            return None;
        }
        // A compiler that was killed has said nothing that another kernel should hear.
        if let Some(kept) = kept.filter(|_| output.status.code().is_some()) {
            // Where it cannot be kept, the next kernel compiles it again.
            let _ = keep(&kept, &output, &compiled);
        }
        if output.status.success() && !self.is_check {
            self.show_to_evcxr(&deps, &compiled)?;
        }
        let said = if asks_for_types { types::with_whole_types(&said).into_bytes() } else { output.stderr };
        let _ = std::io::stderr().write_all(&said);
        Some(ExitCode::from(u8::try_from(output.status.code().unwrap_or(1)).unwrap_or(1)))
    }

    /// Cargo shows the library one folder above as well, and evcxr takes it from there.
    fn show_to_evcxr(&self, deps: &Path, compiled: &Path) -> Option<()> {
        let place = deps.parent()?.join(compiled.file_name()?);
        let _ = fs::remove_file(&place);
        fs::hard_link(compiled, &place).or_else(|_| fs::copy(compiled, &place).map(|_| ())).ok()?;
        fs::write(env::var_os(EXECUTION_SO_PATH)?, place.to_str()?).ok()
    }

    /// Where all kernels keep what came of compiling the prelude, which is the same in each; `None` for other cells.
    fn kept(&self, source: &str) -> Option<PathBuf> {
        if !source.contains(PRELUDE) {
            return None;
        }
        // evcxr writes the functions of a cell in any order.
        let mut lines: Vec<&str> = source.lines().collect();
        lines.sort_unstable();
        Some(note_file(self.note.parent()?, &(&self.inputs, lines, self.is_check), "library"))
    }

    /// Takes what another kernel has compiled.
    fn take(&self, kept: &Path, deps: &Path, compiled: &Path) -> Option<ExitCode> {
        let said = fs::read(kept.with_extension("stderr")).ok()?;
        let library = kept.with_extension("library");
        let succeeded = library.is_file();
        if succeeded {
            fs::copy(library, compiled).ok()?;
            self.show_to_evcxr(deps, compiled)?;
        }
        let _ = std::io::stderr().write_all(&said);
        Some(ExitCode::from(if succeeded { 0 } else { 101 }))
    }

    /// Runs the compiler so that the front can end it: an interrupt of a cell that is not running yet costs nothing.
    fn watched(&self, call: &mut Command) -> std::io::Result<Output> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(call, 0);
        let child = call.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        self.compiling(Some(child.id()));
        let output = child.wait_with_output();
        self.compiling(None);
        output
    }

    fn compiling(&self, group: Option<u32>) {
        let file = self.work.join(COMPILING);
        let _ = match group {
            Some(group) => fs::write(&file, group.to_string()),
            None => fs::remove_file(&file),
        };
    }

    /// The real cargo's build, whose call of the compiler for the cell is noted.
    fn build_and_note(
        &self,
        arguments: &[String],
        command: &dyn Fn(&[String]) -> Command,
    ) -> Result<ExitCode, Failure> {
        let began = SystemTime::now();
        let told = [arguments, &["--verbose".to_owned()]].concat();
        let mut cargo = command(&told);
        let program = cargo.get_program().to_string_lossy().into_owned();
        let failed = |error: std::io::Error| format!("cannot run {program}: {error}");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut cargo, 0);
        let mut child = cargo.stderr(Stdio::piped()).spawn().map_err(failed)?;
        self.compiling(Some(child.id()));
        let mut line = None;
        for said in child.stderr.take().into_iter().flat_map(|pipe| BufReader::new(pipe).split(b'\n')) {
            let said = said.map_err(failed)?;
            match running(&String::from_utf8_lossy(&said)) {
                Said::TheCell(call) => line = Some(call),
                Said::MoreThanUsual => {}
                Said::Usual => {
                    let _ = std::io::stderr().write_all(&[said, b"\n".to_vec()].concat());
                }
            }
        }
        let status = child.wait().map_err(failed)?;
        self.compiling(None);
        if status.success()
            && let Some(line) = line
        {
            // Without a note cargo builds the next cell too.
            let _ = self.write_note(&line, began);
            let _ = self.show_where_it_is();
        }
        Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
    }

    /// Cargo tells evcxr of the library by a name without links, which may have spaces.
    fn show_where_it_is(&self) -> Option<()> {
        let note = Note::read(&self.note)?;
        let words = note.words_in(self.work.to_str()?);
        let library = Path::new(after(&words, "--out-dir")?).with_file_name(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}"));
        library.is_file().then(|| fs::write(env::var_os(EXECUTION_SO_PATH)?, library.to_str()?).ok())?
    }

    fn write_note(&self, call: &str, began: SystemTime) -> Option<()> {
        let mut note = Note::new(&self.inputs, call, &self.work, began)?;
        note.sources.extend(note::manifests(&fs::read_to_string(self.work.join("Cargo.toml")).ok()?));
        note.write(&self.note).ok()
    }
}

/// The folder with the library's sources, as the manifest of a cell names it; empty where there is none.
pub fn library_folder() -> String {
    env::var(LIBRARY_FOLDER).unwrap_or_default()
}

/// Keeps what came of compiling the prelude: the messages last, since they say that all is there.
fn keep(kept: &Path, output: &Output, compiled: &Path) -> Result<(), Failure> {
    if output.status.success() {
        let library = fs::read(compiled).map_err(|error| error.to_string())?;
        write_whole(&kept.with_extension("library"), &library)?;
    }
    write_whole(&kept.with_extension("stderr"), &output.stderr)
}

/// What a line of `cargo build --verbose` is.
#[derive(Debug, PartialEq)]
enum Said {
    /// The call of the compiler for the cell.
    TheCell(String),
    /// What cargo says only when asked to say more.
    MoreThanUsual,
    Usual,
}

fn running(said: &str) -> Said {
    let said = said.trim();
    match said.strip_prefix("Running `").and_then(|rest| rest.strip_suffix('`')) {
        Some(call) if call.contains("--crate-name ctx ") => Said::TheCell(call.to_owned()),
        Some(_) => Said::MoreThanUsual,
        None if said.starts_with("Fresh ") || said.starts_with("Dirty ") => Said::MoreThanUsual,
        None => Said::Usual,
    }
}

/// Makes a call one that only checks: no code is made, and what the incremental builds keep is left alone.
fn checking(words: &mut Vec<String>) {
    for word in words.iter_mut().filter(|word| *word == "--emit=dep-info,link") {
        *word = "--emit=metadata".to_owned();
    }
    // The compiler takes the last of two.
    words.extend(["-C".to_owned(), "incremental=target/checked".to_owned()]);
}

/// What cargo tells the compiler of the package: for `env!` in a cell, and for macros that look for a manifest.
fn package(work: &Path) -> [(&'static str, PathBuf); 5] {
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
        assert_eq!(running(&format!("     Running `{CALL}`")), Said::TheCell(CALL.into()));
        assert_eq!(running("     Running `/bin/rustc --crate-name polars src/lib.rs`"), Said::MoreThanUsual);
        assert_eq!(running("       Fresh polars v0.55.2"), Said::MoreThanUsual);
        assert_eq!(running("   Compiling polars v0.55.2"), Said::Usual);
        assert_eq!(running("error: no matching package named `x` found"), Said::Usual);
    }

    #[test]
    fn a_check_makes_no_code_and_keeps_its_own_notes() {
        let mut words: Vec<String> = CALL.split_whitespace().map(str::to_owned).collect();
        checking(&mut words);
        assert!(words.contains(&"--emit=metadata".to_owned()) && !words.iter().any(|word| word.contains("link")));
        assert!(words.ends_with(&["-C".to_owned(), "incremental=target/checked".to_owned()]));
    }

    #[test]
    fn only_a_cells_build_is_taken_over() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        // Not in a kernel's folder, or something else.
        for line in ["build --target x --message-format=json", "metadata --message-format=json", "build", "--version"] {
            assert!(Cell::asked_for(&words(line)).is_none());
        }
    }
}
