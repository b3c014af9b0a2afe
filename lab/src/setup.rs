//! `setup`: everything that notebooks need. What is there already is left as it is, so that the second run takes
//! seconds; what was interrupted goes on.

use std::fs::{self, File};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use crate::Failure;
use crate::bundle::{self, Bundle, Found, Wanted};
use crate::console::{Board, duration};
use crate::python::{self, Python};
use crate::{evcxr, jupyter, sources, system};
use gradus_kernel::project::Project;
use gradus_kernel::stamp::write_whole;
use gradus_kernel::{process, std_sources, warm};

/// Sets everything up, and returns the Python that has Jupyter.
pub fn run(project: &Project) -> Result<Python, Failure> {
    run_with(project, &Wanted::new(None))
}

/// The same with a bundle in place of what would be compiled, if one is wanted and fits.
pub fn run_with(project: &Project, wanted: &Wanted) -> Result<Python, Failure> {
    let since = Instant::now();
    fs::create_dir_all(project.home()).map_err(|error| format!("{}: {error}", project.home().display()))?;
    let _alone = only_one(project)?;
    let board = Board::new();
    board.step("rustc", |_| rustc())?;
    board.step("system packages", |say| system::install(say).map(|detail| ((), detail)))?;
    let made = match find_bundle(project, wanted, &board)? {
        Some(bundle) => take(project, &bundle, &board)?,
        None => compile(&sources::of(project)?, &board)?,
    };
    let Made { project, evcxr, python, changed } = made;
    let project = &project;

    warm::configure(project, &evcxr)?;
    if !project.kernels().index().is_file() || changed && project.kernels().bundle().is_none() {
        board.step("documentation", |_| jupyter::index(project).map(|()| ((), "for Tab and Shift-Tab".into())))?;
    }
    let installed = board.step("kernelspec", |_| {
        let installed = jupyter::install(project)?;
        Ok((installed, format!("Rust (gradus), in {}", shown(&jupyter::folder()?, 32))))
    })?;
    // What was interrupted or failed is tried again.
    let tried = project.kernels().folder().join("tried");
    if changed || installed {
        let _ = fs::remove_file(&tried);
    }
    if !tried.is_file() {
        board.step("trying the kernel", |_| try_kernel(project, &python))?;
        write_whole(&tried, b"")?;
    }
    board.print(&format!("  ready after {}", duration(since.elapsed())));
    Ok(python)
}

/// What the long steps have made.
struct Made {
    /// The project, whose sources may have come with a bundle.
    project: Project,
    evcxr: PathBuf,
    python: Python,
    /// Whether kernels are other ones now.
    changed: bool,
}

/// The bundle to use: the one that is used already, or one that is looked for.
fn find_bundle(project: &Project, wanted: &Wanted, board: &Board) -> Result<Option<Bundle>, Failure> {
    if *wanted == Wanted::Release {
        if let Some(bundle) = bundle::in_use(project)
            && bundle::misfits(&bundle.manifest, project)?.is_empty()
        {
            return Ok(Some(bundle));
        }
        if warm::is_ready(project) && project.kernels().bundle().is_none() {
            return Ok(None);
        }
    }
    let found = board.step("bundle", |say| {
        let found = bundle::obtain(project, wanted, say);
        let detail = match &found {
            Found::Bundle(bundle) => bundle.manifest.name(),
            Found::Refused(..) => "refused: everything is compiled".into(),
            Found::Nothing(why) => (*why).to_owned(),
        };
        Ok((found, detail))
    })?;
    Ok(match found {
        Found::Bundle(bundle) => Some(*bundle),
        Found::Refused(name, reasons) => {
            board.print(&format!("  note    the bundle {name} cannot be used:"));
            reasons.iter().for_each(|reason| board.print(&format!("          {reason}")));
            None
        }
        Found::Nothing(_) => None,
    })
}

/// Uses a bundle; only the Python packages are left to install.
fn take(project: &Project, bundle: &Bundle, board: &Board) -> Result<Made, Failure> {
    let python = board.step("Python packages", |say| python_packages(project, say))?;
    let (project, changed) = board.step("the library", |_| {
        let detail = format!("compiled, in {}", shown(&bundle.folder, 40));
        if bundle::is_installed(project, bundle) {
            return Ok(((project.clone(), false), detail));
        }
        Ok(((bundle::install(project, bundle)?, true), detail))
    })?;
    let evcxr = evcxr::find(&project).ok_or("the bundle has no evcxr_jupyter")?;
    Ok(Made { project, evcxr, python, changed })
}

/// Compiles everything.
fn compile(project: &Project, board: &Board) -> Result<Made, Failure> {
    // Cargo runs one build at a time in a folder, and this one is short.
    let kernel_changed = board.step("the kernel", |say| {
        jupyter::build(project, say).map(|changed| (changed, "the front between Jupyter and evcxr".into()))
    })?;
    if kernel_changed {
        // Another kernel keeps other notes.
        let _ = fs::remove_dir_all(project.kernels().cells());
    }
    // The three long steps need nothing of each other; one waits for the network while another compiles.
    let (evcxr, python, warmed) = thread::scope(|scope| {
        let kernel = scope.spawn(|| {
            board.step("evcxr_jupyter", |say| {
                let path = evcxr::find(project).map_or_else(|| evcxr::install(project, say), Ok)?;
                Ok((path.clone(), format!("{} in {}", evcxr::VERSION, shown(&path, 40))))
            })
        });
        let python = scope.spawn(|| board.step("Python packages", |say| python_packages(project, say)));
        let warmed = board.step("the library", |say| {
            if warm::is_ready(project) && project.kernels().bundle().is_none() {
                return Ok((false, "compiled for notebooks".into()));
            }
            warm::build(project, say).map(|()| (true, "compiled for notebooks".into()))
        });
        (joined(kernel), joined(python), warmed)
    });
    Ok(Made { project: project.clone(), evcxr: evcxr?, python: python?, changed: warmed? || kernel_changed })
}

fn python_packages(project: &Project, say: &dyn Fn(&str)) -> Result<(Python, String), Failure> {
    let python = python::find(project).map_or_else(|| python::install(project, say), Ok)?;
    let detail = shown(&python.program, 50);
    Ok((python, detail))
}

/// Two setups at once would compile the same things twice, into the same folders.
fn only_one(project: &Project) -> Result<File, Failure> {
    let file = project.home().join("setup.lock");
    let said = |error: std::io::Error| format!("cannot write {}: {error}", file.display());
    let lock = File::create(&file).map_err(said)?;
    if lock.try_lock().is_err() {
        eprintln!("  waiting for another setup of this checkout to end");
        lock.lock().map_err(said)?;
    }
    Ok(lock)
}

fn rustc() -> Result<((), String), Failure> {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let version = rustc_version().ok_or("rustc does not answer: install Rust from rustup.rs")?;
    if is_older(&version, wanted) {
        return Err(format!("rustc {version} is older than {wanted}: run `rustup update stable`"));
    }
    // Without them no cell's `let` would know its type; evcxr would fetch them at its first start, unseen.
    if std_sources::of_rustc().is_none() && process::which("rustup").is_some() {
        let mut rustup = process::command("rustup");
        process::run_watched(rustup.args(["component", "add", "rust-src"]), "rustup component add rust-src", |_| ())?;
    }
    Ok(((), version))
}

/// The version alone: `1.95.0`.
pub fn rustc_version() -> Option<String> {
    process::output_of("rustc", &["--version"])?.split_whitespace().nth(1).map(str::to_owned)
}

pub fn is_older(version: &str, wanted: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> { text.split(['.', '-']).map_while(|part| part.parse().ok()).collect() };
    numbers(version) < numbers(wanted)
}

/// A cell or two in the new kernel: whether it answers, and how soon.
fn try_kernel(project: &Project, python: &Python) -> Result<((), String), Failure> {
    let mut command = crate::report::script(project, python, &crate::report::RUN)?;
    let output = command.arg("--try").arg(project.notebooks()).output();
    let output = output.map_err(|error| format!("cannot start {}: {error}", python.program.display()))?;
    if output.status.success() {
        Ok(((), String::from_utf8_lossy(&output.stdout).trim().to_owned()))
    } else {
        Err(format!("the kernel does not work:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// A path's end, where the whole is too long for its column.
fn shown(path: &std::path::Path, width: usize) -> String {
    let text = path.display().to_string();
    let surplus = text.chars().count().saturating_sub(width);
    if surplus == 0 { text } else { format!("…{}", text.chars().skip(surplus + 1).collect::<String>()) }
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T, Failure>>) -> Result<T, Failure> {
    thread.join().unwrap_or_else(|_| Err("a step of setup panicked; please report it".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_older("1.94.1", "1.95"));
        assert!(is_older("1.9.0", "1.10"));
        assert!(!is_older("1.95.0", "1.95"));
        assert!(!is_older("1.97.0-nightly", "1.95"));
        assert!(!is_older("2.0.0", "1.95"));
    }
}
